"""The frame of a plan: who is in it, how often each is owed a visit, and the digest by which it is known again."""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

COLORS: Mapping[str, str] = {"1": "red", "2": "orange", "3": "yellow", "4": "blue"}


def owed(a_year: int, part: float, *, key: bool) -> int:
    """Visits owed in a part of a year (1 = the whole): what the colour asks for, and one at least to a key
    enterprise."""
    visits = math.ceil(a_year * part - 1e-9) if a_year else 0
    return max(visits, 1) if key else visits


def digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over the rows in canonical JSON, in the order given."""
    total = hashlib.sha256()
    for row in rows:
        total.update(json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return total.hexdigest()
