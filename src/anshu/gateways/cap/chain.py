"""Which signals in force a later message replaces or ends: by reference, else by issuer, event and area."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from anshu.gateways.cap.signal import Reference, Signal


@dataclass(frozen=True, slots=True)
class Summary:
    """What the matching needs to know of a signal. `key` is the caller's own; `divisions` are natural-length codes."""

    key: str
    identifier: str
    sender: str
    sent_at: datetime
    status: str
    hazard: str
    event: str
    level: int | None
    divisions: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """A signal in force that the message supersedes. Where not `certain`, a person confirms before it is closed."""

    open: Summary
    basis: Literal["reference", "issuer, event and area"]
    certain: bool
    why_uncertain: str = ""


def summarise(signal: Signal, key: str) -> Summary:
    """The Summary of a signal, over all its tellings."""
    areas = [area for info in signal.infos for area in info.areas]
    return Summary(
        key=key,
        identifier=signal.identifier,
        sender=signal.sender,
        sent_at=signal.sent_at,
        status=signal.status,
        hazard=signal.hazard,
        event=signal.infos[0].event.strip().casefold() if signal.infos else "",
        level=signal.level,
        divisions=frozenset(code for area in areas for code in area.divisions),
        places=frozenset(area.description for area in areas if area.description),
    )


def match(signal: Signal, open: Iterable[Summary]) -> list[Match]:
    """The open signals that an Update or Cancel supersedes; of the same status only, so no exercise ends a real one."""
    if signal.msg_type not in ("Update", "Cancel"):
        return []
    candidates = [summary for summary in open if summary.status == signal.status]
    by_reference = [
        found
        for summary in candidates
        for reference in signal.references
        if (found := _refers(signal, reference, summary))
    ]
    if by_reference:
        return list({found.open.key: found for found in reversed(by_reference)}.values())[::-1]
    return _match_by_subject(signal, candidates)


def _refers(signal: Signal, reference: Reference, summary: Summary) -> Match | None:
    if reference.identifier != summary.identifier or reference.sender not in ("", summary.sender):
        return None
    why = ""
    if signal.sender != summary.sender:
        why = "another sender than the one who issued it"
    elif reference.sent_at and reference.sent_at != summary.sent_at:
        why = "the time in the reference differs"
    return Match(summary, "reference", not why, why)


def _match_by_subject(signal: Signal, candidates: list[Summary]) -> list[Match]:
    """Same issuer, event and overlapping area, not later than the message, and of the level that it speaks of.

    Lifting a red leaves a yellow in force. An update of a level that is not in force is a rise or a fall of the only
    one that is; where several are, none can be told for sure.
    """
    own = summarise(signal, "")
    same = [summary for summary in candidates if _same_subject(own, summary)]
    of_level = [summary for summary in same if summary.level == own.level]
    if own.level is None:
        chosen, why = same, "the level is not stated" if len({summary.level for summary in same}) > 1 else ""
    elif of_level:
        chosen, why = of_level, ""
    elif signal.msg_type == "Update":
        chosen, why = same, "several levels are in force" if len({summary.level for summary in same}) > 1 else ""
    else:
        chosen, why = [], ""
    if signal.references and not why:
        why = "its reference is to a message not in force here"
    return [
        Match(summary, "issuer, event and area", not reason, reason)
        for summary in chosen
        for reason in (why or ("" if _covers(own, summary) else "only part of the area is named"),)
    ]


def _same_subject(own: Summary, other: Summary) -> bool:
    if own.hazard or other.hazard:
        same_event = own.hazard == other.hazard
    else:
        same_event = bool(own.event) and own.event == other.event
    return own.sender == other.sender and same_event and other.sent_at <= own.sent_at and _overlaps(own, other)


def _overlaps(own: Summary, other: Summary) -> bool:
    if own.divisions and other.divisions:
        return any(one.startswith(two) or two.startswith(one) for one in own.divisions for two in other.divisions)
    return bool(own.places & other.places)


def _covers(own: Summary, other: Summary) -> bool:
    """Whether every place of the other lies in one of ours."""
    if own.divisions and other.divisions:
        return all(any(code.startswith(ours) for ours in own.divisions) for code in other.divisions)
    return other.places <= own.places
