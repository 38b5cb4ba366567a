"""Which column of a file is which field: by label in either language, by name, as last time, or by likeness."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from anshu.access.policy import Actor, account_of
from anshu.ledger.declaration import Ledger, field_of
from anshu.ledger.exchange.table import Table
from anshu.ledger.models import Import

LANGUAGES = ("zh-hans", "en")
"""Likeness from which a column is proposed."""
LIKE = 0.6
"""The heading that the file of rejected rows adds, and no field answers to."""
WHAT_IS_WRONG = gettext_lazy("what is wrong")


@dataclass(frozen=True)
class Matched:
    """A column of the file and the field it goes to (`""`: left out). `sure` is false where a person should confirm."""

    column: int
    heading: str
    field: str
    sure: bool


def plain(heading: str) -> str:
    """A heading without what people add to it: spaces, units in brackets, stars, colons; `_` and `-` as nothing."""
    bare = re.sub(r"[（(\[【].*?[)）\]】]", "", heading)
    return re.sub(r"[\s*＊:：_\-]+", "", bare or heading).lower()


def labels(ledger: Ledger) -> dict[str, str]:
    """Every heading that surely means a field: its labels in both languages and its name, made plain."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for name in ledger.edit:
                found.setdefault(plain(str(field_of(ledger.model, name).verbose_name)), name)
    for name in ledger.edit:
        found[plain(name)] = name
    return found


def _in_each_language(words: Promise) -> set[str]:
    found = set()
    for language in LANGUAGES:
        with translation.override(language):
            found.add(plain(str(words)))
    return found


def match(ledger: Ledger, table: Table, remembered: Mapping[str, str]) -> list[Matched]:
    """Each column with its field, every field at most once; `remembered` is heading → field of the last import."""
    sure, taken, ours = labels(ledger), set(), _in_each_language(WHAT_IS_WRONG)
    plains = [plain(heading) if heading else "" for heading in table.headings]
    chosen: dict[int, str] = {}
    for lookup in (remembered, sure):
        for index, heading in enumerate(table.headings):
            name = lookup.get(heading) or lookup.get(plains[index]) or ""
            if index not in chosen and name in ledger.edit and name not in taken:
                chosen[index] = name
                taken.add(name)
    proposed: dict[int, str] = {}
    for index, text in enumerate(plains):
        if index not in chosen and text and text not in ours:
            name = _like(text, {label: name for label, name in sure.items() if name not in taken})
            if name:
                proposed[index] = name
                taken.add(name)
    return [
        Matched(index, heading, chosen.get(index) or proposed.get(index, ""), index not in proposed)
        for index, heading in enumerate(table.headings)
        if heading
    ]


def _like(text: str, candidates: Mapping[str, str]) -> str:
    """The field whose label is contained in the heading or the other way round, or is spelt nearly so."""
    inside = [
        label for label in candidates if len(label) >= 2 and (label in text or (len(text) >= 2 and text in label))
    ]
    near = sorted(inside, key=len, reverse=True)[:1] or get_close_matches(text, list(candidates), 1, LIKE)
    return candidates[near[0]] if near else ""


def remembered(ledger: Ledger, actor: Actor) -> dict[str, str]:
    """Heading → field of this person's last finished import of the register, or of anybody's."""
    done = Import.objects.filter(ledger=ledger.slug, state=Import.State.DONE).order_by("-at")
    last = done.filter(account=account_of(actor)).first() or done.first()
    return dict(last.mapping.get("columns", {})) if last else {}
