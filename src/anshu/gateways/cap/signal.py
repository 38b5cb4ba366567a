"""What a warning message says, whatever dialect it came in. Instants are aware UTC, places WGS-84 degrees."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from anshu.gateways.cap.hazards import HazardKind, find_kind

Ring = tuple[tuple[float, float], ...]

STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGE_TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPES = ("Public", "Restricted", "Private")
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
CATEGORIES = (
    *("Geo", "Met", "Safety", "Security", "Rescue", "Fire"),
    *("Health", "Env", "Transport", "Infra", "CBRNE", "Other"),
)
RESPONSE_TYPES = ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None")

LEVEL_BY_COLOUR = {"red": 1, "orange": 2, "yellow": 3, "blue": 4}
SEVERITY_BY_COLOUR = {
    "red": "Extreme",
    "orange": "Severe",
    "yellow": "Moderate",
    "blue": "Minor",
    "white": "Unknown",
}
COLOUR_BY_CHINESE = {"红": "red", "橙": "orange", "黄": "yellow", "蓝": "blue", "白": "white"}
NATIONAL_DIVISION = "GB/T2260"
_DIVISION = re.compile(r"\d{6}|\d{9}|\d{12}|\d{15}", re.ASCII)
NATIONAL_EVENT = "eventType"
NATIONAL_DIALECT = "12379"


def colour_of(word: str) -> str:
    """`red orange yellow blue white` from an English or Chinese colour word; empty when it is none of them."""
    plain = word.strip().casefold()
    if plain in SEVERITY_BY_COLOUR:
        return plain
    return COLOUR_BY_CHINESE.get(plain.removesuffix("色"), "")


@dataclass(frozen=True, slots=True)
class Named:
    """A name and a value: an event code, a parameter or a geocode."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message. Sender and time are empty where only a bare identifier was given."""

    identifier: str
    sender: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """A centre and a radius; a radius of nought is a point."""

    lon: float
    lat: float
    radius_km: float


@dataclass(frozen=True, slots=True)
class Area:
    """Where. Rings are (longitude, latitude) pairs as sent, closed or not; `check` says which are not."""

    description: str
    polygons: tuple[Ring, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Named, ...] = ()
    altitude_ft: float | None = None
    ceiling_ft: float | None = None

    @property
    def divisions(self) -> tuple[str, ...]:
        """National division codes, each cut to its own length (2 to 15 digits), so that a prefix is a subtree."""
        return tuple(
            cut_division(geocode.value)
            for geocode in self.geocodes
            if geocode.name.replace(" ", "").upper().startswith(NATIONAL_DIVISION)
            and _DIVISION.fullmatch(geocode.value)
        )


def cut_division(code: str) -> str:
    """A division code without the zero groups at its end: 410000000000 is 41, 440306001000 is 440306001."""
    for start, end in ((12, 15), (9, 12), (6, 9), (4, 6), (2, 4)):
        if len(code) == end and not code[start:end].strip("0"):
            code = code[:start]
    return code


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that belongs to the message: its address, or its content in base64 (`content`)."""

    description: str
    mime_type: str = ""
    size_bytes: int | None = None
    uri: str = ""
    content: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Info:
    """One telling of the event, in one language."""

    event: str
    language: str = ""
    categories: tuple[str, ...] = ()
    response_types: tuple[str, ...] = ()
    urgency: str = ""
    severity: str = ""
    certainty: str = ""
    audience: str = ""
    event_codes: tuple[Named, ...] = ()
    effective_at: datetime | None = None
    onset_at: datetime | None = None
    expires_at: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Named, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()

    @property
    def colour(self) -> str:
        """The colour its `color` parameter gives: red orange yellow blue white, or empty."""
        for parameter in self.parameters:
            if parameter.name.casefold() in ("color", "colour"):
                return colour_of(parameter.value)
        return ""

    @property
    def level(self) -> int | None:
        """1 red to 4 blue, by colour and, without one, by severity; None for white or unknown."""
        if self.colour:
            return LEVEL_BY_COLOUR.get(self.colour)
        return SEVERITIES.index(self.severity) + 1 if self.severity in SEVERITIES[:4] else None

    @property
    def kind(self) -> HazardKind | None:
        """The row of the hazard table that its code or name leads to."""
        return find_kind((code.value for code in self.event_codes), self.event, self.headline)

    @property
    def hazard(self) -> str:
        """The hazard's identifier in the table; empty when unknown, and then `event` is shown as it came."""
        return self.kind.hazard if self.kind else ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A ready-made text for one channel (12379 dialect: code/method)."""

    name: str
    message: str
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a message: what, where, and how its sender mends it."""

    severity: Literal["error", "warning"]
    code: str
    path: str
    message: str
    mend: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """One warning message, in whatever dialect it came.

    `problems` is what the reading had to forgive, `original` the text as it came; `signed` says that it carries an
    XML signature, which nothing here verifies.
    """

    identifier: str
    sender: str
    sent_at: datetime
    status: str
    msg_type: str
    scope: str = ""
    source: str = ""
    restriction: str = ""
    addresses: str = ""
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: str = ""
    infos: tuple[Info, ...] = ()
    channels: tuple[Channel, ...] = ()
    dialect: str = "cap12"
    signed: bool = False
    original: str = field(default="", compare=False, repr=False)
    problems: tuple[Finding, ...] = field(default=(), compare=False)

    @property
    def is_real(self) -> bool:
        """Whether it may trigger anything real: only status Actual does."""
        return self.status == "Actual"

    @property
    def sender_name(self) -> str:
        """The issuer's name for people, from the first telling that has one."""
        return next((info.sender_name for info in self.infos if info.sender_name), "")

    @property
    def level(self) -> int | None:
        """The gravest level among its tellings."""
        return min((info.level for info in self.infos if info.level is not None), default=None)

    @property
    def hazard(self) -> str:
        """The first hazard that is recognised among its tellings."""
        return next((info.hazard for info in self.infos if info.hazard), "")
