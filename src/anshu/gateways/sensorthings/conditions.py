"""Conditions put to work: on rows of a register, on entities in hand, on arrays of readings."""

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Q

from anshu.gateways.sensorthings.filters import Both, Compare, Condition, Either, Opposite
from anshu.gateways.sensorthings.refusals import NotOffered, NotUnderstood
from anshu.telemetry.readings import EPOCH, Integers, Numbers

LOOKUPS = {
    "eq": "exact",
    "ne": "exact",
    "gt": "gt",
    "ge": "gte",
    "lt": "lt",
    "le": "lte",
    "startswith": "startswith",
    "endswith": "endswith",
    "substringof": "contains",
}
UUIDS = ("pk", "device_id")
NOTHING = Q(pk__in=())
WORKS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
TESTS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "substringof": str.__contains__,
}
TIMES = ("phenomenonTime", "resultTime")
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Span = tuple[int, int]


def unknown(path: str, known: Mapping[str, Any] | tuple[str, ...]) -> NotOffered:
    """The refusal of an attribute that cannot be filtered or sorted by; names those that can."""
    names = ", ".join(name for name in known if not name.startswith("@"))
    return NotOffered("%(path)s cannot be asked for here, only %(names)s", field=path[:40], path=path[:40], names=names)


def in_register(condition: Condition, columns: Mapping[str, str]) -> Q:
    """The condition for the rows of a register."""
    match condition:
        case Both(left, right):
            return in_register(left, columns) & in_register(right, columns)
        case Either(left, right):
            return in_register(left, columns) | in_register(right, columns)
        case Opposite(inner):
            return ~in_register(inner, columns)
        case Compare(path, work, literal):
            if path not in columns:
                raise unknown(path, columns)
            return _compared(path, columns[path], work, literal)


def _compared(path: str, column: str, work: str, literal: object) -> Q:
    if literal is None and work in ("eq", "ne"):
        return ~NOTHING if work == "ne" else NOTHING  # what can be asked for is never empty
    if isinstance(literal, float) and literal.is_integer():
        literal = str(int(literal))  # ids may stand without quotes
    if not isinstance(literal, str):
        raise NotUnderstood("%(path)s is a text", field="$filter", path=path)
    if "\0" in literal:  # which no database keeps
        found = NOTHING
    elif column in UUIDS:
        if work not in ("eq", "ne"):
            raise NotUnderstood("%(path)s can be equal or not, and nothing else", field="$filter", path=path)
        key = uuid_of(literal)
        found = NOTHING if key is None else Q(**{column: key})
    else:
        found = Q(**{f"{column}__{LOOKUPS[work]}": literal})
    return ~found if work == "ne" else found


def uuid_of(text: str) -> UUID | None:
    """The id in a text, None where there is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def matches(condition: Condition, told: Mapping[str, Any]) -> bool:
    """Whether an entity in hand, all texts, meets the condition."""
    match condition:
        case Both(left, right):
            return matches(left, told) and matches(right, told)
        case Either(left, right):
            return matches(left, told) or matches(right, told)
        case Opposite(inner):
            return not matches(inner, told)
        case Compare(path, work, literal):
            if path not in told:
                raise unknown(path, told)
            if not isinstance(literal, str):
                raise NotUnderstood("%(path)s is a text", field="$filter", path=path)
            return bool((WORKS.get(work) or TESTS[work])(told[path], literal))


def among(condition: Condition, at_ms: Integers, value: Numbers) -> Mask:
    """Which of some readings meet the condition: on result, phenomenonTime and resultTime."""
    match condition:
        case Both(left, right):
            return among(left, at_ms, value) & among(right, at_ms, value)
        case Either(left, right):
            return among(left, at_ms, value) | among(right, at_ms, value)
        case Opposite(inner):
            return ~among(inner, at_ms, value)
        case Compare(path, work, literal):
            if path in TIMES:
                return np.asarray(_work(work, path)(at_ms, _ms(path, literal)), np.bool_)
            if path != "result":
                raise unknown(path, ("result", *TIMES))
            if isinstance(literal, bool) or not isinstance(literal, float):
                raise NotUnderstood("result is a number", field="$filter")
            return np.asarray(_work(work, path)(value, literal), np.bool_)


def span(condition: Condition | None, whole: Span) -> Span:
    """The narrowest from (included) and to (not) outside which no reading can meet the condition, in ms."""
    match condition:
        case Both(left, right):
            return span(right, span(left, whole))
        case Compare(path, work, literal) if path in TIMES and isinstance(literal, datetime):
            at, (low, high) = _ms(path, literal), whole
            if work in ("eq", "gt", "ge"):
                low = max(low, at)
            if work in ("eq", "lt", "le"):
                high = min(high, at + 1)
            return low, max(low, high)
        case _:
            return whole


def _work(work: str, path: str) -> Callable[[Any, Any], Any]:
    if work not in WORKS:
        raise NotUnderstood("%(path)s is no text", field="$filter", path=path)
    return WORKS[work]


def _ms(path: str, literal: object) -> int:
    """An instant in milliseconds since 1970, exactly; times are compared to the millisecond."""
    if not isinstance(literal, datetime):
        raise NotUnderstood("%(path)s is an instant", field="$filter", path=path)
    since = literal - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000 + since.microseconds // 1_000
