"""What the signs are looked for in, and what is found."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Sign(StrEnum):
    """What a card is about."""

    SELF_VERIFIED = "self_verified"
    BULK = "bulk"
    NIGHT = "night"
    SECONDS = "seconds"
    REUSED_PICTURE = "reused_picture"
    MOVED_DATES = "moved_dates"
    COPIED_TEXT = "copied_text"
    MONTH_END = "month_end"
    NO_FINDING = "no_finding"


@dataclass(frozen=True, slots=True)
class Case:
    """One hazard that was rechecked. People and places are keys of whatever kind; instants are local to the district,
    or all of one zone. `postponed` counts how often its date was moved; `unit` is who answers for its closing."""

    key: str
    place: str
    unit: str
    firm: str
    finder: str
    fixer: str
    verifier: str
    ordered_at: datetime
    submitted_at: datetime
    rechecked_at: datetime
    text: str = ""
    postponed: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that looks like an earlier one of another case."""

    case: str
    earlier_case: str
    maker: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit that was finished."""

    key: str
    officer: str
    findings: int


@dataclass(frozen=True, slots=True)
class Limits:
    """When a card is made. Counts are of cases, `level` is the chance of a false card per sign and period."""

    bulk_count: int
    bulk_min: float
    night_from_h: int
    night_until_h: int
    seconds: float
    seconds_count: int
    postponed_count: int
    text_length: int
    text_count: int
    month_end_days: int
    fewest: int
    level: float


@dataclass(frozen=True, slots=True)
class Card:
    """One sign: who it points at, the rows behind it, how many there are, and how many would be expected by the share
    of all others (None where the sign is counted outright)."""

    sign: Sign
    who: str
    rows: tuple[str, ...]
    count: int
    of: int
    expected: float | None = None
