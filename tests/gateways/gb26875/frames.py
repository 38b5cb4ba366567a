"""Every frame that can be, for hypothesis."""

from datetime import datetime

from hypothesis import strategies as st

from anshu.gateways.gb26875.codes import Did, Status, Type, UnitDid, UnitStatus
from anshu.gateways.gb26875.fields import BEIJING, LONGEST_TEXT_BYTES, TEXT_BYTES
from anshu.gateways.gb26875.frame import Frame
from anshu.gateways.gb26875.objects import LAYOUTS, Body

byte, word, quad = st.integers(0, 0xFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFF_FFFF)
instant = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31, 23, 59, 59)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=0, tzinfo=BEIJING)
)


def text(most: int) -> st.SearchStrategy[str]:
    """Texts that a field of so many bytes can hold and give back."""
    signs = st.text(st.characters(codec="gb18030", exclude_characters="\0"), max_size=most)
    return signs.map(lambda found: found.rstrip(" ")).filter(lambda found: len(found.encode("gb18030")) <= most)


VALUES = {
    "at": st.none() | instant,
    "since": st.none() | instant,
    "place": quad,
    "raw": st.integers(-32768, 32767),
}
STATUS = {Type.UNIT_STATE: byte.map(UnitStatus)}
DEED = {Type.OPERATION: byte.map(Did), Type.UNIT_OPERATION: byte.map(UnitDid)}
COUNTED = (Type.SYSTEM_SETUP, Type.UNIT_SETUP)


def values(kind: int, name: str) -> st.SearchStrategy[object]:
    """What a field of an object of a type may hold."""
    if name == "status":
        return STATUS.get(kind, word.map(Status))
    if name == "did":
        return DEED[kind]
    if name == "text":
        return text(LONGEST_TEXT_BYTES if kind in COUNTED else TEXT_BYTES)
    return VALUES.get(name, byte)


def bodies_of(kind: int) -> st.SearchStrategy[Body]:
    layout = LAYOUTS[kind]
    fields = {name: values(kind, name) for name in layout.kind.__dataclass_fields__}
    objects = st.lists(st.builds(layout.kind, **fields), min_size=1, max_size=3).map(tuple)
    return st.builds(Body, st.just(kind), objects, st.binary(max_size=20))


unknown = st.builds(
    Body, byte.filter(lambda kind: kind not in LAYOUTS), st.just(()), st.binary(max_size=200), count=byte
)
bodies = st.sampled_from(sorted(LAYOUTS)).flatmap(bodies_of) | unknown
frames = st.builds(
    Frame,
    command=byte,
    serial=word,
    source=st.integers(0, (1 << 48) - 1),
    target=st.integers(0, (1 << 48) - 1),
    sent_at=st.none() | instant,
    version=st.tuples(byte, byte),
    body=st.none() | bodies,
)
