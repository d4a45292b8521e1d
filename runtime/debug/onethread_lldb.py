"""How is Onethread stepped through in lldb? Import this file once the program is loaded, then `onethread step`.

    lldb -o 'command script import runtime/debug/onethread_lldb.py' -- target/debug/demo interleave

It needs lldb 18 or newer, the first that shows which variant an enum of Rust is. What it says at a moment, and its
tables, stand in `onethread/story.py`.
"""

import os
import sys

import lldb

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from onethread import memory, story  # noqa: E402


class Value(memory.Value):
    def __init__(self, value):
        # As it is in memory, whatever formatters are loaded.
        self.value = value.GetNonSyntheticValue()

    def fields(self):
        kind = self.value.GetType().GetCanonicalType()
        if kind.IsPointerType():
            return []
        return [kind.GetFieldAtIndex(index).GetName() for index in range(kind.GetNumberOfFields())]

    def __getitem__(self, field):
        value = self.value.GetChildMemberWithName(field, lldb.eNoDynamicValues)
        if not value.IsValid():
            raise LookupError(f"{self.value.GetTypeName()} has no field {field}")
        return Value(value)

    def variant(self):
        if self.value.GetType().GetTypeClass() == lldb.eTypeClassEnumeration:
            return self.value.GetValue().rsplit("::", 1)[-1], None
        if "$variants$" not in self.fields():
            raise LookupError("this lldb does not know the variants of Rust's enums: 18 is the first that does")
        # Each variant is a member `$variant$DISCRIMINANT`, and the one that stands for all other values `$variant$`.
        variants = self["$variants$"]
        members = {member.removeprefix("$variant$"): variants[member] for member in variants.fields()}
        rest = members.pop("", None)
        for discriminant, member in members.items():
            tag = member["$discr$"]
            # lldb reads the discriminant at the beginning of the enum. That is where a tag stands, but where there is a
            # `rest`, it is a value which something inside of that can never have, wherever it is.
            found = [tag] if rest is None else [part for part in rest.niches() if part.size() == tag.size()]
            if any(part.number() == int(discriminant) for part in found):
                return member.variant_name(), member["value"]
        return rest.variant_name(), rest["value"]

    def variant_name(self):
        return self.value.GetTypeName().rsplit("::", 1)[-1].removesuffix("$Variant")

    def size(self):
        return self.value.GetByteSize()

    def niches(self):
        """The parts of a value that cannot have every value: references, bools, tags, and numbers with a limit."""
        kind = self.value.GetType().GetCanonicalType()
        if self.is_pointer() or kind.GetBasicType() == lldb.eBasicTypeBool:
            return [self]
        if "niche_types" in (kind.GetName() or ""):
            return [self[self.fields()[0]]]
        parts = [part for field in self.fields() for part in self[field].niches()]
        return parts + ([self["$discr$"]] if "$discr$" in self.fields() else [])

    def number(self):
        return self.value.GetValueAsUnsigned()

    def is_pointer(self):
        return self.value.GetType().IsPointerType()

    def target(self):
        return Value(self.value.Dereference())

    def items(self):
        return [Value(self.value.GetChildAtIndex(index)) for index in range(self.value.GetNumChildren())]

    def parameter(self, index):
        return self.value.GetType().GetTemplateArgumentType(index)

    def element(self, address, kind, index):
        target = self.value.GetTarget()
        place = lldb.SBAddress(address + index * kind.GetByteSize(), target)
        return Value(target.CreateValueFromAddress("element", place, kind))

    def bytes(self, address, length):
        error = lldb.SBError()
        read = self.value.GetProcess().ReadMemory(address, length, error) if length else b""
        if error.Fail():
            raise LookupError(error.GetCString())
        return read


class Debugger:
    """What the story asks for. `frame` is where the program stands."""

    frame = None

    def argument(self, name):
        """An argument of the moment's function, or of the nearest from here outwards that has one of this name."""
        frames = self.frame.GetThread().frames[self.frame.GetFrameID():]
        found = (frame.FindVariable(name, lldb.eNoDynamicValues) for frame in frames)
        return Value(next(value for value in found if value.IsValid()))

    def core(self):
        """The runtime whose loop runs on this thread: `self` of the first function of `Core` from here outwards."""
        for frame in self.frame.GetThread().frames[self.frame.GetFrameID():]:
            if "runtime::executor::" in (frame.GetFunctionName() or ""):
                runs = frame.FindVariable("self", lldb.eNoDynamicValues)
                if runs.GetTypeName() == "runtime::executor::Core *":
                    return Value(runs.Dereference())
        return None

    def waker_table(self):
        target = self.frame.GetThread().GetProcess().GetTarget()
        return target.FindFirstGlobalVariable("runtime::waker::TABLE").GetLoadAddress()


DEBUGGER = Debugger()
STORY = story.Story(DEBUGGER)
# The functions of the moments, by their breakpoints.
MOMENTS = []
EVERY_THREAD = 0xFFFFFFFF


class Told:
    """Runs at each stop and, if that is a moment, tells it."""

    def __init__(self, _target, _arguments, _session):
        pass

    def handle_stop(self, context, stream):
        thread = context.GetThread()
        DEBUGGER.frame = thread.GetFrameAtIndex(0)
        if thread.GetStopReason() == lldb.eStopReasonBreakpoint:
            reached = thread.GetStopReasonDataAtIndex(0)
            for function, breakpoint in MOMENTS:
                if breakpoint.GetID() == reached:
                    stream.Print(tell(function))
        return True


def tell(function):
    try:
        return STORY.tell(function)
    except LookupError as error:  # lldb itself does not survive one that escapes from here.
        return f"\n{function}: {error}\n"


def pattern(function):
    """Finds a function by the name that lldb gives it: with a hash, and under the module of its `impl` block."""
    *path, kind, name = function.split("::")
    return rf"{'::'.join(path)}::(.*[^a-zA-Z])?{kind}(>|\$GT\$)?::{name}(::h[0-9a-f]+)?$"


def set_moments(debugger):
    target = debugger.GetSelectedTarget()
    if MOMENTS or not target.IsValid():
        return
    MOMENTS.extend((function, target.BreakpointCreateByRegex(pattern(function))) for function in story.MOMENTS)
    look_at(1)
    debugger.HandleCommand(f"target stop-hook add -P {__name__}.Told")


def look_at(thread):
    for _, breakpoint in MOMENTS:
        breakpoint.SetThreadIndex(thread)


def onethread(debugger, argument, result, _session):
    set_moments(debugger)
    words = argument.split()
    if words[:1] in (["step"], ["until"]) and not any(moment.GetNumLocations() for _, moment in MOMENTS):
        result.SetError(story.NO_MOMENTS)
        return
    match words:
        case ["step"]:
            step(debugger, 1)
        case ["step", count] if count.isdigit():
            step(debugger, int(count))
        case ["until", kind] if kind in story.KINDS:
            step(debugger, sys.maxsize, kind)
        case ["thread", "all"]:
            look_at(EVERY_THREAD)
        case ["thread", number] if number.isdigit():
            look_at(int(number))
        case [table] if table in story.TABLES:
            DEBUGGER.frame = debugger.GetSelectedTarget().GetProcess().GetSelectedThread().GetSelectedFrame()
            try:
                result.AppendMessage(STORY.answer(table))
            except LookupError as error:
                result.SetError(str(error))
        case _:
            result.SetError(story.HELP)


def step(debugger, count, kind=None):
    asynchronous = debugger.GetAsync()
    if count > 1:
        # Each step ends before the next begins. An editor sends single ones, and hears of the stop by itself.
        debugger.SetAsync(False)
    target = debugger.GetSelectedTarget()
    for _ in range(count):
        process = target.GetProcess()
        if process.GetState() == lldb.eStateStopped:
            run(debugger, "process continue", lldb.SBExecutionContext(process))
        else:
            run(debugger, "process launch", lldb.SBExecutionContext(target))
        if target.GetProcess().GetState() != lldb.eStateStopped or kind == STORY.kind:
            break
    debugger.SetAsync(asynchronous)


def run(debugger, command, context):
    """What `HandleCommand` does, with the process as it is now and not as it was when `onethread` was typed."""
    result = lldb.SBCommandReturnObject()
    debugger.GetCommandInterpreter().HandleCommand(command, context, result)
    debugger.GetOutputFile().Write((result.GetOutput() + result.GetError()).encode())


def __lldb_init_module(debugger, _session):
    debugger.HandleCommand(f"command script add -o -f {__name__}.onethread onethread")
    set_moments(debugger)
