"""What kind of hazard a signal is about, from its code or its name (table in hazards.csv)."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("hazards.csv")
_ENGLISH_TAIL = re.compile(r"\s+(warning|watch|advisory|alert|statement)$")


@dataclass(frozen=True, slots=True)
class HazardKind:
    """One row: `code` is the national event type (11Bxx), empty where the table has no confirmed one."""

    hazard: str
    zh: str
    en: str
    code: str
    public_code: str
    category: str
    aliases: tuple[str, ...]


def _read_table() -> tuple[HazardKind, ...]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return tuple(
            HazardKind(
                hazard=row["hazard"],
                zh=row["zh"],
                en=row["en"],
                code=row["code"],
                public_code=row["public_code"],
                category=row["category"],
                aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
            )
            for row in csv.DictReader(stream)
        )


KINDS = _read_table()
BY_HAZARD = {kind.hazard: kind for kind in KINDS}
BY_CODE = {code: kind for kind in KINDS for code in (kind.code, kind.public_code) if code}
BY_NAME = {name.casefold(): kind for kind in KINDS for name in (kind.zh, kind.en, *kind.aliases)}
CHINESE_NAMES = tuple(sorted((name for name in BY_NAME if name > "\u2fff"), key=lambda name: (-len(name), name)))
_CHINESE = re.compile("|".join(CHINESE_NAMES))


def find_kind(codes: Iterable[str], *names: str) -> HazardKind | None:
    """The kind by code, else by an exact name, else by the longest Chinese name inside one; None when unknown."""
    for code in codes:
        if code in BY_CODE:
            return BY_CODE[code]
    for name in names:
        plain = name.strip().casefold()
        found = BY_NAME.get(plain) or BY_NAME.get(_ENGLISH_TAIL.sub("", plain))
        if found:
            return found
    for name in names:
        inside = _CHINESE.search(name)
        if inside:
            return BY_NAME[inside.group()]
    return None
