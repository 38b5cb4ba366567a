"""What the detector remembers of a channel, as arrays with one row per channel, and the one setting that it has."""

from dataclasses import dataclass, fields
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

SCALES: Final = 4.0 ** np.arange(5)  # readings: 1, 4, 16, 64, 256; each four times the one before
SWING_READINGS: Final = 1024.0  # the next scale above: over how many readings "usual lately" is taken
PLACED_SCALES: Final = np.array([0, 2])  # the scales whose levels are remembered by time of day: 1 and 16
PLACES: Final = 32  # remembered places per scale
PEAKS: Final = 5  # remembered peaks per view
VIEWS: Final = 2 * len(SCALES) + len(PLACED_SCALES)
EPISODE_READINGS: Final = 32  # what lies closer together is one event
NO_SLOT: Final = -1
LONG_AGO: Final = -(2**40)  # a reading number before any


@dataclass
class State:
    """C channels; S scales, P placed scales, V views. `bytes_per_channel` is a constant: it does not grow with time."""

    seen: Ints  # (C,) readings taken
    level: Floats  # (C, S) running mean of each scale
    swing: Floats  # (C, S) running mean of the absolute residual of each scale
    mean: Floats  # (C,) of all readings
    moment: Floats  # (C,) sum of squared deviations from the mean, all readings
    place: Floats  # (C, P, PLACES) remembered levels
    place_hour: Floats  # (C, P, PLACES) at what time of day, as an angle in radians
    placed: Ints  # (C, P) how many places are in use
    radius: Floats  # (C, P) a level farther than this from every place becomes one
    peak: Floats  # (C, V, PEAKS) the greatest peaks of each view, one per episode, falling
    peaks: NDArray[np.int8]  # (C, V) how many there are
    slot: NDArray[np.int8]  # (C, V) which of them is of the episode that is going on
    peak_at: Ints  # (C, V) the reading number at which that one rose last
    alarm: Floats  # (C,) surprise of the last alarm
    alarm_at: Ints  # (C,) its reading number

    def take(self, channel: Ints) -> "State":
        """The rows of these channels, copied."""
        return State(**{field.name: getattr(self, field.name)[channel] for field in fields(self)})

    def replaced(self, channel: Ints, part: "State") -> "State":
        """A copy in which `part` stands in the rows of these channels."""
        after = State(**{field.name: getattr(self, field.name).copy() for field in fields(self)})
        for field in fields(self):
            getattr(after, field.name)[channel] = getattr(part, field.name)
        return after

    @property
    def bytes_per_channel(self) -> int:
        return sum(getattr(self, field.name)[:1].nbytes for field in fields(self))


def new_state(channels: int) -> State:
    """Channels of which nothing has been seen."""
    views, placed = (channels, VIEWS), (channels, len(PLACED_SCALES))
    return State(
        seen=np.zeros(channels, np.int64),
        level=np.zeros((channels, len(SCALES))),
        swing=np.zeros((channels, len(SCALES))),
        mean=np.zeros(channels),
        moment=np.zeros(channels),
        place=np.zeros((*placed, PLACES)),
        place_hour=np.zeros((*placed, PLACES)),
        placed=np.zeros(placed, np.int64),
        radius=np.zeros(placed),
        peak=np.zeros((*views, PEAKS)),
        peaks=np.zeros(views, np.int8),
        slot=np.full(views, NO_SLOT, np.int8),
        peak_at=np.full(views, LONG_AGO, np.int64),
        alarm=np.zeros(channels),
        alarm_at=np.full(channels, LONG_AGO, np.int64),
    )
