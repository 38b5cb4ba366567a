"""Risk colours by their names in rule packs and their codes in records; the gravest of several."""

from collections.abc import Iterable

NAMES = {"1": "red", "2": "orange", "3": "yellow", "4": "blue"}
CODES = {name: code for code, name in NAMES.items()}


def name_of(code: str) -> str:
    """`1` → `red`; `blue` for what is not graded."""
    return NAMES.get(code, "blue")


def gravest(codes: Iterable[str]) -> str:
    """The gravest of some colour codes; empty when none of them is a grade."""
    return min((code for code in codes if code in NAMES), default="")
