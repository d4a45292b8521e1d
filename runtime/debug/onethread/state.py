"""What is in the runtime now? Its tasks by number and name, who is queued, and who is woken by what.

It follows the fields of `Core`, `Schedule`, `Roster`, `Reactor` and `Timers` in `runtime/src`. Where one of those is
renamed, the test `tests/tests/debugger.rs` fails.
"""

import time
from collections import namedtuple

from .memory import (
    cell, deque, hash_map, location, nanoseconds, option, pointer, rc, rc_text, scalar, slab, text, vec,
)

# The parts of a ticket: see ticket.rs.
INDEX_BITS = GENERATION_BITS = 28
ROOT_INDEX = (1 << INDEX_BITS) - 1
GENERATIONS = (1 << GENERATION_BITS) - 1

# What an `Arc` has before its value: two counts.
COUNTS = 16

ROOT = 0
FINISHED = "finished, its result not taken"

Ticket = namedtuple("Ticket", "seat generation index")
Task = namedtuple("Task", "number state spawned_at wait more generation index aborted")
Timer = namedtuple("Timer", "number left waker")
Side = namedtuple("Side", "direction ready closed waker")
Source = namedtuple("Source", "number sides")


def ticket_of(bits):
    return Ticket(bits >> 56, bits >> INDEX_BITS & GENERATIONS, bits & ROOT_INDEX)


class State:
    """A runtime at one moment.

    `waker_table` is the address of the table that tells the runtime's own wakers. `names` remembers the names of tasks
    that have ended, which the runtime does not.
    """

    def __init__(self, core, waker_table, names):
        self.core, self.waker_table = core, waker_table
        self.schedule = rc(core["schedule"])
        self.roster = cell(self.schedule["roster"])
        self.first = scalar(self.schedule["first"])
        self.queue = [ticket_of(scalar(ticket)) for ticket in deque(cell(self.schedule["ready"]))]
        names.update((scalar(number), rc_text(name)) for number, name in hash_map(cell(core["names"])))
        self.names = names
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
        name, content = self._actor()
        if name == "Task":
            return self.called_by_number(scalar(content["__0"]))
        return {"Reactor": "the reactor", "Timers": "the timers", "Mailbox": "the mailbox"}.get(name)

    def running(self):
        """The number of the task that acts, if one does."""
        name, content = self._actor()
        return scalar(content["__0"]) if name == "Task" else None

    def _actor(self):
        return cell(rc(self.schedule["trace"])["actor"]).variant()

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
        entries = (entry["__0"] for entry in vec(timers["heap"]["data"]))
        heap = [(nanoseconds(due["__0"]), due["__1"].number(), armed.get(index.number()))
                for due, index in ((entry["__0"], entry["__1"]) for entry in entries)]
        # The entry of a cancelled timer may still be there, with another timer at its index or none.
        heap = [entry for entry in heap if entry[2] is not None and entry[2]["number"].number() == entry[1]]
        heap.sort(key=lambda entry: entry[:2])
        return [Timer(number, due - now, self.woken_by(timer["waker"])) for due, number, timer in heap]

    def sources(self):
        """The reactor's table."""
        slots = slab(cell(self.core["reactor"]["table"])["slots"])
        return [Source(index, [self._side(slot, name) for name in ("read", "write")]) for index, slot in slots]

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
        waker = option(side["waker"])
        ready, closed = (bool(side[name].number()) for name in ("ready", "closed"))
        return Side(direction, ready, closed, waker and self.woken_by(waker))

    def _tasks(self):
        root = cell(self.schedule["root"])
        if root["running"].number():
            yield self._task(ROOT, scalar(root["generation"]), ROOT_INDEX, root, None, root["queued"], False)
        for index, entry in slab(self.roster["entries"]):
            generation = scalar(entry["generation"])
            finished = entry["phase"].variant()[0] != "Alive"
            yield self._task(self.number(generation), generation, index, entry, location(entry["spawned_at"]),
                             entry["queued"], finished)

    def _task(self, number, generation, index, entry, spawned_at, queued, finished):
        wait = option(entry["waits"]["first"])
        wait = wait and (text(wait["what"]), location(wait["at"]))
        in_queue = any((ticket.generation, ticket.index) == (generation, index) for ticket in self.queue)
        if finished:
            state = FINISHED
        elif number == self.running():
            state = "running"
        elif in_queue:
            state = "ready"
        elif queued.number():
            state = "its turn"
        else:
            state = "waiting"
        more = scalar(entry["waits"]["more"])
        aborted = number != ROOT and bool(entry["aborted"].number())
        return Task(number, state, spawned_at, wait, more, generation, index, aborted)
