"""Readings in, decisions out: threshold ladders with hysteresis, hold times and staleness.

    rules = compile_rules([LadderRule(...), ...])
    state = new_state(rules)
    state, decisions = step(rules, state, Batch(channel, at_ms, value), now_ms)

Everything here is a pure function of its arguments: no clock, no storage, no randomness. What follows is the whole
meaning of `step`; `tests/engines/sensing/reference.py` says the same once more as slow and obvious code.

**Words.** A *channel* is a number that names one measured quantity. A *rule* is a ladder on one channel; a channel
may carry several rules, which do not see one another. A ladder has one to four *steps*, mildest first, each with a
public level (1 red, 2 orange, 3 yellow, 4 blue; 0 means none). The *rung* of a rule is the number of its steps that
are on, counted from the mildest: when a step is on, so is every milder one. The rule's level is that of its rung.
All instants are integer milliseconds since 1970 UTC.

**Order.** Readings are taken in the order in which they stand in the batch. Within a channel only a reading that is
not older than the newest one accepted so far is *accepted*. An older one is *late*: it changes nothing and is
counted in `State.late`. An equal instant is accepted (the later arrival speaks last; a repeated reading changes
nothing). A reading more than `ahead_limit_s` later than `now_ms` is *ahead*: it changes nothing and is counted in
`State.ahead`, so that a device clock set to 2099 cannot silence its channel. Readings of channels without a rule are
counted in `State.unwatched`.

**Steps.** Written for direction ABOVE; for BELOW, mirror every comparison.
  * A step that is off is *reached* by a reading with value >= raise_at. It comes on at the first reading that finds
    it reached by every accepted reading over at least `hold_up_s`.
  * A step that is on is *cleared* by a reading with value < clear_at. Its hold is over at the first reading that
    finds it cleared by every accepted reading over at least `hold_down_s`.
  * Going up jumps to the highest step whose hold is over and takes the milder ones along. Going down starts at the
    top and stops at the first step whose hold is not over: a severe step is never left early because a milder one is
    quick to clear. One reading makes at most one such move per rule.
  * Holds run in event time, from the instant of the first such reading to that of the present one. `now_ms` never
    completes a hold: only a reading does. A value is taken to last until the next reading, but when two neighbouring
    accepted readings are more than `stale_after_s` apart, nobody knows what lay between: all holds then start anew
    with the later one.

**Staleness.** A channel's silence runs from its newest accepted reading (before the first: from the `now_ms` of the
first call that watched it). When `now_ms` differs from that of the previous call, and before any reading of the
batch is taken, every rule whose channel has been silent for more than `stale_after_s` becomes *stale*. A stale rule
keeps its level: silence never clears an alarm. It becomes *fresh* at the first accepted reading that is no older
than `stale_after_s` at `now_ms`. A rule with `stale_after_s=None` is never stale.

**What to pass as now.** The instant at which the batch was received, as recorded with it, not the instant at which
it happens to be processed: then a replay of the record gives the same decisions. A `now_ms` that goes backwards is
taken as it is.

**Decisions** come first for staleness, by rule; then in order of arrival, by rule, FRESH before the move of the same
reading. The same readings in the same order with the same nows give the same decisions bit for bit, however they are
cut into batches (a batch cut in two is two calls with the same now), and with `dump` and `load` anywhere between.

**Changing the rules.** `recompile` carries the state of every rule that is the same in old and new (same key and
same content), starts all others from nothing, and names the rules whose open level or staleness was given up: no
CLEAR or FRESH will ever come for those, so the caller must close what hangs on them.
"""

from anshu.engines.sensing.decisions import Decision, Kind, Reason
from anshu.engines.sensing.ladder import step
from anshu.engines.sensing.readings import Batch
from anshu.engines.sensing.rules import Direction, LadderRule, Level, RuleTable, Step, compile_rules
from anshu.engines.sensing.snapshot import dump, load
from anshu.engines.sensing.state import Abandoned, State, new_state, recompile

__all__ = [
    "Abandoned",
    "Batch",
    "Decision",
    "Direction",
    "Kind",
    "LadderRule",
    "Level",
    "Reason",
    "RuleTable",
    "State",
    "Step",
    "compile_rules",
    "dump",
    "load",
    "new_state",
    "recompile",
    "step",
]
