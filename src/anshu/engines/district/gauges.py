"""Measuring devices: depth at every waterlogging point, rain, reservoir and river levels, slope displacement."""

import numpy as np
import shapely
from numpy.random import Generator

from anshu.engines.district.objects import Ground, bank, spots
from anshu.engines.district.shapes import Channel, Gauge, Position, Quantity, RiskKind, RiskObject
from anshu.engines.district.terrain import to_metres
from anshu.engines.district.words import DISTRICT_CODE

RAIN_GAUGES = 25
RIVER_REACHES = 3

# Kind of object → short code, what is measured, how often in seconds, ending of the gauge's name.
_WATCHED: dict[RiskKind, tuple[str, Quantity, int, str]] = {
    RiskKind.WATERLOGGING_POINT: ("GD", Quantity.ROAD_WATER_DEPTH, 60, "积水监测站"),
    RiskKind.RESERVOIR: ("GV", Quantity.WATER_LEVEL, 300, "水位站"),
    RiskKind.SLOPE: ("GS", Quantity.DISPLACEMENT, 600, "位移监测点"),
}


def channel_code(gauge_code: str, quantity: Quantity) -> str:
    """The code of a gauge's channel for one quantity."""
    return f"{gauge_code}/{quantity}"


def gauges(rng: Generator, ground: Ground, objects: tuple[RiskObject, ...]) -> tuple[Gauge, ...]:
    """One gauge at each waterlogging point, reservoir and slope, then the rain and river gauges."""
    watching = []
    for item in objects:
        if item.kind in _WATCHED:
            short, quantity, interval_s, ending = _WATCHED[item.kind]
            code = f"{DISTRICT_CODE}-{short}{item.code[-4:]}"
            channel = Channel(channel_code(code, quantity), quantity, interval_s)
            name = f"{item.name}{ending}"
            watching.append(Gauge(code, name, item.position, item.area_code, item.code, (channel,), generated=True))
    return (*watching, *_rain_gauges(rng, ground), *_river_gauges(ground))


def _rain_gauges(rng: Generator, ground: Ground) -> list[Gauge]:
    """Twenty-five gauges chosen far apart from one another among ten times as many places."""
    places = spots(rng, ground, RAIN_GAUGES * 10, (20.0, 80.0))
    metres = to_metres(places.degrees)
    chosen = [0]
    while len(chosen) < RAIN_GAUGES:
        gaps = np.linalg.norm(metres[:, None, :] - metres[chosen][None, :, :], axis=2).min(axis=1)
        chosen.append(int(gaps.argmax()))
    made = []
    for serial, place in enumerate(chosen, start=1):
        code = f"{DISTRICT_CODE}-GR{serial:04d}"
        grid_code = ground.terrain.grid_codes[places.grid[place]]
        channel = Channel(channel_code(code, Quantity.RAIN_5MIN), Quantity.RAIN_5MIN, 300)
        position = Position(float(places.degrees[place, 0]), float(places.degrees[place, 1]))
        name = f"{ground.areas[grid_code].name}雨量站"
        made.append(Gauge(code, name, position, grid_code, "", (channel,), generated=True))
    return made


def _river_gauges(ground: Ground) -> list[Gauge]:
    """Upper, middle and lower gauge, each on the bank of a third of the river."""
    river = ground.terrain.waters[0]
    west, south, east, north = river.surface.bounds
    made = []
    for reach, label in enumerate(("上游", "中游", "下游")):
        left = west + (east - west) * reach / RIVER_REACHES
        stretch = shapely.clip_by_rect(river.surface, left, south, left + (east - west) / RIVER_REACHES, north)
        position, grid_code = bank(ground, stretch)
        code = f"{DISTRICT_CODE}-GQ{reach + 1:04d}"
        channel = Channel(channel_code(code, Quantity.WATER_LEVEL), Quantity.WATER_LEVEL, 300)
        name = f"{river.name}{label}水位站"
        made.append(Gauge(code, name, position, grid_code, river.code, (channel,), generated=True))
    return made
