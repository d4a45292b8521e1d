"""What is said at a moment of the loop? One sentence, and the three tables that decide what comes next.

The moments are functions of the runtime, by their full names. `tell` is called at the beginning of each, before the
function has done anything: what it is about to do is in the sentence, what there is now is in the tables.
"""

from .memory import location, option, pointer, rc_text, scalar, vec
from .state import FINISHED, State, ticket_of

HELP = """Step through Onethread's loop, and look at what it holds.

onethread step [N]    go on to the next moment, or over N of them
onethread until KIND  go on to the next moment of this kind: turn, poll, spawn, wake, park, dispatch or fire
onethread tasks       every task: what it does, or what it waits for
onethread queue       who is polled next
onethread timers      the armed timers, and whom each wakes
onethread reactor     the table of sockets, and who waits for each
onethread now         all of these
onethread thread N    stop at the moments of another thread, or of `all`: it is thread 1 unless told otherwise"""

NO_MOMENTS = "The loop's functions are not in this program: build it without --release."

# The most polls in one turn: see executor.rs.
TURN = 64

# Who acts when the runtime's loop does not.
OUTSIDE = "code around block_on"

QUEUED = "It does not run yet: it goes to the back of the queue."


class Story:
    """What a debugger has seen so far. `debugger` gives `core()`, `waker_table()` and `argument(name)`."""

    def __init__(self, debugger):
        self.debugger = debugger
        # The tasks' names, and what they have waited for, by runtime.
        self.memory = {}
        # How many moments there were, and which the last was.
        self.moments, self.kind = 0, None

    def state(self):
        """The runtime as it is now; None where no loop is under way."""
        core = self.debugger.core()
        if core is None:
            return None
        names, waited = self.memory.setdefault(pointer(core["schedule"]).number(), ({}, {}))
        return State(core, self.debugger.waker_table(), names, waited)

    def tell(self, function):
        """The moment at which this function begins."""
        self.kind, sentence = MOMENTS[function]
        self.moments += 1
        head = f"\n-- moment {self.moments}: {self.kind}"
        state = self.state()
        if state is None:
            return f"{head}\n   It is outside the loop.\n"
        passed = state.passed()
        if passed is not None:
            head += f", {span(passed)} on the virtual clock"
        return f"{head}\n   {sentence(state, self.debugger.argument)}\n{brief(state)}\n"

    def answer(self, question):
        """What a command such as `onethread tasks` prints."""
        state = self.state()
        if state is None:
            return "No loop is under way on this thread: stop inside block_on.\n"
        return f"{TABLES[question](state)}\n"


# The sentences.


def turn(state, _argument):
    ready = len(state.queue)
    if ready == 0:
        return "A turn of the loop begins, and nobody is ready: it will park."
    each = "to be polled once each" if ready <= TURN else f"of which the first {TURN} are polled, once each"
    return f"A turn of the loop begins. Ready: {count(ready, 'task')}, {each}."


def poll(state, argument):
    ticket = ticket_of(scalar(argument("ticket")))
    task = state.find(ticket)
    called = capital(state.called(ticket))
    if task.aborted:
        return f"{called} was aborted: its future is dropped and not polled."
    begins = f"spawned at {task.spawned_at}" if task.spawned_at else "given to block_on"
    # It waits for something else afterwards.
    state.waited.pop(task.number, None)
    if task.wait is None:
        return f"{called}, {begins}, is polled."
    return f"{called}, {begins}, is polled. It goes on where it waited: {waits(task)}."


def spawn(state, argument):
    number = state.next_number()
    # It may be the number of a task of a runtime that is gone and lay at the same address.
    state.names.pop(number, None)
    state.waited.pop(number, None)
    name = option(argument("name"))
    if name is not None:
        state.names[number] = rc_text(name)
    actor, spawned = capital(state.actor() or OUTSIDE), state.called_by_number(number)
    return f"{actor} spawns {spawned} at {location(argument('at'))}. {QUEUED}"


def wake(state, argument):
    ticket = ticket_of(scalar(argument("ticket")))
    task = state.find(ticket)
    actor, woken = state.actor(), state.called(ticket)
    if actor == woken:
        return f"{capital(actor)} wakes itself while it runs: it goes to the back of the queue, for one more poll."
    begin = f"{capital(actor or OUTSIDE)} {'wakes' if actor != 'the timers' else 'wake'} {woken}"
    if task is None or task.state == FINISHED:
        return f"{begin}, which has ended: the ticket is stale, and nothing happens."
    if task.state == "ready":
        return f"{begin}, which is in the queue already: two wakes are one poll."
    reason = f", which waits for {waits(task)}" if task.wait and task.state == "waiting" else ""
    return f"{begin}{reason}. {QUEUED}"


def park(state, _argument):
    timers, paused = state.timers(), state.passed() is not None
    waiting = [side for source in state.sources() for side in source.sides if side.waker] or state.helpers()
    begin = "Nobody is ready."
    if not timers:
        return f"{begin} The thread sleeps until a socket is ready or another thread wakes somebody."
    left = span(timers[0].left)
    if not paused:
        return f"{begin} The thread sleeps until a socket is ready, and {left} at most, for then a timer is due."
    if waiting:
        return f"{begin} The virtual clock stands still, for something real is outstanding: the thread sleeps."
    return f"{begin} Nothing real is outstanding, so the virtual clock jumps by {left} to the next timer."


def dispatch(state, argument):
    reported = [state.reported(ready) for ready in vec(argument("reported"))]
    if not reported:
        return "The reactor has asked the system, and no socket has become ready."
    each = (f"{source} to {direction}, which wakes {waker or 'nobody'}" for source, direction, waker in reported)
    return f"The system reports sockets: {'; '.join(each)}."


def fire(state, _argument):
    timers = state.timers()
    due = [timer for timer in timers if timer.left <= 0]
    if not due:
        return "No timer is due."
    each = "; ".join(f"{timer.number}, which wakes {timer.waker}" for timer in due)
    return f"Timers are due: {each}."


MOMENTS = {
    "runtime::executor::Core::turn": ("turn", turn),
    "runtime::executor::Core::poll_root": ("poll", poll),
    "runtime::executor::Core::poll_task": ("poll", poll),
    "runtime::executor::Core::cancel": ("poll", poll),
    "runtime::roster::Roster::admit": ("spawn", spawn),
    "runtime::roster::Roster::wake": ("wake", wake),
    "runtime::executor::Core::park": ("park", park),
    "runtime::executor::Core::dispatch": ("dispatch", dispatch),
    "runtime::executor::Core::fire": ("fire", fire),
}

KINDS = {kind for kind, _ in MOMENTS.values()}


# The tables.


def queue(state):
    # A slot whose task is gone stays in the queue until its turn comes.
    called = (state.called(ticket) if ticket.generation else "a task that is gone" for ticket in state.queue)
    return " -> ".join(called) or "empty"


def timers(state):
    return lines(f"{timer.number} in {span(timer.left)} wakes {timer.waker}" for timer in state.timers())


def reactor(state):
    return lines(f"socket {source.number}: {', '.join(map(side, source.sides))}" for source in state.sources())


def side(side):
    ready = "closed" if side.closed else "ready" if side.ready else "not ready"
    return f"{side.direction} {ready}" + (f" wakes {side.waker}" if side.waker else "")


def tasks(state):
    rows = [("task", "name", "spawned at", "state")]
    for number in sorted(state.tasks):
        task = state.tasks[number]
        doing = f"waits for {waits(task)}" if task.state == "waiting" and task.wait else task.state
        called = str(number) if number else "root"
        rows.append((called, state.names.get(number, "-"), task.spawned_at or "block_on", doing))
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def brief(state):
    shown = [("queue", queue(state)), ("timers", timers(state)), ("reactor", reactor(state))]
    return "\n".join(f"   {name:8} " + table.replace("\n", "\n            ") for name, table in shown)


def now(state):
    return f"{tasks(state)}\n\n{brief(state)}"


TABLES = {"tasks": tasks, "queue": queue, "timers": timers, "reactor": reactor, "now": now}


# The words.


def waits(task):
    what, at = task.wait
    more = f" and {task.more} more" if task.more else ""
    return f"{what}{more} at {at}"


def span(nanoseconds):
    """A time as one reads it: `20 ms`, `1.25 ms`, `299.9 s`. What is overdue is due now."""
    past = max(nanoseconds, 0)
    number, unit = (f"{past / 1e6:.3f}", "ms") if past < 10**10 else (f"{past / 1e9:.1f}", "s")
    return f"{number.rstrip('0').rstrip('.')} {unit}"


def count(number, noun):
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def capital(text):
    return text[0].upper() + text[1:]


def lines(rows):
    return "\n".join(rows) or "none"
