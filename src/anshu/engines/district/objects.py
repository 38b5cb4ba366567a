"""Risk objects and public facilities: where they stand, what they are called, and what only their kind has."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator
from shapely.geometry.base import BaseGeometry

from anshu.engines.district.people import DEFENCE_OWNER, first_posts
from anshu.engines.district.shapes import Area, Position, Post, RiskKind, RiskObject
from anshu.engines.district.streets import along, beside
from anshu.engines.district.terrain import Terrain, locate, to_degrees, to_metres
from anshu.engines.district.words import DISTRICT_CODE, DISTRICT_NAME, LANDMARKS, SHELTER_BUILDINGS
from anshu.engines.routing import RoadGraph
from anshu.engines.routing.graph import Floats, Integers

Details = Mapping[str, str | int | float]

# Square metres a person needs, by duration of stay (GB 51143); three days is the usual stay in a storm.
SHORT_STAY_M2_PER_PERSON = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What placing anything needs: terrain, roads, names of areas by code, posts by organisation and title."""

    terrain: Terrain
    roads: RoadGraph
    areas: Mapping[str, Area]
    posts: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, terrain: Terrain, roads: RoadGraph, posts: tuple[Post, ...]) -> "Ground":
        return cls(terrain, roads, {area.code: area for area in terrain.areas}, first_posts(posts))

    def post(self, grid_code: str, title: str) -> str:
        """Code of the post in the committee of the community that holds the grid."""
        return self.posts[f"{grid_code[:12]}-C", title]


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Dry places beside roads: degrees, grid position in the terrain, edge, house number."""

    degrees: Floats
    grid: Integers
    edge: Integers
    house_number: Integers


def spots(rng: Generator, ground: Ground, count: int, setback_m: tuple[float, float]) -> Spots:
    """Exactly `count` places on dry land inside the district, drawn beside roads until there are enough."""
    parts: list[Spots] = []
    found = 0
    while found < count:
        frontage = along(rng, ground.roads, (count - found) * 5 // 4 + 16, setback_m)
        grid = locate(ground.terrain, frontage.degrees)
        dry = np.flatnonzero(grid >= 0)[: count - found]
        parts.append(Spots(frontage.degrees[dry], grid[dry], frontage.edge[dry], frontage.house_number[dry]))
        found += len(dry)
    return Spots(
        np.concatenate([p.degrees for p in parts]),
        np.concatenate([p.grid for p in parts]),
        np.concatenate([p.edge for p in parts]),
        np.concatenate([p.house_number for p in parts]),
    )


def _waterlogging_point(rng: Generator) -> Details:
    return {"catchment_m2": int(rng.integers(8, 60)) * 1000, "ground_level_m": round(float(rng.uniform(4.0, 38.0)), 2)}


def _slope(rng: Generator) -> Details:
    return {
        "height_m": int(rng.integers(6, 45)),
        "length_m": int(rng.integers(30, 260)),
        "origin": ("man_made", "natural")[int(rng.integers(2))],
        "threatened_people": int(rng.integers(0, 180)),
    }


def _underground_space(rng: Generator) -> Details:
    return {
        "floors": int(rng.integers(1, 4)),
        "floor_area_m2": int(rng.integers(8, 300)) * 100,
        "pump_count": int(rng.integers(2, 9)),
    }


def _building(rng: Generator) -> Details:
    return {
        "built_year": int(rng.integers(1968, 1999)),
        "floors": int(rng.integers(1, 8)),
        "safety_grade": "CCCD"[int(rng.integers(4))],
        "residents": int(rng.integers(0, 60)),
    }


def _hydrant(rng: Generator) -> Details:
    return {"pressure_mpa": round(float(rng.uniform(0.08, 0.38)), 2), "diameter_mm": (100, 150)[int(rng.integers(2))]}


def _shelter(rng: Generator) -> Details:
    area_m2 = int(rng.integers(30, 600)) * 10
    return {
        "setting": ("indoor", "indoor", "outdoor")[int(rng.integers(3))],
        "effective_area_m2": area_m2,
        "m2_per_person": SHORT_STAY_M2_PER_PERSON,
        "capacity": int(area_m2 // SHORT_STAY_M2_PER_PERSON),
    }


@dataclass(frozen=True, slots=True)
class _Recipe:
    kind: RiskKind
    short: str
    count: int
    setback_m: tuple[float, float]
    endings: tuple[str, ...]
    details: Callable[[Generator], Details]
    landmarks: tuple[str, ...] = LANDMARKS


_RECIPES = (
    _Recipe(RiskKind.WATERLOGGING_POINT, "WL", 80, (0.0, 6.0), ("", "路段", "路口", "下穿隧道"), _waterlogging_point),
    _Recipe(RiskKind.SLOPE, "SL", 60, (25.0, 90.0), ("北侧边坡", "东侧边坡", "后山边坡"), _slope),
    _Recipe(RiskKind.UNDERGROUND_SPACE, "US", 40, (15.0, 60.0), ("地下停车场", "地下商业街"), _underground_space),
    _Recipe(RiskKind.OLD_BUILDING, "DB", 120, (12.0, 80.0), ("旧楼", "旧宿舍楼", "老屋"), _building),
    _Recipe(RiskKind.HYDRANT, "HY", 300, (5.0, 9.0), ("消火栓",), _hydrant),
    _Recipe(RiskKind.SHELTER, "SH", 50, (20.0, 80.0), ("应急避难场所",), _shelter, SHELTER_BUILDINGS),
)


def risk_objects(rng: Generator, ground: Ground) -> tuple[RiskObject, ...]:
    """All kinds but enterprises: 80 waterlogging points, 60 slopes, 4 reservoirs, 40 underground spaces, …"""
    made = [item for recipe in _RECIPES for item in _of_kind(rng, ground, recipe)]
    return (*made, *_reservoirs(rng, ground))


def street_address(ground: Ground, grid_code: str, edge: int, house_number: int) -> str:
    """District, street, road and number."""
    return f"{DISTRICT_NAME}{ground.areas[grid_code[:9]].name}{ground.roads.edge_names[edge]}{house_number}号"


def _of_kind(rng: Generator, ground: Ground, recipe: _Recipe) -> list[RiskObject]:
    places = spots(rng, ground, recipe.count, recipe.setback_m)
    seen: Counter[str] = Counter()
    made = []
    for i in range(recipe.count):
        grid_code = ground.terrain.grid_codes[places.grid[i]]
        edge = int(places.edge[i])
        landmark = recipe.landmarks[int(rng.integers(len(recipe.landmarks)))]
        stem = ground.areas[grid_code[:12]].name if recipe.kind is RiskKind.SHELTER else ground.roads.edge_names[edge]
        name = f"{stem}{landmark}{recipe.endings[int(rng.integers(len(recipe.endings)))]}"
        seen[name] += 1
        made.append(
            RiskObject(
                code=f"{DISTRICT_CODE}-{recipe.short}{i + 1:04d}",
                kind=recipe.kind,
                name=name if seen[name] == 1 else f"{name}{seen[name]}号",
                address=street_address(ground, grid_code, edge, int(places.house_number[i])),
                position=Position(float(places.degrees[i, 0]), float(places.degrees[i, 1])),
                area_code=grid_code,
                responsible_post=ground.post(grid_code, DEFENCE_OWNER),
                details=recipe.details(rng),
                generated=True,
            )
        )
    return made


def bank(ground: Ground, surface: BaseGeometry) -> tuple[Position, str]:
    """The southernmost dry place 20 m from a water's edge, and its grid."""
    edge_m = shapely.transform(surface, to_metres).buffer(20.0).boundary
    points = shapely.get_coordinates(shapely.segmentize(edge_m, 25.0))
    degrees = to_degrees(points[np.argsort(points[:, 1], kind="stable")])
    grid = locate(ground.terrain, degrees)
    first = int(np.flatnonzero(grid >= 0)[0])
    return Position(float(degrees[first, 0]), float(degrees[first, 1])), ground.terrain.grid_codes[grid[first]]


def _reservoirs(rng: Generator, ground: Ground) -> list[RiskObject]:
    """One object for each reservoir, standing at its dam; levels in metres above the national datum."""
    made = []
    surfaces = [water for water in ground.terrain.waters if water.kind == "reservoir"]
    for serial, water in enumerate(surfaces, start=1):
        position, grid_code = bank(ground, water.surface)
        road = int(beside(ground.roads, np.array([[position.lon, position.lat]]))[0])
        crest_m = round(float(rng.uniform(46.0, 72.0)), 1)
        made.append(
            RiskObject(
                code=f"{DISTRICT_CODE}-RS{serial:04d}",
                kind=RiskKind.RESERVOIR,
                name=water.name,
                address=f"{DISTRICT_NAME}{ground.areas[grid_code[:9]].name}{ground.roads.edge_names[road]}{water.name}大坝",
                position=position,
                area_code=grid_code,
                responsible_post=ground.post(grid_code, DEFENCE_OWNER),
                details={
                    "water_code": water.code,
                    "capacity_10k_m3": int(rng.integers(30, 420)),
                    "crest_level_m": crest_m,
                    "design_level_m": round(crest_m - 1.5, 1),
                    "flood_limit_level_m": round(crest_m - 3.0, 1),
                },
                generated=True,
            )
        )
    return made
