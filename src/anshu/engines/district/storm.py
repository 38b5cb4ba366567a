"""A storm over an invented district as the readings its gauges would send, faults of devices and network included."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.random import Generator

from anshu.engines.district.assembly import stream
from anshu.engines.district.rain import STEPS, intensity, lagged, pond_depth_m, ponded_mm, rain_field
from anshu.engines.district.shapes import District, Gauge, Quantity, Reading
from anshu.engines.district.terrain import to_metres
from anshu.engines.routing.graph import Floats

MINUTES = 180
# How many points flood to each colour, and between which depths (metres) their brims lie.
FLOODED = (
    ("red", 3, 0.44, 0.65),
    ("orange", 4, 0.29, 0.37),
    ("yellow", 4, 0.17, 0.22),
    ("blue", 4, 0.08, 0.13),
)  # fmt: skip
CLOCK_AHEAD_S = 1380
SILENT_FROM_STEP, STUCK_FROM_STEP = 50.0, 85.0
LATE_SHARE, TWICE_SHARE = 0.015, 0.01
# Phases of the generator's streams; see `stream`.
_PLAN, _FIELD, _MEASURING, _NETWORK = 101, 102, 103, 104


@dataclass(frozen=True, slots=True)
class Script:
    """What the storm will do: waterlogging point → (colour, brim in m), and the gauges that will fail."""

    floods: Mapping[str, tuple[str, float]]
    silent_gauge: str
    stuck_gauge: str
    fast_clock_gauge: str
    creeping_gauge: str


@dataclass(frozen=True, slots=True, eq=False)
class _Sky:
    """Rain over every gauge, shape (STEPS + 1, gauges), in the order of the district's gauges."""

    rain_mm_per_h: Floats
    column: Mapping[str, int]


def script(district: District, seed: int) -> Script:
    """Choose where water will stand, among points under the heaviest rain, and which gauges of minor points fail."""
    rng = stream(seed, _PLAN)
    sky = _sky(district, seed)
    depth_gauges = [g for g in district.gauges if g.channels[0].quantity is Quantity.ROAD_WATER_DEPTH]
    most = ponded_mm(sky.rain_mm_per_h[:, [sky.column[g.code] for g in depth_gauges]]).max(axis=0)
    wanted = sum(count for _, count, _, _ in FLOODED)
    chosen = iter(rng.permutation(np.argsort(-most, kind="stable")[: wanted + 5]).tolist())
    floods: dict[str, tuple[str, float]] = {}
    gauges: dict[str, list[str]] = {}
    for colour, count, low_m, high_m in FLOODED:
        for _ in range(count):
            gauge = depth_gauges[next(chosen)]
            floods[gauge.watches] = (colour, round(float(rng.uniform(low_m, high_m)), 3))
            gauges.setdefault(colour, []).append(gauge.code)
    slopes = [g.code for g in district.gauges if g.channels[0].quantity is Quantity.DISPLACEMENT]
    return Script(
        floods=floods,
        silent_gauge=gauges["blue"][0],
        stuck_gauge=gauges["yellow"][0],
        fast_clock_gauge=gauges["blue"][1],
        creeping_gauge=slopes[int(rng.integers(len(slopes)))],
    )


def storm(district: District, *, start: datetime, seed: int, minutes: int = MINUTES) -> Iterator[Reading]:
    """Readings in the order of their delivery, from `start` (aware) on; equal arguments, equal readings.

    A few per cent arrive late or twice; the fast clock's readings claim to be from the future.
    """
    plan = script(district, seed)
    sky = _sky(district, seed)
    measuring, network = stream(seed, _MEASURING), stream(seed, _NETWORK)
    sent: list[tuple[float, str, float, float]] = []
    for gauge in district.gauges:
        channel = gauge.channels[0]
        interval_s = channel.interval_s or 60
        seconds = np.arange(int(measuring.integers(interval_s)), minutes * 60, interval_s, dtype=np.float64)
        steps = seconds / 60.0 * STEPS / minutes
        values = _MEASURES[channel.quantity](measuring, _Case(district, gauge, plan, sky), steps)
        seconds, values = _faults(plan, gauge.code, seconds, steps, values)
        at_s = seconds + (CLOCK_AHEAD_S if gauge.code == plan.fast_clock_gauge else 0)
        for delivered_s, i in _deliveries(network, seconds):
            sent.append((delivered_s, channel.code, float(at_s[i]), float(values[i])))
    for delivered_s, code, at_second, value in sorted(sent):
        yield Reading(
            channel_code=code,
            at=start + timedelta(seconds=at_second),
            value=value,
            delivered_at=start + timedelta(seconds=delivered_s),
            generated=True,
        )


def _sky(district: District, seed: int) -> _Sky:
    metres = to_metres(np.array([[g.position.lon, g.position.lat] for g in district.gauges]))
    column = {gauge.code: i for i, gauge in enumerate(district.gauges)}
    return _Sky(intensity(rain_field(stream(seed, _FIELD)), metres), column)


@dataclass(frozen=True, slots=True)
class _Case:
    """One gauge and all that decides its readings."""

    district: District
    gauge: Gauge
    plan: Script
    sky: _Sky

    def rain(self) -> Floats:
        """Rain over this gauge, shape (STEPS + 1, 1)."""
        here = self.sky.column[self.gauge.code]
        return self.sky.rain_mm_per_h[:, here : here + 1]

    def mean_rain(self) -> Floats:
        """Mean rain over all gauges, shape (STEPS + 1,)."""
        return np.asarray(self.sky.rain_mm_per_h.mean(axis=1), dtype=np.float64)


def _at(steps: Floats, curve: Floats) -> Floats:
    return np.interp(steps, np.arange(STEPS + 1), curve)


def _water_depth(rng: Generator, case: _Case, steps: Floats) -> Floats:
    """Metres to the millimetre; away from the scripted points a film of less than 3 cm."""
    _, brim_m = case.plan.floods.get(case.gauge.watches, ("", float(rng.uniform(0.0, 0.03))))
    depth_m = _at(steps, pond_depth_m(case.rain(), np.array([brim_m]))[:, 0])
    noisy = depth_m + np.where(depth_m > 0.005, rng.normal(0.0, 0.002, len(steps)), 0.0)
    return np.asarray(np.round(np.maximum(noisy, 0.0), 3), dtype=np.float64)


def _rain(rng: Generator, case: _Case, steps: Floats) -> Floats:
    """Millimetres of the past five minutes, in tips of 0.2 mm."""
    five_minutes_mm = _at(steps, case.rain()[:, 0]) / 12.0 * rng.uniform(0.92, 1.08, len(steps))
    return np.asarray(np.round(np.floor(five_minutes_mm / 0.2) * 0.2, 1), dtype=np.float64)


def _reservoir_level(rng: Generator, case: _Case, steps: Floats) -> Floats:
    """Metres above datum, rising with the rain fallen so far: only the first reservoir passes its flood limit."""
    water = next(item for item in case.district.risk_objects if item.code == case.gauge.watches)
    first = next(item for item in case.district.risk_objects if item.kind == water.kind)
    fallen = np.cumsum(case.mean_rain())
    rise_m = float(rng.uniform(0.45, 0.65)) * _at(steps - 8.0, fallen / fallen[-1])
    below_m = 0.2 if water is first else float(rng.uniform(0.8, 1.3))
    return np.round(float(water.details["flood_limit_level_m"]) - below_m + rise_m, 2)


def _river_level(rng: Generator, case: _Case, steps: Floats) -> Floats:
    """Metres above the gauge's zero; the answer to the rain comes half an hour late."""
    risen_m = _at(steps, lagged(case.mean_rain(), 35.0)) * 0.11
    return np.round(2.4 + risen_m + rng.normal(0.0, 0.005, len(steps)), 2)


def _water_level(rng: Generator, case: _Case, steps: Floats) -> Floats:
    river = any(water.code == case.gauge.watches for water in case.district.waters if water.kind == "river")
    return _river_level(rng, case, steps) if river else _reservoir_level(rng, case, steps)


def _displacement(rng: Generator, case: _Case, steps: Floats) -> Floats:
    """Millimetres since installation: noise, but for one slope that creeps faster and faster."""
    creep_mm = 18.0 * (steps / STEPS) ** 3 if case.gauge.code == case.plan.creeping_gauge else np.zeros(len(steps))
    return np.round(float(rng.uniform(0.5, 3.0)) + creep_mm + rng.normal(0.0, 0.08, len(steps)), 2)


_MEASURES: Mapping[Quantity, Callable[[Generator, _Case, Floats], Floats]] = {
    Quantity.ROAD_WATER_DEPTH: _water_depth,
    Quantity.RAIN_5MIN: _rain,
    Quantity.WATER_LEVEL: _water_level,
    Quantity.DISPLACEMENT: _displacement,
}


def _faults(plan: Script, gauge: str, seconds: Floats, steps: Floats, values: Floats) -> tuple[Floats, Floats]:
    """The silent gauge stops half-way up; the stuck one repeats its last value for good."""
    if gauge == plan.silent_gauge:
        return seconds[steps < SILENT_FROM_STEP], values[steps < SILENT_FROM_STEP]
    if gauge == plan.stuck_gauge:
        frozen = values[np.searchsorted(steps, STUCK_FROM_STEP)]
        return seconds, np.where(steps >= STUCK_FROM_STEP, frozen, values)
    return seconds, values


def _deliveries(rng: Generator, seconds: Floats) -> Iterator[tuple[float, int]]:
    """(Second of delivery, position) of each message: mostly within seconds, some minutes late, some twice."""
    count = len(seconds)
    delay_s = rng.uniform(0.5, 4.0, count)
    late = rng.random(count) < LATE_SHARE
    delay_s = np.where(late, rng.uniform(300.0, 1200.0, count), delay_s)
    again_s = np.where(rng.random(count) < TWICE_SHARE, rng.uniform(3.0, 40.0, count), 0.0)
    for i, (delay, again) in enumerate(zip(delay_s.tolist(), again_s.tolist(), strict=True)):
        yield round(float(seconds[i]) + delay, 3), i
        if again:
            yield round(float(seconds[i]) + delay + again, 3), i
