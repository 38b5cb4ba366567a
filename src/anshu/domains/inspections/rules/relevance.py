"""Conditions of checklist items: the part of XLSForm's `relevant` that is needed, read into data and never executed.

`${exit} = 'fail' and not(${storeys} < 3)`: items by key, texts in quotes, numbers, `= != < <= > >=`, `and`, `or`,
`not()`, `selected(${item}, 'key')` and brackets. Read once here; the server and the telephone walk the same data.
"""

import re
from collections.abc import Callable, Iterator
from operator import eq, ge, gt, le, lt, ne
from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy as _

from anshu.kernel.errors import Invalid

"""A condition as JSON: a text or number stands for itself, `["item", key]` for an answer, else `[operator, …]`."""
Condition: TypeAlias = Any

TOKEN = re.compile(
    r"""\s*(?:(?P<item>\$\{[a-z][a-z0-9_]*\})|(?P<text>'[^']*'|"[^"]*")|(?P<number>-?\d+(?:\.\d+)?)"""
    r"""|(?P<sign><=|>=|!=|=|<|>|\(|\)|,)|(?P<word>[a-z]+))"""
)
ORDER = {"=": eq, "!=": ne, "<=": le, ">=": ge, "<": lt, ">": gt}


def parse(text: str) -> Condition:
    """The condition that a text states; None for an empty one. Invalid (field `relevant`) says where it goes wrong."""
    if not text.strip():
        return None
    reader = _Reader(list(_tokens(text)), text)
    found = reader.alternatives()
    if reader.kind is not None:
        raise reader.wrong()
    return found


def items_in(condition: Condition) -> set[str]:
    """Keys of the items that a condition asks about."""
    if not isinstance(condition, list):
        return set()
    if condition[0] == "item":
        return {str(condition[1])}
    return set().union(*(items_in(part) for part in condition[1:]))


def holds(condition: Condition, value_of: Callable[[str], Any]) -> bool:
    """Whether a condition holds; `value_of` gives the answer to an item, None where there is none."""
    return condition is None or _truth(_value(condition, value_of))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None:
            raise _wrong(text, text[at:].strip()[:20])
        at = match.end()
        yield str(match.lastgroup), match[match.lastgroup or 0]


def _wrong(text: str, at: str) -> Invalid:
    return Invalid(
        _("the condition “%(text)s” cannot be read at “%(at)s”"), field="relevant", code="condition", text=text, at=at
    )


class _Reader:
    """Reads tokens from the left, the weakest binding first."""

    def __init__(self, tokens: list[tuple[str, str]], text: str) -> None:
        self._tokens, self._text, self._at = tokens, text, 0

    @property
    def kind(self) -> str | None:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else None

    @property
    def word(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def wrong(self) -> Invalid:
        return _wrong(self._text, self.word or "…")

    def take(self, word: str) -> None:
        if self.word != word:
            raise self.wrong()
        self._at += 1

    def alternatives(self) -> Condition:
        found = [self.conjunction()]
        while self.word == "or":
            self._at += 1
            found.append(self.conjunction())
        return found[0] if len(found) == 1 else ["or", *found]

    def conjunction(self) -> Condition:
        found = [self.comparison()]
        while self.word == "and":
            self._at += 1
            found.append(self.comparison())
        return found[0] if len(found) == 1 else ["and", *found]

    def comparison(self) -> Condition:
        left = self.operand()
        if self.word in ORDER:
            sign = self.word
            self._at += 1
            return [sign, left, self.operand()]
        return left

    def operand(self) -> Condition:
        kind, word = self.kind, self.word
        self._at += 1
        match kind, word:
            case "item", _:
                return ["item", word[2:-1]]
            case "text", _:
                return word[1:-1]
            case "number", _:
                return float(word)
            case "sign", "(":
                return self._closed(self.alternatives())
            case "word", "not":
                self.take("(")
                return ["not", self._closed(self.alternatives())]
            case "word", "selected":
                self.take("(")
                asked = self.operand()
                self.take(",")
                return ["=", asked, self._closed(self.operand())]
        self._at -= 1
        raise self.wrong()

    def _closed(self, inner: Condition) -> Condition:
        self.take(")")
        return inner


def _value(condition: Condition, value_of: Callable[[str], Any]) -> Any:
    if not isinstance(condition, list):
        return condition
    sign, *parts = condition
    if sign == "item":
        found = value_of(parts[0])
        return "" if found is None else found
    if sign == "or":
        return any(_truth(_value(part, value_of)) for part in parts)
    if sign == "and":
        return all(_truth(_value(part, value_of)) for part in parts)
    if sign == "not":
        return not _truth(_value(parts[0], value_of))
    return _compare(sign, _value(parts[0], value_of), _value(parts[1], value_of))


def _truth(value: Any) -> bool:
    return bool(value)


def _compare(sign: str, left: Any, right: Any) -> bool:
    """Numbers are compared as numbers; anything else is equal or not, as text. What is empty is never more or less."""
    one, other = _number(left), _number(right)
    if one is None or other is None:
        return {"=": str(left) == str(right), "!=": str(left) != str(right)}.get(sign, False)
    return bool(ORDER[sign](one, other))


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
