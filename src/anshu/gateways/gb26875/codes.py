"""What the numbers of GB/T 26875.3-2011 stand for: commands, types, systems, components, status words, quantities.

Numbers that the standard reserves, or leaves to the maker, have no name here and are told as numbers.
"""

from dataclasses import dataclass
from enum import IntEnum, IntFlag


class Command(IntEnum):
    """What a frame wants (6.6, table 2). 7 to 127 are reserved, 128 to 255 the maker's own."""

    CONTROL = 1
    SEND = 2
    CONFIRM = 3
    REQUEST = 4
    ANSWER = 5
    DENY = 6


class Type(IntEnum):
    """What a frame carries (8.1.1, table 3): 1 to 28 come up from the unit, 61 to 91 go down to it."""

    SYSTEM_STATE = 1
    COMPONENT_STATE = 2
    COMPONENT_VALUE = 3
    OPERATION = 4
    SYSTEM_VERSION = 5
    SYSTEM_SETUP = 6
    COMPONENT_SETUP = 7
    SYSTEM_CLOCK = 8
    UNIT_STATE = 21
    UNIT_OPERATION = 24
    UNIT_VERSION = 25
    UNIT_SETUP = 26
    UNIT_CLOCK = 28
    READ_SYSTEM_STATE = 61
    READ_COMPONENT_STATE = 62
    READ_COMPONENT_VALUE = 63
    READ_OPERATIONS = 64
    READ_SYSTEM_VERSION = 65
    READ_SYSTEM_SETUP = 66
    READ_COMPONENT_SETUP = 67
    READ_SYSTEM_CLOCK = 68
    READ_UNIT_STATE = 81
    READ_UNIT_OPERATIONS = 84
    READ_UNIT_VERSION = 85
    READ_UNIT_SETUP = 86
    READ_UNIT_CLOCK = 88
    INITIALISE_UNIT = 89
    SET_UNIT_CLOCK = 90
    DUTY_CHECK = 91


class Status(IntFlag):
    """The status word of a system or a component (8.2.1.1, 8.2.1.2). Without NORMAL it is being tested.

    Bit 8 is the mains of a system and the power of a component; the bits above it are said of systems alone.
    """

    NORMAL = 1
    FIRE = 2
    FAULT = 4
    SHIELDED = 8
    SUPERVISED = 16
    STARTED = 32
    FEEDBACK = 64
    DELAYED = 128
    POWER_FAULT = 256
    BACKUP_FAULT = 512
    BUS_FAULT = 1024
    MANUAL = 2048
    CHANGED = 4096
    RESET = 8192


class UnitStatus(IntFlag):
    """The status byte of the transmission unit itself (8.2.1.8). Without NORMAL it is being tested."""

    NORMAL = 1
    FIRE = 2
    FAULT = 4
    POWER_FAULT = 8
    BACKUP_FAULT = 16
    LINK_FAULT = 32
    LINE_FAULT = 64


class Did(IntFlag):
    """What somebody did at a panel (8.2.1.4)."""

    RESET = 1
    SILENCE = 2
    MANUAL_ALARM = 4
    ALL_CLEAR = 8
    SELF_TEST = 16
    ACKNOWLEDGE = 32
    TEST = 64


class UnitDid(IntFlag):
    """What somebody did at the transmission unit (8.2.1.9): as at a panel, but bit 5 answers a duty check."""

    RESET = 1
    SILENCE = 2
    MANUAL_ALARM = 4
    ALL_CLEAR = 8
    SELF_TEST = 16
    DUTY_ANSWER = 32
    TEST = 64


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of measured value (8.2.1.3): its name with the unit, and how many steps make one of the unit."""

    name: str
    per_unit: int


KINDS = {
    1: Kind("events", 1),
    2: Kind("height_m", 100),
    3: Kind("temperature_deg_c", 10),
    4: Kind("pressure_mpa", 10),
    5: Kind("pressure_kpa", 10),
    6: Kind("gas_pct_lel", 10),
    7: Kind("time_s", 1),
    8: Kind("voltage_v", 10),
    9: Kind("current_a", 10),
    10: Kind("flow_l_s", 10),
    11: Kind("air_m3_min", 10),
    12: Kind("wind_m_s", 1),
}

SYSTEMS = {
    0: "general",
    1: "fire alarm",
    10: "linkage control",
    11: "hydrants",
    12: "sprinklers",
    13: "gas extinguishing",
    14: "water spray, by pump",
    15: "water spray, by pressure vessel",
    16: "foam",
    17: "dry powder",
    18: "smoke control",
    19: "fire doors and shutters",
    20: "fire lift",
    21: "emergency broadcast",
    22: "emergency lighting",
    23: "fire power supply",
    24: "fire telephone",
}

COMPONENTS = {
    0: "general",
    1: "fire alarm control unit",
    10: "combustible gas detector",
    11: "point gas detector",
    12: "stand-alone gas detector",
    13: "line gas detector",
    16: "electrical fire monitor",
    17: "residual current detector",
    18: "temperature detector of electrical fire",
    21: "detection loop",
    22: "repeater panel",
    23: "manual call point",
    24: "hydrant button",
    25: "fire detector",
    30: "heat detector",
    31: "point heat detector",
    32: "point heat detector, class S",
    33: "point heat detector, class R",
    34: "line heat detector",
    35: "line heat detector, class S",
    36: "line heat detector, class R",
    37: "optical fibre heat detector",
    40: "smoke detector",
    41: "ionisation smoke detector",
    42: "photoelectric smoke detector",
    43: "beam smoke detector",
    44: "aspirating smoke detector",
    50: "combined detector",
    51: "smoke and heat detector",
    52: "flame and heat detector",
    53: "flame and smoke detector",
    61: "ultraviolet flame detector",
    62: "infrared flame detector",
    69: "flame detector",
    74: "gas detector",
    78: "video fire detector",
    79: "sound fire detector",
    81: "gas extinguishing controller",
    82: "electrical control device",
    83: "graphic display",
    84: "module",
    85: "input module",
    86: "output module",
    87: "input and output module",
    88: "relay module",
    91: "fire pump",
    92: "fire tank",
    95: "sprinkler pump",
    96: "flow indicator",
    97: "signal valve",
    98: "alarm valve",
    99: "pressure switch",
    101: "valve drive",
    102: "fire door",
    103: "fire damper",
    104: "ventilation",
    105: "foam pump",
    106: "network solenoid valve",
    111: "smoke fan",
    113: "smoke damper",
    114: "air inlet, normally closed",
    115: "smoke outlet",
    116: "smoke curtain",
    117: "shutter controller",
    118: "fire door monitor",
    121: "sounder",
}
