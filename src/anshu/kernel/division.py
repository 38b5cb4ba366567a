"""Division codes (GB/T 2260 and the statistical codes below it): a code is its own path, so a subtree is a prefix."""

from enum import IntEnum

from anshu.kernel.errors import Invalid


class DivisionLevel(IntEnum):
    """Level of a division; the value is the number of digits of its code."""

    PROVINCE = 2
    CITY = 4
    DISTRICT = 6
    STREET = 9
    COMMUNITY = 12
    GRID = 15


_LENGTHS = tuple(level.value for level in DivisionLevel)
_STATISTICAL_LENGTH = 12


def level_of(code: str) -> DivisionLevel:
    """Level of a code by its length; Invalid (field division_code) when it is no division code."""
    if len(code) not in _LENGTHS or not (code.isascii() and code.isdigit()) or code[0] in "09":
        raise Invalid(
            "%(value)r is not a division code: 2, 4, 6, 9, 12 or 15 digits, the first from 1 to 8",
            field="division_code",
            code="division_code_wrong",
            value=code,
        )
    return DivisionLevel(len(code))


def parent(code: str) -> str | None:
    """Code one level up, or None for a province."""
    position = _LENGTHS.index(level_of(code).value)
    return code[: _LENGTHS[position - 1]] if position else None


def ancestors(code: str) -> tuple[str, ...]:
    """Every code above this one, from the province down to its parent."""
    own = level_of(code).value
    return tuple(code[:length] for length in _LENGTHS if length < own)


def is_within(code: str, ancestor: str) -> bool:
    """Whether the code is the ancestor itself or lies below it."""
    level_of(code)
    level_of(ancestor)
    return code.startswith(ancestor)


def subtree_range(code: str) -> tuple[str, str]:
    """Bounds (low, high) such that low <= c < high in string order selects the code and all below it.

    Both bounds are digits only, so the order is the same under every database collation.
    """
    level_of(code)
    kept = code.rstrip("9")  # never empty: the first digit is at most 8
    return code, kept[:-1] + str(int(kept[-1]) + 1)


def from_statistical(code: str) -> str:
    """Shorten a 12-digit statistical code padded with zeros (440303001000) to its own length (440303001)."""
    if len(code) != _STATISTICAL_LENGTH:
        level_of(code)
        return code
    for length in reversed(_LENGTHS):
        if length < _STATISTICAL_LENGTH and code[length:].strip("0"):
            break
        if length <= _STATISTICAL_LENGTH:
            shortened = code[:length]
    level_of(shortened)
    return shortened
