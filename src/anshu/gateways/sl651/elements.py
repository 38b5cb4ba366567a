"""The elements of SL 651-2014 (appendix C): identifier, ASCII name, what it is, unit, kind of quantity; and codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

TIME, STATION, STEP, STATUS, EXTENSION = 0xF0, 0xF1, 0x04, 0x45, 0xFF
MANUAL, PICTURE, RAIN_SERIES = 0xF2, 0xF3, 0xF4
LEVEL_SERIES = range(0xF5, 0xFD)
FIVE_MINUTES = 12


@dataclass(frozen=True, slots=True)
class Element:
    """One element. `unit` and `quantity` are keys of kernel.units where these have it, else empty; `size` in bytes and
    `decimals` are what the standard gives for writing it, when a station does not say otherwise."""

    id: int
    ascii: str
    words: str
    unit: str = ""
    quantity: str = ""
    size: int = 3
    decimals: int = 1


def _numbered(first: int, count: int, name: str, words: str, rest: tuple[str, str, int, int]) -> list[Element]:
    return [Element(first + at, f"{name}{at + 1}", f"{words} {at + 1}", *rest) for at in range(count)]


_LEVEL = ("m", "water_level", 4, 3)
_FLOW = ("m3_s", "flow", 5, 3)
_SOIL = ("pct", "soil_moisture", 2, 1)
_PLAIN = ("", "", 4, 0)

ELEMENTS: Mapping[int, Element] = MappingProxyType(
    {
        each.id: each
        for each in (
            Element(0x01, "AC", "cross-section area", "m2", "", 4, 2),
            Element(0x02, "AI", "air temperature", "deg_c", "air_temperature", 2, 1),
            Element(0x03, "C", "water temperature", "deg_c", "water_temperature", 2, 1),
            Element(STEP, "DRXNN", "time step", "", "", 3, 0),
            Element(0x05, "DT", "length of the period", "h", "", 3, 2),
            Element(0x06, "ED", "evaporation of the day", "mm", "", 3, 1),
            Element(0x07, "EJ", "current evaporation", "mm", "", 3, 1),
            Element(0x08, "FL", "air pressure", "hpa", "air_pressure", 3, 1),
            Element(0x09, "GH", "gate opening", "m", "", 3, 2),
            Element(0x0A, "GN", "number of the gate", "", "", 1, 0),
            Element(0x0B, "GS", "kind of the conduit", "", "", 1, 0),
            Element(0x0C, "GT", "gates open", "", "", 2, 0),
            Element(0x0D, "GTP", "ground temperature", "deg_c", "", 2, 1),
            Element(0x0E, "H", "depth to groundwater", "m", "", 3, 2),
            Element(0x0F, "HW", "wave height", "m", "", 3, 2),
            *(
                Element(0x10 + at, f"M{depth}", f"soil moisture at {depth} cm", *_SOIL)
                for at, depth in enumerate((10, 20, 30, 40, 50, 60, 80, 100))
            ),
            Element(0x18, "MST", "humidity", "pct", "humidity", 2, 1),
            Element(0x19, "NS", "machines running", "", "", 1, 0),
            Element(0x1A, "P1", "rain in 1 hour", "mm", "rain_1h"),
            Element(0x1B, "P2", "rain in 2 hours", "mm", "rain"),
            Element(0x1C, "P3", "rain in 3 hours", "mm", "rain"),
            Element(0x1D, "P6", "rain in 6 hours", "mm", "rain"),
            Element(0x1E, "P12", "rain in 12 hours", "mm", "rain"),
            Element(0x1F, "PD", "rain of the day", "mm", "rain_24h"),
            Element(0x20, "PJ", "current rain", "mm", "rain"),
            Element(0x21, "PN01", "rain in 1 minute", "mm", "rain"),
            Element(0x22, "PN05", "rain in 5 minutes", "mm", "rain_5min"),
            Element(0x23, "PN10", "rain in 10 minutes", "mm", "rain"),
            Element(0x24, "PN30", "rain in 30 minutes", "mm", "rain"),
            Element(0x25, "PR", "rain of the storm", "mm", "rain"),
            Element(0x26, "PT", "cumulative rain", "mm", "rain"),
            Element(0x27, "Q", "flow", *_FLOW),
            *_numbered(0x28, 8, "Q", "flow at intake or outlet", _FLOW),
            Element(0x30, "QA", "total outflow", *_FLOW),
            Element(0x31, "QZ", "flow through the gate", *_FLOW),
            Element(0x32, "SW", "sediment discharge", "", "", 4, 3),
            Element(0x33, "UC", "wind direction, as a code", "", "", 1, 0),
            Element(0x34, "UE", "wind force", "", "", 1, 0),
            Element(0x35, "US", "wind speed", "m_s", "wind_speed", 2, 1),
            Element(0x36, "VA", "mean water speed", "m_s", "water_speed", 3, 3),
            Element(0x37, "VJ", "water speed", "m_s", "water_speed", 3, 3),
            Element(0x38, "VT", "supply voltage", "v", "battery_voltage", 2, 2),
            Element(0x39, "Z", "river or tide level", *_LEVEL),
            Element(0x3A, "ZB", "level below the gate", *_LEVEL),
            Element(0x3B, "ZU", "level above the gate or of the reservoir", *_LEVEL),
            *_numbered(0x3C, 8, "Z", "level at intake or outlet", _LEVEL),
            Element(0x44, "SQ", "sediment content", "", "", 4, 3),
            Element(STATUS, "ZT", "status", "", "", 4, 0),
            Element(0x46, "PH", "acidity", "ph", "acidity", 2, 2),
            Element(0x47, "DO", "dissolved oxygen", "mg_l", "dissolved_oxygen", 2, 1),
            Element(0x48, "COND", "conductivity", "us_cm", "conductivity", 3, 0),
            Element(0x49, "TURB", "turbidity", "ntu", "turbidity", 2, 0),
            *(
                Element(0x4A + at, name, words, unit, "", 4, 3)
                for at, (name, words, unit) in enumerate(
                    (
                        ("CODMN", "permanganate index", "mg_l"),
                        ("REDOX", "redox potential", "mv"),
                        ("NH4N", "ammonia nitrogen", "mg_l"),
                        ("TP", "total phosphorus", "mg_l"),
                        ("TN", "total nitrogen", "mg_l"),
                        ("TOC", "total organic carbon", "mg_l"),
                        ("CU", "copper", "mg_l"),
                        ("ZN", "zinc", "mg_l"),
                        ("SE", "selenium", "mg_l"),
                        ("AS", "arsenic", "mg_l"),
                        ("THG", "total mercury", "mg_l"),
                        ("CD", "cadmium", "mg_l"),
                        ("PB", "lead", "mg_l"),
                        ("CHLA", "chlorophyll a", ""),
                    )
                )
            ),
            *_numbered(0x58, 8, "WP", "water pressure", ("kpa", "", 3, 2)),
            *_numbered(0x60, 8, "SYL", "water left on meter", _PLAIN),
            *_numbered(0x68, 8, "SBL", "water in the hour on meter", _PLAIN),
            *(
                Element(0x70 + at, f"VT{phase}", f"voltage of phase {phase}", "v", "supply_voltage", 2, 1)
                for at, phase in enumerate("ABC")
            ),
            *(
                Element(0x73 + at, f"VI{phase}", f"current of phase {phase}", "a", "current", 2, 1)
                for at, phase in enumerate("ABC")
            ),
            Element(MANUAL, "RGZS", "written by hand"),
            Element(PICTURE, "PIC", "picture"),
            Element(RAIN_SERIES, "DRP", "rain in 5 minutes", "mm", "rain_5min", FIVE_MINUTES, 0),
            *(
                Element(0xF5 + at, f"DRZ{at + 1}", f"level above the station's own mark {at + 1}", "m", "river_depth",
                        2 * FIVE_MINUTES, 0)
                for at in range(8)
            ),
        )
    }
)
BY_ASCII: Mapping[str, Element] = MappingProxyType({each.ascii: each for each in ELEMENTS.values()})

# Status bit → (what a 1 of ours says, value of the bit that means so).
STATUS_BITS: Mapping[int, tuple[str, int]] = MappingProxyType(
    {
        0: ("mains power off", 1),
        1: ("battery low", 1),
        2: ("water level alarm", 1),
        3: ("flow alarm", 1),
        4: ("water quality alarm", 1),
        5: ("flow meter fault", 1),
        6: ("level meter fault", 1),
        7: ("door open", 0),
        8: ("memory fault", 1),
        10: ("pump running", 0),
    }
)

CLASSES: Mapping[int, str] = MappingProxyType(
    {
        0x50: "rain",
        0x48: "river",
        0x4B: "reservoir",
        0x5A: "gate",
        0x44: "pumping station",
        0x54: "tide",
        0x4D: "soil moisture",
        0x47: "groundwater",
        0x51: "water quality",
        0x49: "intake",
        0x4F: "outlet",
    }
)

KEEP_ALIVE, TEST, SERIES, TIMED, TRIGGERED, HOURLY, BY_HAND, PHOTO = range(0x2F, 0x37)
FUNCTIONS: Mapping[int, str] = MappingProxyType(
    {
        KEEP_ALIVE: "keep-alive",
        TEST: "test",
        SERIES: "uniform series",
        TIMED: "timed report",
        TRIGGERED: "triggered report",
        HOURLY: "hourly report",
        BY_HAND: "report by hand",
        PHOTO: "picture",
        0x37: "real-time data",
        0x38: "data of a period",
        0x39: "data by hand",
        0x3A: "chosen elements",
        0x40: "basic settings changed",
        0x41: "basic settings",
        0x42: "running settings changed",
        0x43: "running settings",
        0x44: "pump motor data",
        0x45: "software version",
        0x46: "status",
        0x47: "memory cleared",
        0x48: "factory reset",
        0x49: "password changed",
        0x4A: "clock set",
        0x4B: "IC card",
        0x4C: "pump switched",
        0x4D: "valve switched",
        0x4E: "gate moved",
        0x4F: "water quota",
        0x50: "event record",
        0x51: "clock",
    }
)
# Functions whose body names the class of the station and goes on with elements.
WITH_CLASS = frozenset({TEST, SERIES, TIMED, TRIGGERED, HOURLY, PHOTO, 0x37, 0x38, 0x3A, 0x44})
# What a station sends on its own and waits to have confirmed; the others answer what a centre asked.
CONFIRMED = frozenset(range(TEST, PHOTO + 1))


def function_words(function: int) -> str:
    """What a function is."""
    return FUNCTIONS.get(function, "private to the maker" if function >= 0xE0 else "unknown")
