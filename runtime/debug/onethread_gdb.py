"""How is Onethread stepped through in gdb? Source this file, then `onethread step`.

    gdb -x runtime/debug/onethread_gdb.py --args target/debug/demo interleave

What it says at a moment, and its tables, stand in `onethread/story.py`.
"""

import os
import sys

import gdb

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from onethread import memory, story  # noqa: E402

STRUCTS = (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION)


class Value(memory.Value):
    def __init__(self, value):
        self.value = value

    def fields(self):
        return [field.name for field in self.value.type.fields()] if self.value.type.code in STRUCTS else []

    def __getitem__(self, field):
        return Value(self.value[field])

    def variant(self):
        if self.value.type.code == gdb.TYPE_CODE_ENUM:
            return str(self.value).rsplit("::", 1)[-1], None
        # The fields of an enum are its discriminant, which has no name of its own, and the variant that it is.
        name = [field.name for field in self.value.type.fields() if field.name][-1]
        return name, Value(self.value[name])

    def number(self):
        return int(self.value)

    def is_pointer(self):
        return self.value.type.code == gdb.TYPE_CODE_PTR

    def target(self):
        return Value(self.value.dereference())

    def items(self):
        first, last = self.value.type.range()
        return [Value(self.value[index]) for index in range(first, last + 1)]

    def parameter(self, index):
        return self.value.type.template_argument(index)

    def element(self, address, kind, index):
        place = gdb.Value(address + index * kind.sizeof)
        return Value(place.cast(kind.pointer()).dereference())

    def bytes(self, address, length):
        return gdb.selected_inferior().read_memory(address, length).tobytes() if length else b""


class Debugger:
    """What the story asks for."""

    def argument(self, name):
        """An argument of the moment's function, or of the nearest from here outwards that has one of this name."""
        frame = gdb.selected_frame()
        while True:
            block = frame.block()
            while block.function is None:
                block = block.superblock
            for symbol in block:
                if symbol.is_argument and symbol.name == name:
                    return Value(symbol.value(frame))
            frame = frame.older()

    def core(self):
        """The runtime whose loop runs on this thread: `self` of the first function of `Core` from here outwards."""
        frame = gdb.selected_frame() if gdb.selected_thread() else None
        while frame is not None:
            if (frame.name() or "").startswith("runtime::executor::Core::"):
                runs = frame.read_var("self")
                if runs.type.code == gdb.TYPE_CODE_PTR and runs.type.target().name == "runtime::executor::Core":
                    return Value(runs.dereference())
            frame = frame.older()
        return None

    def waker_table(self):
        return int(gdb.lookup_static_symbol("runtime::waker::TABLE").value().address)


class Moment(gdb.Breakpoint):
    """A function of the loop, on the threads that are looked at."""

    thread_looked_at = 1

    def __init__(self, function):
        super().__init__(function)

    def stop(self):
        wanted = Moment.thread_looked_at
        return wanted is None or gdb.selected_thread().num == wanted


class Onethread(gdb.Command):
    __doc__ = story.HELP

    def __init__(self):
        super().__init__("onethread", gdb.COMMAND_RUNNING)
        self.story = story.Story(Debugger())
        self.moments = [Moment(function) for function in story.MOMENTS]
        # What was told at the last stop, and whether `step` will print it.
        self.told, self.steps = None, False
        gdb.events.stop.connect(self.stopped)

    def complete(self, _text, _word):
        return ["step", "until", "thread", *story.TABLES]

    def invoke(self, argument, _from_tty):
        match argument.split():
            case ["step"]:
                self.step(1)
            case ["step", count] if count.isdigit():
                self.step(int(count))
            case ["until", kind] if kind in story.KINDS:
                self.step(sys.maxsize, kind)
            case ["thread", "all"]:
                Moment.thread_looked_at = None
            case ["thread", number] if number.isdigit():
                Moment.thread_looked_at = int(number)
            case [table] if table in story.TABLES:
                write(self.story.answer(table))
            case _:
                raise gdb.GdbError(self.__doc__)

    def step(self, count, kind=None):
        if all(moment.pending for moment in self.moments):
            raise gdb.GdbError(story.NO_MOMENTS)
        for _ in range(count):
            self.told, self.steps = None, True
            try:
                said = gdb.execute("continue" if gdb.selected_inferior().pid else "run", to_string=True)
            finally:
                self.steps = False
            # Where it stopped for another reason, or ended, gdb says so better.
            write(self.told or said)
            if self.told is None or kind == self.story.kind:
                return

    def stopped(self, event):
        if not isinstance(event, gdb.BreakpointEvent) or not isinstance(event.breakpoint, Moment):
            return
        self.told = self.story.tell(event.breakpoint.location)
        if not self.steps:
            write(self.told)


def write(text):
    try:
        gdb.write(text)
    except UnicodeError:
        gdb.write(text.encode("ascii", "backslashreplace").decode())


gdb.execute("set pagination off")
gdb.execute("set print frame-arguments presence")
Onethread()
