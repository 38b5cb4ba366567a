"""The language of $filter, as far as it is offered: comparisons, `and`, `or`, `not`, brackets, three tests on texts.

    comparison  PATH eq|ne|gt|ge|lt|le LITERAL, or the literal first
    tests       startswith(PATH,'…')  endswith(PATH,'…')  substringof('…',PATH)
    literals    'text' ('' for one quote), numbers, true, false, null, instants such as 2026-08-05T14:30:00+08:00

A PATH is an attribute or a way through them, such as `properties/number`. What else OData has is refused by name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from anshu.gateways.sensorthings.refusals import NotOffered, NotUnderstood

MOST_SIGNS = 2_000
MOST_DEPTH = 20
COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
TURNED = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
TESTS = ("startswith", "endswith", "substringof")
ELSEWHERE = frozenset({"add", "sub", "mul", "div", "mod", "in", "has", "any", "all"})
TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<instant>\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+\- ]\d\d:?\d\d(?!\d))?)"
    r"|(?P<number>[+\-]?\d+(?:\.\d+)?(?:[eE][+\-]?\d+)?(?![\w\-]))"
    r"|(?P<word>@?[A-Za-z_][\w.@]*(?:/@?[A-Za-z_][\w.@]*)*)"
    r"|(?P<sign>[(),]))"
)

Literal = str | float | bool | datetime | None


@dataclass(frozen=True, slots=True)
class Compare:
    """An attribute against a literal; `operator` is one of the comparisons or one of the tests on texts."""

    path: str
    operator: str
    literal: Literal


@dataclass(frozen=True, slots=True)
class Both:
    """`and`."""

    left: "Condition"
    right: "Condition"


@dataclass(frozen=True, slots=True)
class Either:
    """`or`."""

    left: "Condition"
    right: "Condition"


@dataclass(frozen=True, slots=True)
class Opposite:
    """`not`."""

    inner: "Condition"


Condition = Compare | Both | Either | Opposite


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    at: int


def read_filter(text: str) -> Condition:
    """The condition in a text; NotUnderstood or NotOffered names what is wrong and at which sign."""
    if len(text) > MOST_SIGNS:
        raise NotUnderstood("$filter has more than %(most)s signs", field="$filter", most=MOST_SIGNS)
    return _Reader(_tokens(text)).whole()


def _tokens(text: str) -> list[Token]:
    found, at = [], 0
    while text[at:].strip():
        token = TOKEN.match(text, at)
        if token is None or token.lastgroup is None:
            rest = text[at:].lstrip()
            raise NotUnderstood(
                "$filter: %(what)r at sign %(at)s is not understood",
                field="$filter",
                what=rest[:20],
                at=len(text) - len(rest) + 1,
            )
        found.append(Token(token.lastgroup, token[token.lastgroup], token.start(token.lastgroup) + 1))
        at = token.end()
    return found


class _Reader:
    """Reads tokens by descent: `or` binds least, then `and`, then `not`."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    def whole(self) -> Condition:
        found = self._either()
        if self.at < len(self.tokens):
            raise self._wrong("and, or, or the end")
        return found

    def _either(self) -> Condition:
        return self._chain("or", self._both, Either)

    def _both(self) -> Condition:
        return self._chain("and", self._opposite, Both)

    def _chain(
        self, word: str, read: Callable[[], Condition], join: Callable[[Condition, Condition], Condition]
    ) -> Condition:
        found = read()
        while self._take("word", word):
            found = join(found, read())
        return found

    def _opposite(self) -> Condition:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise NotUnderstood("$filter is nested deeper than %(most)s", field="$filter", most=MOST_DEPTH)
        if self._take("word", "not"):
            found: Condition = Opposite(self._opposite())
        elif self._take("sign", "("):
            found = self._either()
            self._need("sign", ")")
        else:
            found = self._comparison()
        self.depth -= 1
        return found

    def _comparison(self) -> Condition:
        if self._ahead("sign", "(", 1):
            return self._test()
        if self._ahead_kind("word") and not self._is_constant():
            path, operator = self._path(), self._operator()
            return Compare(path, operator, self._literal())
        literal, operator = self._literal(), self._operator()
        return Compare(self._path(), TURNED.get(operator, operator), literal)

    def _test(self) -> Condition:
        name = self._next("a condition")
        if name.text not in TESTS:
            raise NotOffered("$filter: %(what)s() is not offered", field="$filter", what=name.text[:40])
        self._need("sign", "(")
        turned = name.text == "substringof"
        first = self._literal() if turned else self._path()
        self._need("sign", ",")
        path, literal = (self._path(), first) if turned else (str(first), self._literal())
        self._need("sign", ")")
        if not isinstance(literal, str):
            raise NotUnderstood("$filter: %(what)s looks for a text", field="$filter", what=name.text)
        if self._take("word", "eq"):
            wanted = self._literal()
            if wanted is False:
                return Opposite(Compare(path, name.text, literal))
        return Compare(path, name.text, literal)

    def _path(self) -> str:
        token = self._next("an attribute")
        if token.kind != "word" or token.text in COMPARISONS:
            self.at -= 1
            raise self._wrong("an attribute")
        return token.text

    def _operator(self) -> str:
        token = self._next("eq, ne, gt, ge, lt or le")
        if token.text in ELSEWHERE:
            raise NotOffered("$filter: the operator %(what)s is not offered", field="$filter", what=token.text)
        if token.kind != "word" or token.text not in COMPARISONS:
            self.at -= 1
            raise self._wrong("eq, ne, gt, ge, lt or le")
        return token.text

    def _is_constant(self) -> bool:
        return self.tokens[self.at].text in ("true", "false", "null")

    def _literal(self) -> Literal:
        token = self._next("a literal")
        match token.kind, token.text:
            case "text", text:
                return text[1:-1].replace("''", "'")
            case "number", text:
                return float(text)
            case "instant", text:
                return _instant(text)
            case "word", "true" | "false":
                return token.text == "true"
            case "word", "null":
                return None
        self.at -= 1
        raise self._wrong("a literal")

    def _next(self, expected: str) -> Token:
        if self.at >= len(self.tokens):
            raise self._wrong(expected)
        self.at += 1
        return self.tokens[self.at - 1]

    def _take(self, kind: str, text: str) -> bool:
        if not self._ahead(kind, text, 0):
            return False
        self.at += 1
        return True

    def _need(self, kind: str, text: str) -> None:
        if not self._take(kind, text):
            raise self._wrong(text)

    def _ahead(self, kind: str, text: str, steps: int) -> bool:
        place = self.at + steps
        return place < len(self.tokens) and (self.tokens[place].kind, self.tokens[place].text) == (kind, text)

    def _ahead_kind(self, kind: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].kind == kind

    def _wrong(self, expected: str) -> NotUnderstood:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        return NotUnderstood(
            "$filter: %(expected)s expected, found %(found)s",
            field="$filter",
            expected=expected,
            found=f"{token.text[:20]!r} at sign {token.at}" if token else "the end",
        )


def _instant(text: str) -> datetime:
    try:
        # An unescaped + in an address is a blank.
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise NotUnderstood("$filter: %(text)s is no instant", field="$filter", text=text[:40]) from None
    if at.tzinfo is None:
        raise NotUnderstood("$filter: %(text)s has no time zone", field="$filter", text=text[:40])
    return at
