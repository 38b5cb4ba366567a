"""What a rule would have done: recorded readings in, the alarms it would have raised out, and what they were worth.

    (found,) = follow([table], rounds, span)
    score(found.spells, truth, span)
    compare(before, after, truth, span)

Everything here is a pure function of its arguments. All instants are integer milliseconds since 1970 UTC.

**Words.** A *spell* is one alarm: from the instant at which a rule left its lowest rung until it came back to it, or
until the recording ended. What is known about the past is a *truth*: windows on channels, each of which says that
something happened there, or that nothing did. A window in which something happened is an *event*. A truth that is
*complete* knows of everything that happened (labels); one that is not (verdicts of a duty desk) knows nothing about
what lies outside its windows.

**Counting.** A spell counts for an event when it stands at some instant of the event or of the `ahead_ms` before it.
  * An event for which a spell counts is a *hit*, any other a *miss*.
  * A spell that counts for an event is *true*. Of the others it is *false* when the truth is complete or when it
    meets a window in which nothing happened, else it is *unjudged*.
  * The *lead* of a hit is the time from the first such spell to the begin of the event, never more than `ahead_ms`,
    and negative when the spell came after the begin.
The hit rate is hits by events, the false-alarm ratio false spells by true and false ones: POD and FAR of weather
services (WWRP/WGNE Joint Working Group on Forecast Verification Research).

**Comparing.** A spell of one rule is *spared* by another when none of the other's stands at the same time on its
channel.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from anshu.engines.backtest.comparing import Difference, compare
from anshu.engines.backtest.rounds import Round, in_rounds
from anshu.engines.backtest.scoring import Score, Span, judged, leads, score
from anshu.engines.backtest.spells import Spells
from anshu.engines.backtest.truth import Truth, events_of, windows

if TYPE_CHECKING:
    from anshu.engines.backtest.replaying import Followed, follow

__all__ = [
    "Difference",
    "Followed",
    "Round",
    "Score",
    "Span",
    "Spells",
    "Truth",
    "compare",
    "events_of",
    "follow",
    "in_rounds",
    "judged",
    "leads",
    "score",
    "windows",
]


def __getattr__(name: str) -> Any:
    """What needs the compiler is loaded when it is first asked for."""
    if name not in ("Followed", "follow"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.replaying"), name)
