"""How is a Rust value read from outside? By its fields, with the little that is known about std and slab.

A `Value` is what the two debuggers have in common; each has a class of its own for it. The functions here go by the
names of fields and look for a pointer or a number wherever it is nested, since std moves its private parts at times.
"""


class Value:
    """A value in the program's memory, with its type."""

    def fields(self):
        """The names of a struct's fields, in their order; none for a number or a pointer."""
        raise NotImplementedError

    def __getitem__(self, field):
        raise NotImplementedError

    def variant(self):
        """The name of an enum's variant, and what is in it."""
        raise NotImplementedError

    def number(self):
        """A number, a bool, or the address in a pointer."""
        raise NotImplementedError

    def is_pointer(self):
        raise NotImplementedError

    def target(self):
        """What a pointer points to."""
        raise NotImplementedError

    def items(self):
        """What is in an array of fixed length."""
        raise NotImplementedError

    def parameter(self, index):
        """A type parameter of this value's type, for `element`."""
        raise NotImplementedError

    def element(self, address, kind, index):
        """The value of type `kind` at `address[index]`."""
        raise NotImplementedError

    def bytes(self, address, length):
        raise NotImplementedError


def find(value, name):
    """The field of this name, however deep in structs it is."""
    level = [value]
    while level:
        for value in level:
            if name in value.fields():
                return value[name]
        level = [value[field] for value in level for field in value.fields()]
    raise LookupError(f"there is no field {name}")


def scalar(value):
    """The number in a struct that is wrapped around one."""
    if not value.fields():
        return value.number()
    return scalar(value[value.fields()[0]])


def pointer(value):
    """The first pointer in a struct."""
    if value.is_pointer():
        return value
    for field in value.fields():
        found = pointer(value[field])
        if found is not None:
            return found
    return None


def cell(value):
    """What is in a `Cell` or a `RefCell`, borrowed or not."""
    return value["value"]["value"]


def rc(value):
    return pointer(value).target()["value"]


def option(value):
    """What is in an `Option`, or None."""
    name, content = value.variant()
    return content["__0"] if name == "Some" else None


def vec(value):
    address, kind = pointer(value["buf"]).number(), value.parameter(0)
    return [value.element(address, kind, index) for index in range(value["len"].number())]


def slab(value):
    """The slots of a `Slab` that are taken: index and value."""
    slots = ((index, *slot.variant()) for index, slot in enumerate(vec(value["entries"])))
    return [(index, content["__0"]) for index, name, content in slots if name == "Occupied"]


def hash_map(value):
    """The keys and values of a `HashMap`. A bucket is full if the highest bit of its control byte is not set."""
    table = find(value, "table")
    control, mask = pointer(find(table, "ctrl")).number(), find(table, "bucket_mask").number()
    if find(table, "items").number() == 0:
        return []
    full = [at for at, byte in enumerate(value.bytes(control, mask + 1)) if byte < 0x80]
    # The buckets stand before the control bytes, the first nearest to them.
    buckets = [table.element(control, table.parameter(0), -1 - at) for at in full]
    return [(bucket["__0"], bucket["__1"]) for bucket in buckets]


def text(value, skip=0):
    """A `str` behind a wide pointer, after `skip` bytes."""
    address = find(value, "data_ptr").number() + skip
    return value.bytes(address, find(value, "length").number()).decode("utf-8", "replace")


def rc_text(value):
    """An `Rc<str>`: two counts, then the text."""
    return text(value, skip=16)


def location(value):
    """A `&'static Location`, as `file:line`."""
    place = value.target()
    file = next(place[name] for name in place.fields() if name.startswith("file"))
    line = place["line"].number()
    return f"{text(file)}:{line}"


def nanoseconds(value):
    """An `Instant` or a `Duration`."""
    names = ("tv_sec", "tv_nsec") if has(value, "tv_sec") else ("secs", "nanos")
    whole, fraction = (scalar(find(value, name)) for name in names)
    return whole * 10**9 + fraction


def has(value, name):
    try:
        find(value, name)
    except LookupError:
        return False
    return True
