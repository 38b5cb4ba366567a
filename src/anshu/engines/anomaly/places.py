"""Where a channel has been: at most PLACES pairs of level and time of day, and how far a new one lies from them all.

The cover is the doubling algorithm for incremental clustering (Charikar, Chekuri, Feder, Motwani 1997): what lies
farther than the radius from every place becomes a place; when there is no room, the radius grows until two places
fall together. No reading is ever farther from the cover than a small multiple of the best that PLACES points could do.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from anshu.engines.anomaly.state import PLACES, Floats, State

GROWTH: Final = 1.1  # of the radius; small, so that a full memory loses few places at a time
HOUR_WEIGHT: Final = 0.5  # noon and midnight are this many diameters (of a day's circle, in standard deviations) apart
ROUNDING: Final = 1.0 + 1e-7


def novelty(state: State, level: Floats, hour: Floats) -> Floats:
    """How far (in the unit of the values) each level lies from the nearest place; 0 until there are two places.

    level: (C, P); hour: (C,) radians. The levels are then remembered, in place.
    """
    weight = HOUR_WEIGHT**2 * state.moment / np.maximum(state.seen, 1)
    turn = 2.0 - 2.0 * np.cos(hour[:, None, None] - state.place_hour)  # the squared chord on the circle of the day
    distance2 = (level[:, :, None] - state.place) ** 2 + weight[:, None, None] * turn
    distance2[np.arange(PLACES) >= state.placed[:, :, None]] = np.inf
    nearest = np.sqrt(distance2.min(axis=2))
    for row, memory in np.argwhere(nearest > state.radius):
        _remember(state, (row, memory), (float(level[row, memory]), float(hour[row])), float(weight[row]))
    return np.where(np.isfinite(nearest) & (state.placed >= 2), nearest, 0.0)


def _remember(state: State, memory: tuple[int, int], new: tuple[float, float], weight: float) -> None:
    """Add a place, after making room by a greater radius when there is none; not if it then lies near another."""
    place, place_hour = state.place[memory], state.place_hour[memory]
    if state.placed[memory] == PLACES:
        state.placed[memory] = _merge(state, memory, weight)
        used = int(state.placed[memory])
        apart2 = (new[0] - place[:used]) ** 2 + weight * (2.0 - 2.0 * np.cos(new[1] - place_hour[:used]))
        if apart2.min() <= state.radius[memory] ** 2:
            return
    free = int(state.placed[memory])
    place[free], place_hour[free] = new
    state.placed[memory] = free + 1


def _merge(state: State, memory: tuple[int, int], weight: float) -> int:
    """Grow the radius to the least distance between two places at least, and drop what then lies near an older place.

    Returns how many places are left: at least one fewer.
    """
    place, hour = state.place[memory], state.place_hour[memory]
    apart2 = (place[:, None] - place) ** 2 + weight * (2.0 - 2.0 * np.cos(hour[:, None] - hour))
    least = apart2[~np.eye(PLACES, dtype=bool)].min()
    radius = max(float(state.radius[memory]) * GROWTH, float(np.sqrt(least)) * ROUNDING)
    state.radius[memory] = radius
    kept = _scattered(apart2 <= max(radius * radius, least))
    place[: len(kept)], hour[: len(kept)] = place[kept], hour[kept]
    return len(kept)


def _scattered(near: NDArray[np.bool_]) -> list[int]:
    """Indices from the oldest on, each unless it is near one kept before."""
    kept: list[int] = []
    covered = np.zeros(len(near), dtype=bool)
    for index in range(len(near)):
        if not covered[index]:
            kept.append(index)
            covered |= near[index]
    return kept
