"""Readings in, decisions out: what is derived from a channel, judged by a ladder of steps with hysteresis and holds.

    rules = compile_rules([LadderRule(...), Spread(...), CompoundRule(...)], checked=[Checked(...)])
    state = new_state(rules)
    state, decisions = step(rules, state, Batch(channel, at_ms, value), now_ms)

Everything here is a pure function of its arguments: no clock, no storage, no randomness. What follows is the whole
meaning of `step`; `tests/engines/sensing/reference.py` says the same once more as slow and obvious code.

**Words.** A *channel* is a number that names one measured quantity. A *rule* is a ladder on one *signal* of one
channel; a channel may carry several rules, which do not see one another. A ladder has one to four *steps*, mildest
first, each with a public level (1 red, 2 orange, 3 yellow, 4 blue; 0 means none). The *rung* of a rule is the number
of its steps that are on, counted from the mildest: when a step is on, so is every milder one. The rule's level is
that of its rung. All instants are integer milliseconds since 1970 UTC. There are no leap seconds in them, and local
time is a fixed offset from UTC (China: eight hours, never summer time), so that no hour occurs twice and none is
missing.

**Checks** come before rules, in this order, and leave *marks* on the reading (`Outcome.marks`). A reading that they
refuse changes nothing but a count.
  * A channel without a rule: UNWATCHED.
  * More than `ahead_limit_s` later than `now_ms`: AHEAD, so that a device clock set to 2059 cannot silence its
    channel.
  * Outside `low` to `high`: OUT_OF_RANGE.
  * A *backup* channel's reading is also taken for the channel that it stands in for, as if it were its own and marked
    LENT, but only when that channel's newest own reading (before the first: the first call) is more than
    `gap_after_s` older.
  * Older than the newest accepted reading: LATE. Windows may still take it in; all else leaves it.
  * More than `jump` away from the newest accepted value: SPIKE, unless the reading before was a SPIKE within `jump`
    of this one: what has jumped and stays is believed at the second reading. After a gap nothing is a SPIKE.
  * GAP and STUCK are remarks on accepted readings: more than `gap_after_s` after the one before; the value has been
    the same for more than `stuck_after_s`.
What is left is *accepted*. An equal instant is accepted (the later arrival speaks last), but only VALUE, UNCHANGED
and SILENCE are judged again: whoever stores readings passes on each instant once, and windows rely on it.

**Signals.** What a rule judges, by `of=Quantity(signal, over_s, panes)`:
  * VALUE, the reading. RATE, its change since the one before, per hour.
  * SUM, MEAN, LOWEST, HIGHEST, and CHANGE (newest value less the first in the window), TREND (the same per hour of
    what lies between): over a window of `panes` equal panes, counted from 1970, the newest of which is only begun. A
    reading is in the window when its pane is among the newest `panes`. A late one that still is enters its pane, and
    the rule is judged anew at the newest instant; so once all have come, it does not matter in which order. Sums are
    of whole millionths, values cut off at a thousand million either way, and exact up to 9e9 a window. Only readings
    move a window on: silence is not dryness.
  * UNUSUAL, UNSEASONABLE: how many spreads a reading lies off what is usual on the channel, or at this hour of the
    local day; see kernels/detectors.py. Not judged before thirty readings (of the hour) have been learnt. An accepted
    reading is judged first and learnt then; late ones are neither.
  * UNCHANGED, for how many seconds the value has been the same. SILENCE, for how many seconds no reading has been
    accepted (before the first: since the first call). SILENCE alone is judged also when time passes, at `now_ms`.
A reading that gives a rule nothing to judge leaves its ladder as it was. A forecast is a channel too, its `at_ms` the
instant of issue; `certainty` says what its thresholds are worth and is passed on with each decision.

**Steps.** Written for direction ABOVE; for BELOW, mirror every comparison.
  * A step that is off is *reached* by a judgement with signal >= raise_at. It comes on at the first judgement that
    finds it reached by every one over at least `hold_up_s`.
  * A step that is on is *cleared* by a judgement with signal < clear_at. Its hold is over at the first judgement that
    finds it cleared by every one over at least `hold_down_s`.
  * Outside its `when` a rule finds no step reached and every step cleared.
  * Going up jumps to the highest step whose hold is over and takes the milder ones along. Going down starts at the
    top and stops at the first step whose hold is not over: a severe step is never left early because a milder one is
    quick to clear. One judgement makes at most one such move per rule.
  * Holds run in event time, from the instant of the first such reading to that of the present one. `now_ms` completes
    no hold but those of rules on SILENCE and of compounds. A value is taken to last until the next reading, but when
    two neighbouring accepted readings are more than `stale_after_s` apart, nobody knows what lay between: all holds
    then start anew with the later one.

**Time that passes.** When `now_ms` lies in another second than that of the last sweep, and before any reading of the
batch is taken, there is a *sweep*. A channel's silence runs from its newest accepted reading (before the first: from
the `now_ms` of the first call that watched it). Every rule whose channel has been silent for more than
`stale_after_s` becomes *stale*. A stale rule keeps its level: silence never clears an alarm. It becomes *fresh* at
the first accepted reading that is no older than `stale_after_s` at `now_ms`. A rule with `stale_after_s=None` is
never stale. Then rules on SILENCE are judged. After a hole in the network the readings that were kept come with their
own instants and are taken in that order: holds, windows and detectors then say what they would have said, late by the
hole.

**Compounds** are ladders on how many of their conditions are true. A condition is true while its rule stands at its
level or graver, and for `within_s` from the instant of the move that ended this. They are judged, at `now_ms`, after
the moves of one reading on which they look (those that others look at first), and after each sweep. They are never
stale.

**What to pass as now.** The instant at which the batch was received, as recorded with it, not the instant at which it
happens to be processed: then a replay of the record gives the same decisions. A `now_ms` that goes backwards is taken
as it is.

**Decisions** come first for the sweep, by rule, STALE before a move; then in order of arrival, by rule, FRESH before
the move of the same reading, compounds last. The same readings in the same order with the same nows give the same
decisions bit for bit, however they are cut into batches (a batch cut in two is two calls with the same now), on
however many threads, and with `dump` and `load` anywhere between. Where streams come shuffled, `settle` puts them in
order first, for the price of waiting; what comes late by no more than it waits then makes no difference at all.

**Changing the rules.** `recompile` carries the state of every rule that is the same in old and new (same key and same
content), starts all others from nothing, and names the rules whose open level or staleness was given up: no CLEAR or
FRESH will ever come for those, so the caller must close what hangs on them.

**Many machines.** `bucket_of` and `part` divide the rules by channel, `split` and `join` their state; each part is
judged for itself, with every now of the whole, also where it has no readings (see parting.py).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from anshu.engines.sensing.carrying import Abandoned, recompile
from anshu.engines.sensing.decisions import Decision, Kind, Moves, Reason, decide, joined
from anshu.engines.sensing.parting import Part, bucket_of, join, part, route, split
from anshu.engines.sensing.readings import Batch, Mark
from anshu.engines.sensing.recorded import Along, ladders_alone
from anshu.engines.sensing.rules import (
    Certainty,
    Checked,
    Checks,
    CompoundRule,
    Condition,
    Direction,
    LadderRule,
    Level,
    Quantity,
    Schedule,
    Signal,
    Spread,
    Step,
)
from anshu.engines.sensing.settling import Settling, settle
from anshu.engines.sensing.snapshot import dump, dump_rules, load
from anshu.engines.sensing.state import Counts, State, counts, new_state, rungs, stale
from anshu.engines.sensing.table import RuleTable, compile_rules

if TYPE_CHECKING:
    from anshu.engines.sensing.stepping import Outcome, advance, judge, step, warm_up

# What needs the compiler is loaded when it is first asked for: the processes that only read and write rules never do.
_COMPILED = ("Outcome", "advance", "judge", "step", "warm_up")

__all__ = [
    "Abandoned",
    "Along",
    "Batch",
    "Certainty",
    "Checked",
    "Checks",
    "CompoundRule",
    "Condition",
    "Counts",
    "Decision",
    "Direction",
    "Kind",
    "LadderRule",
    "Level",
    "Mark",
    "Moves",
    "Outcome",
    "Part",
    "Quantity",
    "Reason",
    "RuleTable",
    "Schedule",
    "Settling",
    "Signal",
    "Spread",
    "State",
    "Step",
    "advance",
    "bucket_of",
    "compile_rules",
    "counts",
    "decide",
    "dump",
    "dump_rules",
    "join",
    "joined",
    "judge",
    "ladders_alone",
    "load",
    "new_state",
    "part",
    "recompile",
    "route",
    "rungs",
    "settle",
    "split",
    "stale",
    "step",
    "warm_up",
]


def __getattr__(name: str) -> Any:
    if name not in _COMPILED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.stepping"), name)
