"""What words refer to: other records by number or name, divisions by code or name. Loaded once for a whole file."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from django.db import models

from anshu.access.policy import Actor
from anshu.ledger.declaration import LEDGERS, field_of

SUGGESTED_AMONG = 40
ALIKE = 0.45
"""Digits of a division code: province, city, district, street, community, grid (GB/T 2260, GB/T 10114)."""
DIVISION_DIGITS = (2, 4, 6, 9, 12, 15)


class Book:
    """Keys and unique names of the records of a model, and which of those that the actor may see is spelt nearly so."""

    def __init__(self, model: type[models.Model], actor: Actor) -> None:
        self.model, self.actor = model, actor
        named = ("name",) if field_of(model, "name") is not None else ("pk",)
        self.by_number: dict[str, Any] = {}
        self.by_name: dict[str, Any] = {}
        times: Counter[str] = Counter()
        for key, number, name in model._default_manager.values_list("pk", "number", *named):
            self.by_number[number] = key
            self.by_name[str(name)] = key
            times[str(name)] += 1
        self.ambiguous = {name for name, count in times.items() if count > 1}
        self.by_number.pop("", None)

    def find(self, text: str) -> Any:
        """The id that a number or an unambiguous name stands for, or None."""
        found = self.by_number.get(text)
        return found if found is not None or text in self.ambiguous else self.by_name.get(text)

    def near(self, text: str) -> str:
        """A name (or number) like the text, or nothing."""
        return self._index.near(text)

    @cached_property
    def _index(self) -> "Likeness":
        rows = self.model._default_manager.all()
        visible: Callable[[Actor], models.QuerySet[Any]] | None = getattr(rows, "visible_to", None)
        seen = visible(self.actor) if visible is not None else rows.none()
        names = ("number", "name") if field_of(self.model, "name") is not None else ("number",)
        return Likeness(str(text) for row in seen.values_list(*names) for text in row if text)


class Likeness:
    """Finds the text most like another: candidates by shared pairs of signs, then by sequence."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(dict.fromkeys(texts))
        self._holders: dict[str, list[int]] = defaultdict(list)
        for index, text in enumerate(self._texts):
            for pair in _pairs(text):
                self._holders[pair].append(index)

    def near(self, text: str) -> str:
        shared: Counter[int] = Counter()
        for pair in _pairs(text):
            shared.update(self._holders.get(pair, ()))
        best = max(
            (
                (SequenceMatcher(None, text, self._texts[i]).ratio(), self._texts[i])
                for i, _n in shared.most_common(SUGGESTED_AMONG)
            ),
            default=(0.0, ""),
        )
        return best[1] if best[0] >= ALIKE else ""


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2].lower() for i in range(len(text) - 1)} or {text.lower()}


class Divisions:
    """The area tree, if there is a register of areas: codes, unique names, outlines."""

    def __init__(self, actor: Actor) -> None:
        ledger = LEDGERS.get("areas")
        self.book = Book(ledger.model, actor) if ledger is not None else None
        self.codes = {key: number for number, key in self.book.by_number.items()} if self.book else {}

    def known(self, code: str) -> bool:
        """Whether a code is one of the tree's, or lies in one of its areas, deeper than the tree goes.

        An installation without a tree holds nothing against a code.
        """
        if not self.codes or not code or code in self._numbers:
            return True
        deeper = len(code) in DIVISION_DIGITS and len(code) not in self._lengths
        return deeper and any(code.startswith(number) for number in self._numbers)

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(self.codes.values())

    @cached_property
    def _lengths(self) -> frozenset[int]:
        return frozenset(map(len, self._numbers))

    def code(self, text: str) -> str | None:
        """The code that a name stands for; None when no area, or more than one, has it."""
        return self.codes.get(self.book.find(text)) if self.book else None

    def near(self, text: str) -> str:
        return self.book.near(text) if self.book else ""

    @cached_property
    def outlines(self) -> dict[str, Any]:
        """Code → outline (GeoJSON geometry) of districts and larger, the ground against which positions are tried."""
        ledger = LEDGERS.get("areas")
        if ledger is None or field_of(ledger.model, "outline") is None:
            return {}
        rows: models.QuerySet[Any] = models.QuerySet(ledger.model).exclude(outline=None)
        return {number: outline for number, outline in rows.values_list("number", "outline") if len(number) <= 6}
