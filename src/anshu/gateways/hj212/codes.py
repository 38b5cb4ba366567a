"""The codes of HJ 212 (2005, 2017, 2025): systems, commands, data flags, and pollutants that districts watch."""

from collections.abc import Mapping
from types import MappingProxyType

SYSTEMS: Mapping[str, str] = MappingProxyType(
    {
        "21": "surface water",
        "22": "ambient air",
        "23": "noise",
        "27": "volatile organic compounds",
        "31": "stack gas",
        "32": "effluent",
        "39": "construction dust",
        "44": "electricity use",
        "45": "process state",
        "91": "system",
    }
)

GET_TIME, SET_TIME, ASK_TIME, NEW_KEY, SITE_INFORMATION = "1011", "1012", "1013", "1014", "3020"
REQUEST_REPLY, RESULT, NOTICE_REPLY, DATA_REPLY, HEARTBEAT = "9011", "9012", "9013", "9014", "9015"
REPLIES = frozenset({REQUEST_REPLY, RESULT, NOTICE_REPLY, DATA_REPLY})

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "1000": "time-outs and repeats",
        "1001": "hardware number",
        "1002": "code of the recorder",
        GET_TIME: "time of the recorder",
        SET_TIME: "setting of the time",
        ASK_TIME: "wish to have the time set",
        NEW_KEY: "new key",
        "1061": "interval of real-time data",
        "1062": "setting of the interval of real-time data",
        "1063": "interval of minute data",
        "1064": "setting of the interval of minute data",
        "1072": "setting of the password",
        "2011": "real-time data",
        "2012": "end of real-time data",
        "2013": "raw measurements",
        "2021": "state of devices",
        "2022": "end of the state of devices",
        "2031": "data of the day",
        "2041": "running times of the day",
        "2051": "minute data",
        "2052": "single noise measurements",
        "2061": "hour data",
        "2062": "check against a standard sample",
        "2081": "start of the recorder",
        "2111": "furnace temperature",
        "3011": "calibration",
        "3012": "immediate sampling",
        "3015": "keeping of a sample",
        "3019": "identity of a device",
        SITE_INFORMATION: "information from the site",
        "3021": "setting of the recorder",
        REQUEST_REPLY: "reply to a request",
        RESULT: "result of a request",
        NOTICE_REPLY: "reply to a notice",
        DATA_REPLY: "reply to data",
        HEARTBEAT: "heartbeat",
    }
)

GOOD = "N"
FLAGS: Mapping[str, str] = MappingProxyType(
    {
        GOOD: "normal",
        "F": "source stopped",
        "M": "maintenance",
        "S": "set by hand",
        "D": "fault",
        "C": "calibration",
        "T": "over range",
        "B": "no communication with the instrument",
    }
)

# Code → (what it is, its unit by the standard, as kernel.units writes it).
POLLUTANTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "a01001": ("air temperature", "deg_c"),
        "a01002": ("humidity", "pct"),
        "a01006": ("air pressure", "kpa"),
        "a01007": ("wind speed", "m_s"),
        "a01008": ("wind direction", "deg"),
        "a05024": ("ozone", "ug_m3"),
        "a19001": ("oxygen content", "pct"),
        "a21004": ("nitrogen dioxide", "ug_m3"),
        "a21005": ("carbon monoxide", "mg_m3"),
        "a21026": ("sulphur dioxide", "ug_m3"),
        "a34001": ("total suspended particles", "mg_m3"),
        "a34002": ("PM10", "ug_m3"),
        "a34004": ("PM2.5", "ug_m3"),
        "LA": ("noise", "db_a"),
        "Leq": ("equivalent noise", "db_a"),
        "w00000": ("flow of waste water", "l_s"),
        "w01001": ("acidity", "ph"),
        "w01003": ("turbidity", "ntu"),
        "w01009": ("dissolved oxygen", "mg_l"),
        "w01010": ("water temperature", "deg_c"),
        "w01014": ("conductivity", "us_cm"),
        "w01018": ("chemical oxygen demand", "mg_l"),
        "w01019": ("permanganate index", "mg_l"),
        "w21001": ("total nitrogen", "mg_l"),
        "w21003": ("ammonia nitrogen", "mg_l"),
        "w21011": ("total phosphorus", "mg_l"),
    }
)

STATISTICS: Mapping[str, str] = MappingProxyType(
    {
        "Rtd": "real-time",
        "Avg": "mean",
        "Max": "highest",
        "Min": "lowest",
        "Cou": "total",
        "ZsRtd": "real-time, converted",
        "ZsAvg": "mean, converted",
        "ZsMax": "highest, converted",
        "ZsMin": "lowest, converted",
        "RS": "running",
        "RT": "hours run",
        "Data": "of the day and night",
        "DayData": "of the day",
        "NightData": "of the night",
    }
)
UNITLESS = frozenset({"Cou", "RS", "RT"})
