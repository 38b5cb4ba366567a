"""The records of a district before they enter the ledger: made by the generator or read from files, one shape for both.

Positions are WGS-84 degrees. `generated` is true of every invented record; `flags` names what is wrong with a real one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from anshu.engines.routing import RoadGraph
from anshu.kernel.crs import Crs


@dataclass(frozen=True, slots=True)
class Position:
    """A point in degrees; `crs` is stated because Chinese web maps deliver shifted coordinates under the same names."""

    lon: float
    lat: float
    crs: Crs = Crs.WGS84


class Level(StrEnum):
    """Tiers of the area tree; a code has 2, 4, 6, 9, 12, 15 digits in this order and begins with its parent's."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"


class RiskKind(StrEnum):
    """Kinds of risk objects and public facilities, named as the register of sites names them."""

    WATERLOGGING_POINT = "waterlogging_point"
    SLOPE = "slope"
    RESERVOIR = "reservoir"
    UNDERGROUND_SPACE = "underground_space"
    OLD_BUILDING = "old_building"
    HYDRANT = "hydrant"
    SHELTER = "shelter"


class Quantity(StrEnum):
    """What a channel measures: kinds of the kernel's table of quantities, values in the canonical unit given there."""

    ROAD_WATER_DEPTH = "road_water_depth"
    RAIN_5MIN = "rain_5min"
    WATER_LEVEL = "water_level"
    DISPLACEMENT = "displacement"


class Skill(StrEnum):
    """What a crew can do on the scene."""

    PUMP = "pump"
    RESCUE = "rescue"
    FIRE = "fire"
    MEDICAL = "medical"
    TREE = "tree"


@dataclass(frozen=True, slots=True)
class Area:
    """A node of the area tree; `boundary` and `centre` are absent where no source gives them."""

    code: str
    name: str
    level: Level
    parent_code: str
    boundary: BaseGeometry | None
    centre: Position | None
    generated: bool
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Water:
    """A river or reservoir surface."""

    code: str
    name: str
    kind: str
    surface: BaseGeometry
    generated: bool
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RiskObject:
    """A risk object or public facility; `details` holds what only its kind has, units in the key."""

    code: str
    kind: RiskKind
    name: str
    address: str
    position: Position
    area_code: str
    responsible_post: str
    details: Mapping[str, str | int | float]
    generated: bool
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """An enterprise's premises; `industry_code` is a class of GB/T 4754-2017, `area_code` the grid it stands in."""

    code: str
    name: str
    industry_code: str
    sector: str
    address: str
    position: Position
    area_code: str
    responsible_post: str
    staff_count: int
    floor_area_m2: int
    contact_name: str
    phone: str
    generated: bool
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """One stream of readings of a gauge; code = gauge code + "/" + quantity."""

    code: str
    quantity: Quantity
    interval_s: int | None


@dataclass(frozen=True, slots=True)
class Gauge:
    """A measuring device; `watches` is the code of the risk object or water it stands at, or empty."""

    code: str
    name: str
    position: Position
    area_code: str
    watches: str
    channels: tuple[Channel, ...]
    generated: bool
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Organisation:
    """A bureau, sector department, street office or community committee."""

    code: str
    name: str
    kind: str
    area_code: str
    parent_code: str
    generated: bool


@dataclass(frozen=True, slots=True)
class Post:
    """A post in an organisation; duties attach to posts, people come and go."""

    code: str
    title: str
    organisation_code: str
    generated: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A named person holding one post; invented people have numbers in the unassigned 199-0000 block."""

    code: str
    name: str
    phone: str
    post_code: str
    generated: bool


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle of a team."""

    plate: str
    kind: str
    seats: int
    generated: bool


@dataclass(frozen=True, slots=True)
class Team:
    """A station's crew that can be sent; members are names, the leader first."""

    code: str
    name: str
    kind: str
    station: str
    skills: tuple[Skill, ...]
    position: Position
    area_code: str
    phone: str
    members: tuple[str, ...]
    vehicles: tuple[Vehicle, ...]
    generated: bool
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyShift:
    """One shift of an organisation: the duty officer and the duty leader, both codes of people; instants in UTC."""

    organisation_code: str
    starts_at: datetime
    ends_at: datetime
    duty_officer: str
    duty_leader: str
    generated: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A measured value; `delivered_at` is later than `at` by the network's delay, and absent where not recorded."""

    channel_code: str
    at: datetime
    value: float
    delivered_at: datetime | None
    generated: bool
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class District:
    """A whole invented district, complete enough to run the product on."""

    seed: int
    at: datetime
    areas: tuple[Area, ...]
    waters: tuple[Water, ...]
    roads: RoadGraph
    risk_objects: tuple[RiskObject, ...]
    sites: tuple[Site, ...]
    gauges: tuple[Gauge, ...]
    teams: tuple[Team, ...]
    organisations: tuple[Organisation, ...]
    posts: tuple[Post, ...]
    people: tuple[Person, ...]
    roster: tuple[DutyShift, ...]
    generated: bool = field(default=True)
