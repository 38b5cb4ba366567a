"""What a checklist asks, as data: items with the clause behind each, in groups that may repeat. Read, checked,
sealed."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from anshu.domains.inspections.rules import relevance
from anshu.kernel.errors import Invalid

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""Kinds of answer: in order, not in order or out of scope; a number with unit; words; one of several; a picture."""
JUDGE, NUMBER, TEXT, CHOICE, PHOTO = "judge", "number", "text", "choice", "photo"
ANSWERS = (JUDGE, NUMBER, TEXT, CHOICE, PHOTO)
PASS, FAIL, OUT = "pass", "fail", "out"
VERDICTS = (PASS, FAIL, OUT)
GRADES = ("general", "major")
MOST_ITEMS = 400


@dataclass(frozen=True)
class Choice:
    """One answer of several; `fails` says that it is a defect."""

    key: str
    text: str
    fails: bool = False


@dataclass(frozen=True)
class Item:
    """One thing to look at. `defect` says what is wrong when it fails (else the text itself). `clause` is the article
    that judges it, `law` its words, `penalty` the article that punishes; `kind` and `grade` are those of the hazard
    it becomes when it fails; outside `least`–`most` a number fails."""

    key: str
    text: str
    answer: str = JUDGE
    defect: str = ""
    group: str = ""
    relevant: str = ""
    clause: str = ""
    law: str = ""
    penalty: str = ""
    kind: str = "other"
    grade: str = "general"
    points: float = 1
    needed: bool = True
    choices: tuple[Choice, ...] = ()
    least: float | None = None
    most: float | None = None
    unit: str = ""
    hint: str = ""
    departments: tuple[str, ...] = ()

    @property
    def judged(self) -> bool:
        """Whether it can fail."""
        return (
            self.answer == JUDGE
            or (self.answer == NUMBER and (self.least is not None or self.most is not None))
            or any(choice.fails for choice in self.choices)
        )

    @property
    def condition(self) -> relevance.Condition:
        return relevance.parse(self.relevant)


@dataclass(frozen=True)
class Group:
    """A part of the list; one that repeats is gone through once for each room, tank or scaffold there is."""

    key: str
    text: str
    repeats: bool = False


@dataclass(frozen=True)
class Form:
    """A whole checklist in the order in which it is gone through."""

    items: tuple[Item, ...]
    groups: tuple[Group, ...] = ()
    _by_key: dict[str, Item] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._by_key.update((item.key, item) for item in self.items)

    def item(self, key: str) -> Item | None:
        return self._by_key.get(key)

    def group(self, key: str) -> Group | None:
        return next((group for group in self.groups if group.key == key), None)

    def repeats(self, item: Item) -> bool:
        """Whether the item stands in a group that repeats."""
        group = self.group(item.group)
        return group is not None and group.repeats


def read(content: Mapping[str, Any]) -> Form:
    """The form that stored data describes; Invalid (field `content`) names the first row that is wrong."""
    groups = tuple(_group(row, place) for place, row in enumerate(content.get("groups") or (), start=1))
    items = tuple(_item(row, place) for place, row in enumerate(content.get("items") or (), start=1))
    form = Form(items, groups)
    for place, words in faults(form):
        raise Invalid(_("row %(row)d: %(what)s"), field="content", code="checklist", row=place, what=words)
    return form


def as_data(form: Form) -> dict[str, Any]:
    """The form as JSON values; what is as usual is left out."""
    usual = asdict(Item("", ""))
    items = [
        {name: value for name, value in asdict(item).items() if name in ("key", "text") or value != usual[name]}
        for item in form.items
    ]
    return json.loads(json.dumps({"groups": [asdict(group) for group in form.groups], "items": items}))  # type: ignore[no-any-return]


def digest(form: Form) -> str:
    """SHA-256 of the form in canonical JSON: the same content, the same digest, on every machine."""
    text = json.dumps(as_data(form), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def faults(form: Form) -> Iterator[tuple[int, Any]]:
    """Everything wrong with a form: (row of the item, from 1, or 0 for the whole; what is wrong)."""
    if not form.items:
        yield 0, _("a checklist has at least one item")
    if len(form.items) > MOST_ITEMS:
        yield 0, _("a checklist has too many items")
    taken = {group.key for group in form.groups}
    known = {group.key for group in form.groups}
    earlier: dict[str, Item] = {}
    for place, item in enumerate(form.items, start=1):
        if not KEY.fullmatch(item.key):
            yield place, _("the key is a small letter followed by small letters, digits and _")
        if item.key in taken:
            yield place, _("the key is used twice")
        if item.group and item.group not in known:
            yield place, _("there is no such group")
        for words in _faults_of(item):
            yield place, words
        for words in _condition_faults(form, item, earlier):
            yield place, words
        taken.add(item.key)
        earlier[item.key] = item


def _faults_of(item: Item) -> Iterator[Any]:
    if not item.text.strip():
        yield _("say what is looked at")
    if item.answer not in ANSWERS:
        yield _("there is no such kind of answer")
    if item.grade not in GRADES:
        yield _("the grade is general or major")
    if item.answer == CHOICE and len({choice.key for choice in item.choices}) < max(2, len(item.choices)):
        yield _("a choice needs two answers at least, each with its own key")
    if item.least is not None and item.most is not None and item.least > item.most:
        yield _("the least is more than the most")
    if item.judged and not item.clause.strip():
        yield _("name the clause by which it is judged")
    if item.points < 0:
        yield _("points cannot be negative")


def _condition_faults(form: Form, item: Item, earlier: Mapping[str, Item]) -> Iterator[Any]:
    try:
        asked = relevance.items_in(item.condition)
    except Invalid as error:
        yield error
        return
    for key in sorted(asked):
        if key not in earlier:
            yield _("its condition asks about an item that does not come before it")
        elif form.repeats(earlier[key]) and earlier[key].group != item.group:
            yield _("its condition asks about an item of another group that repeats")


def _group(row: Any, place: int) -> Group:
    if not isinstance(row, Mapping) or not KEY.fullmatch(str(row.get("key", ""))):
        raise Invalid(_("group %(row)d has no proper key"), field="content", code="checklist", row=place)
    return Group(str(row["key"]), str(row.get("text") or row["key"]), bool(row.get("repeats")))


_NAMES = {each.name for each in fields(Item)}
_NUMBERS = ("points", "least", "most")


def _plain(name: str, value: Any, place: int) -> Any:
    """A number as a float, so that 3 and 3.0 are the same list; anything else as it is."""
    if name not in _NUMBERS:
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Invalid(_("row %(row)d: %(name)s is no number"), field="content", code="checklist", row=place, name=name)
    return float(value)


def _item(row: Any, place: int) -> Item:
    """An item from a row of data; unknown names are refused, so that a typing error loses nothing in silence."""
    if not isinstance(row, Mapping):
        raise Invalid(_("row %(row)d is no item"), field="content", code="checklist", row=place)
    unknown = sorted(set(row) - _NAMES)
    if unknown:
        raise Invalid(
            _("row %(row)d: %(name)s is not known"), field="content", code="checklist", row=place, name=unknown[0]
        )
    given = {name: _plain(name, value, place) for name, value in row.items() if value is not None}
    choices = tuple(
        Choice(str(each["key"]), str(each.get("text") or each["key"]), bool(each.get("fails")))
        for each in given.pop("choices", ())
    )
    departments = tuple(str(each) for each in given.pop("departments", ()))
    return Item(**{"key": "", "text": "", **given}, choices=choices, departments=departments)
