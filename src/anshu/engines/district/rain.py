"""Weather and water of an invented storm: rain cells that cross the district, and buckets that fill, spill and drain.

Everything runs on a timeline of 180 steps of one minute; a longer or shorter storm is the same curve stretched.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from anshu.engines.routing.graph import Floats

STEPS = 180
# What the pipes of a road take away, and the share of ponded water that finds a way out each minute.
DRAINED_MM_PER_H = 25.0
LEAK_PER_MIN = 0.03
# A hollow that would hold more than this share of its fill overflows: the depth stands still at the brim.
BRIM = 0.75


@dataclass(frozen=True, slots=True, eq=False)
class RainField:
    """Round cells with Gaussian profiles, moving on straight lines; arrays of one value (or pair) per cell."""

    centre_m: Floats
    drift_m_per_min: Floats
    radius_m: Floats
    peak_mm_per_h: Floats
    middle_step: Floats
    spread_steps: Floats


def rain_field(rng: Generator) -> RainField:
    """One strong cell that crosses the middle from the west in the first hour, and two weaker ones after it."""
    return RainField(
        centre_m=np.array([[0.0, 0.0], [-1500.0, 1800.0], [1200.0, -1500.0]]) + rng.uniform(-500.0, 500.0, (3, 2)),
        drift_m_per_min=np.array([[75.0, -15.0], [90.0, -40.0], [60.0, 30.0]]) + rng.uniform(-10.0, 10.0, (3, 2)),
        radius_m=np.array([2600.0, 1900.0, 1700.0]) * rng.uniform(0.9, 1.1, 3),
        peak_mm_per_h=np.array([115.0, 60.0, 45.0]) * rng.uniform(0.95, 1.1, 3),
        middle_step=np.array([55.0, 70.0, 82.0]) + rng.uniform(-3.0, 3.0, 3),
        spread_steps=np.array([22.0, 16.0, 14.0]),
    )


def intensity(field: RainField, metres: Floats) -> Floats:
    """Rain in mm/h at places (n, 2) in local metres, shape (STEPS + 1, n); nothing falls in the last hour."""
    step = np.arange(STEPS + 1, dtype=np.float64)
    total = np.zeros((STEPS + 1, len(metres)))
    for cell in range(len(field.radius_m)):
        since = step - field.middle_step[cell]
        centre = field.centre_m[cell] + since[:, None] * field.drift_m_per_min[cell]
        away = np.linalg.norm(metres[None, :, :] - centre[:, None, :], axis=2) / field.radius_m[cell]
        life = np.exp(-0.5 * (since / field.spread_steps[cell]) ** 2)
        total += field.peak_mm_per_h[cell] * np.exp(-0.5 * away**2) * life[:, None]
    total += (6.0 * np.exp(-0.5 * ((step - 60.0) / 30.0) ** 2))[:, None]
    total[(step > STEPS * 2 / 3)] = 0.0
    return total


def ponded_mm(rain_mm_per_h: Floats) -> Floats:
    """Water that the drains do not take, step by step, shape as given."""
    stored = np.zeros_like(rain_mm_per_h)
    for step in range(1, len(rain_mm_per_h)):
        net = stored[step - 1] + (rain_mm_per_h[step] - DRAINED_MM_PER_H) / 60.0
        stored[step] = np.maximum(0.0, net - LEAK_PER_MIN * stored[step - 1])
    return stored


def pond_depth_m(rain_mm_per_h: Floats, brim_m: Floats) -> Floats:
    """Depth on the road, shape (steps, n): it rises, holds at each hollow's brim (n), and recedes."""
    stored = ponded_mm(rain_mm_per_h)
    most = stored.max(axis=0)
    filled = np.divide(stored, BRIM * most, out=np.zeros_like(stored), where=most > 0.0)
    return np.asarray(brim_m * np.minimum(filled, 1.0), dtype=np.float64)


def lagged(rain_mm_per_h: Floats, memory_steps: float) -> Floats:
    """Outflow of a linear reservoir fed by the rain: how a river answers, later and flatter."""
    flow = np.zeros_like(rain_mm_per_h)
    for step in range(1, len(rain_mm_per_h)):
        flow[step] = flow[step - 1] + (rain_mm_per_h[step] - flow[step - 1]) / memory_steps
    return flow
