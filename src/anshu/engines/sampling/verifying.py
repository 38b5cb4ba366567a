"""Repeat a draw from its record and say what differs."""

from dataclasses import dataclass, fields

from anshu.engines.sampling.drawing import Assignment, Record, draw, result_hash
from anshu.engines.sampling.frame import Frame


@dataclass(frozen=True, slots=True)
class Difference:
    """Something of a record that the draw, repeated, does not have: its name, as recorded, as found."""

    what: str
    recorded: str
    found: str


def verify(record: Record, frame: Frame) -> tuple[Difference, ...]:
    """What differs between a record and the draw repeated from its seed and terms with this frame; nothing if none.

    Invalid when the draw cannot be repeated at all: a seed that is none, or sizes that the frame does not have.
    """
    again = draw(record.seed, frame, record.terms)
    pairs = [(name, getattr(record, name), getattr(again, name)) for name in ("frame_hash", "commitment")]
    pairs.append(("result_hash", record.result_hash, result_hash(record.commitment, record.result)))
    recorded = {one.site: one for one in record.result}
    found = {one.site: one for one in again.result}
    for site in sorted(recorded.keys() | found.keys()):
        pairs += _of_site(site, recorded.get(site), found.get(site))
    order = [",".join(one.site for one in result) for result in (record.result, again.result)]
    if recorded.keys() == found.keys():
        pairs.append(("order", order[0], order[1]))
    return tuple(Difference(what, str(old), str(new)) for what, old, new in pairs if old != new)


def _of_site(site: str, recorded: Assignment | None, found: Assignment | None) -> list[tuple[str, object, object]]:
    if recorded is None or found is None:
        return [(site, "drawn" if recorded else "not drawn", "drawn" if found else "not drawn")]
    names = [one.name for one in fields(Assignment)]
    return [(f"{site} {name}", getattr(recorded, name), getattr(found, name)) for name in names]
