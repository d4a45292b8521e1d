"""What is in the runtime now? Its tasks by number and name, who is queued, and who is woken by what.

It follows the fields of `Core`, `Schedule`, `Roster`, `Reactor` and `Timers` in `runtime/src`. Where one of those is
renamed, the test `tests/tests/debugger.rs` fails.
"""

import time
from collections import namedtuple

from .memory import (
    cell, hash_map, location, nanoseconds, option, pointer, rc, rc_text, scalar, slab, text, vec,
)

# The parts of a ticket: see ticket.rs.
INDEX_BITS = GENERATION_BITS = 28
ROOT_INDEX = 0
INDICES = (1 << INDEX_BITS) - 1
GENERATIONS = (1 << GENERATION_BITS) - 1

# The flags of a head, in the order of their bits: see head.rs.
FLAGS = ("queued", "running", "aborted", "detached", "awaited", "finished")
# What a task waits for is the number of a line and, above these bits, how many more: see lines.rs.
LINE_BITS = 16

# What an `Arc` has before its value: two counts.
COUNTS = 16

ROOT = 0
RUNNING = "running"
FINISHED = "finished, its result not taken"

Ticket = namedtuple("Ticket", "seat generation index")
Head = namedtuple("Head", "flags generation link")
Task = namedtuple("Task", "number state spawned_at wait more generation index aborted")
Timer = namedtuple("Timer", "number left waker")
Side = namedtuple("Side", "direction ready closed waker")
Source = namedtuple("Source", "number sides")


def ticket_of(bits):
    return Ticket(bits >> 56, bits >> INDEX_BITS & GENERATIONS, bits & INDICES)


def head_of(bits):
    flags = {flag for place, flag in enumerate(FLAGS) if bits >> 56 + place & 1}
    return Head(flags, bits >> INDEX_BITS & GENERATIONS, bits & INDICES)


class State:
    """A runtime at one moment.

    `waker_table` is the address of the table that tells the runtime's own wakers. `names` remembers the names of tasks
    that have ended, and `waited` what those who can run have waited for; the runtime does not.
    """

    def __init__(self, core, waker_table, names, waited):
        self.core, self.waker_table = core, waker_table
        self.schedule = rc(core["schedule"])
        self.roster = cell(self.schedule["roster"])
        self.first = scalar(self.schedule["first"])
        self.lines = vec(self.roster["lines"]["points"])
        self.slots = self._slots()
        self.queue = self._queue()
        named = hash_map(cell(self.schedule["names"]))
        names.update((scalar(number), rc_text(name)) for number, name in named)
        self.names, self.waited = names, waited
        self.tasks = {task.number: task for task in self._tasks()}

    def number(self, generation):
        """The number of a task that was the `generation`-th on its seat, round the wrap: see `Generation`."""
        ahead = generation - self.first
        return ahead + 1 if ahead >= 0 else ahead + 1 + GENERATIONS

    def next_number(self):
        """The number of the task that is spawned next."""
        return self.number(scalar(self.roster["next"]))

    def find(self, ticket):
        """The task that a ticket names, or None if the ticket is stale."""
        number = ROOT if ticket.index == ROOT_INDEX else self.number(ticket.generation)
        task = self.tasks.get(number)
        return task if task and (task.generation, task.index) == ticket[1:] else None

    def called(self, ticket):
        return self.called_by_number(ROOT if ticket.index == ROOT_INDEX else self.number(ticket.generation))

    def called_by_number(self, number):
        """`task 2 (Ben)`, `the root future`."""
        if number == ROOT:
            return "the root future"
        name = self.names.get(number)
        return f"task {number} ({name})" if name else f"task {number}"

    def woken_by(self, waker):
        """Whom a waker wakes."""
        raw = waker["waker"]
        data = raw["data"].number()
        if raw["vtable"].number() == self.waker_table:
            return self.called(ticket_of(data))
        # Where an observer has wakers counted, they are `Arc`s, each of which the runtime keeps one of.
        for task, counted in hash_map(cell(self.core["counted"]["wakers"])):
            if pointer(counted).number() + COUNTS == data:
                return self.called_by_number(scalar(task))
        return "a waker that is not the runtime's"

    def actor(self):
        """Who acts on the runtime's thread; None for code around `block_on`."""
        name, content = cell(rc(self.schedule["trace"])["actor"]).variant()
        if name == "Task":
            return self.called_by_number(scalar(content["__0"]))
        # A task that runs is only named where somebody observes.
        running = self.running()
        if name == "Outside" and running is not None:
            return self.called_by_number(running)
        return {"Reactor": "the reactor", "Timers": "the timers", "Mailbox": "the mailbox"}.get(name)

    def running(self):
        """The number of the task that runs, if one does."""
        return next((task.number for task in self.tasks.values() if task.state == RUNNING), None)

    def now(self):
        """Nanoseconds on the clock by which the timers are set; the real one is that of the machine we are on."""
        name, clock = rc(self.core["clock"]).variant()
        if name == "Paused":
            return nanoseconds(clock["start"]) + nanoseconds(cell(clock["passed"]))
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC)

    def passed(self):
        """How far the virtual clock has come; None for the real one."""
        name, clock = rc(self.core["clock"]).variant()
        return nanoseconds(cell(clock["passed"])) if name == "Paused" else None

    def timers(self):
        """The armed timers, the earliest first."""
        timers, now = cell(self.core["timers"]), self.now()
        armed = dict(slab(timers["armed"]))
        queue = timers["queue"]
        entries = [entry["__0"] for entry in vec(queue["near"]["data"])]
        entries += [entry["__1"] for pile in queue["piles"].items() for entry in vec(pile)]
        entries = [(nanoseconds(entry["due"]), entry["number"].number(), entry["index"].number()) for entry in entries]
        # The entry of a cancelled timer may still be there, with another timer at its index or none.
        entries = [(due, number, armed[index]) for due, number, index in entries
                   if index in armed and armed[index]["number"].number() == number]
        entries.sort(key=lambda entry: entry[:2])
        return [Timer(number, due - now, self.woken_by(timer["waker"])) for due, number, timer in entries]

    def sources(self):
        """The reactor's table."""
        slots = slab(cell(self.core["reactor"]["table"])["slots"])
        return [Source(index, [self._side(rc(slot), name) for name in ("read", "write")]) for index, slot in slots]

    def helpers(self):
        """How many tasks wait for a helper thread."""
        return scalar(self.core["helpers"]["outstanding"])

    def reported(self, ready):
        """Of a `Ready`: the source, the direction and whom it wakes, if anybody."""
        waker = option(ready["waker"])
        direction = ready["direction"].variant()[0].lower()
        return scalar(ready["source"]), direction, waker and self.woken_by(waker)

    def _side(self, slot, direction):
        side = slot[direction]
        waker = option(cell(side["waker"]))
        ready, closed = (bool(cell(side[name]).number()) for name in ("ready", "closed"))
        return Side(direction, ready, closed, waker and self.woken_by(waker))

    def _slots(self):
        """The heads of all slots, and where their tasks were spawned."""
        slots = []
        for page in vec(self.roster["pages"]["pages"]):
            page = pointer(page).target()
            heads = [head_of(scalar(row["head"])) for row in page["rows"].items()]
            slots.extend(zip(heads, map(scalar, page["spawned"].items())))
        return slots

    def _queue(self):
        """The chain from the front: see roster.rs."""
        queue, index = [], scalar(self.roster["front"])
        for _ in range(scalar(self.roster["queued"])):
            head, _ = self.slots[index]
            queue.append(Ticket(scalar(self.roster["seat"]), head.generation, index))
            index = head.link
        return queue

    def _line(self, number):
        """What is done at a line, and where it is; the number 0 stands for none."""
        if number == 0:
            return None
        point = self.lines[number - 1]
        return text(point["what"]), location(point["at"])

    def _tasks(self):
        for index, (head, spawned) in enumerate(self.slots):
            root = index == ROOT_INDEX
            # The root future of a `block_on` that has ended, or a slot that is vacant.
            if root and "finished" in head.flags or head.generation == 0:
                continue
            number = ROOT if root else self.number(head.generation)
            spawn = self._line(spawned)
            yield self._task(number, index, head, spawn and spawn[1])

    def _task(self, number, index, head, spawned_at):
        if "finished" in head.flags:
            state = FINISHED
        elif "running" in head.flags:
            state = RUNNING
        elif "queued" in head.flags:
            state = "ready"
        else:
            state = "waiting"
            self.waited[number] = self._line(head.link & (1 << LINE_BITS) - 1), head.link >> LINE_BITS
        wait, more = self.waited.get(number, (None, 0))
        aborted = "aborted" in head.flags
        return Task(number, state, spawned_at, wait, more, head.generation, index, aborted)
