"""Readings in, scores out: which reading of a channel is unlike all that the channel has shown before.

    state = new_state(channels)
    state, score = observe(state, channel, at_ms, value)

There is nothing to tune: one setting serves every channel. Everything here is a pure function of its arguments (no
clock, no storage, no randomness), sees one reading of a channel after another and never what comes later, and
remembers under 2 KiB a channel, however long it runs.

**Views.** A reading is looked at in twelve ways, each a number >= 0 that is great when something is odd:
  * *Residuals.* The channel's mean is followed at five scales (1, 4, 16, 64, 256 readings). At each, the residual is
    the distance of the next finer mean (at first: of the reading) from this mean as it was before. A step, a spike, a
    slow drift: each is greatest at the scale that is its own.
  * *Residuals in swings.* The same, each divided by its own mean over the last thousand readings or so: what is great
    for a calm week is small for a storm, and the other way round.
  * *Novelty.* How far the level (of one reading, and of sixteen) is from every level met before at about the same
    time of day (`places`). A value in a gap that was never visited, or a night value at noon.

**Surprise.** Views have neither units nor distributions in common. What makes them comparable is their own history:
how many peaks as high as the present one are to be expected in a history as long as the one seen (`peaks`). Surprise
is minus the log of that count over five, and the most surprised view speaks for the channel. In an unchanging channel
records become rarer as the history grows, and alarms with them; HISTORY_WEIGHT takes a quarter of that back, as a long
history tells the tail better and may hold more that is worth telling.

**Score.** 1 / (1 + expected count), in 0..1. A reading with a surprise over GATE begins an alarm. While it lasts
(EPISODE_READINGS, or 3 % of the history if that is more), readings that are not more surprising by a factor e score 0:
an event is told once, and once more when it grows.

Values scaled or shifted by any constant give the same scores, up to rounding. Times matter only through the hour.
What was tried, what it scores beside other methods, and what to doubt: docs/decisions/0008.
"""

from anshu.engines.anomaly.detector import GATE_SCORE, observe
from anshu.engines.anomaly.state import State, new_state

__all__ = ["GATE_SCORE", "State", "new_state", "observe"]
