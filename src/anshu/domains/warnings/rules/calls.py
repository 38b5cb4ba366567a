"""Who is rung next, and whether the keys pressed prove that the message was understood. No clock, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

"""The key that agrees to what has to be done, and the one that says it cannot be done."""
AGREE, DECLINE = "1", "9"
"""Which channel is tried after one over which a call could not be put through."""
OTHER_CHANNEL = {"voice": "sms", "sms": "voice"}


@dataclass(frozen=True)
class Pace:
    """So many tries per person, each beginning no sooner than `spacing` after the one before."""

    tries: int
    spacing: timedelta


@dataclass(frozen=True)
class Link:
    """Somebody in the chain who can be called; `step` is the place in the whole order, people left out included."""

    step: int
    person: str


@dataclass(frozen=True)
class Past:
    """A call already made. `decided`: the person said no and is not to be asked again."""

    person: str
    channel: str
    rings_at: datetime
    active: bool = False
    failed: bool = False
    decided: bool = False


@dataclass(frozen=True)
class Ring:
    """Ring this person at this instant, over this channel, for the `attempt`-th time."""

    step: int
    person: str
    attempt: int
    channel: str
    at: datetime


@dataclass(frozen=True)
class Wait:
    """A call is still under way."""


@dataclass(frozen=True)
class Exhausted:
    """Everybody has been tried as often as may be."""


def next_step(chain: Sequence[Link], calls: Sequence[Past], pace: Pace, now: datetime) -> Ring | Wait | Exhausted:
    """What to do after the calls made so far (in the order in which they were made).

    One phone of the chain rings at a time, so the whole lasts at most people × tries × the longest call; nobody is
    rung more than `pace.tries` times.
    """
    if any(call.active for call in calls):
        return Wait()
    for link in chain:
        made = [call for call in calls if call.person == link.person]
        if len(made) >= pace.tries or any(call.decided for call in made):
            continue
        if not made:
            return Ring(link.step, link.person, 1, "voice", now)
        last = made[-1]
        channel = OTHER_CHANNEL[last.channel] if last.failed else last.channel
        at = max(now, made[0].rings_at + pace.spacing * len(made))
        return Ring(link.step, link.person, len(made) + 1, channel, at)
    return Exhausted()


class Verdict(StrEnum):
    """What the keys pressed mean. AGAIN: the message is played once more."""

    HEARD = "heard"
    AGAIN = "again"
    NOT_UNDERSTOOD = "not_understood"
    DECLINED = "declined"


def judge(expected: str, keys: str, *, whole: bool, wrong_before: int) -> Verdict:
    """Read three keys: level, place, action. `whole`: the message was heard for as long as it must be."""
    keys = keys.strip("#* ")
    if keys[-1:] == DECLINE and len(keys) == len(expected):
        return Verdict.DECLINED
    if whole and keys == expected:
        return Verdict.HEARD
    return Verdict.AGAIN if wrong_before == 0 else Verdict.NOT_UNDERSTOOD


def choices(place: str, others: Sequence[str], seed: int) -> tuple[list[str], int]:
    """The place among up to two others, at a position that the seed decides; and that position, counted from 1."""
    listed = [name for name in dict.fromkeys(others) if name != place][:2]
    position = seed % (len(listed) + 1)
    listed.insert(position, place)
    return listed, position + 1
