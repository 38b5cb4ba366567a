"""Answers to a checklist: where each belongs, which are still owed, what failed, and what it scores.

Answers are kept flat, by path: `exit_clear` for an item, `rooms/2/exit_clear` for one in the second round of a group
that repeats. An answer is a mapping with `value` and, where given, `note` and `pictures` (ids of attachments).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from anshu.domains.inspections.rules import relevance
from anshu.domains.inspections.rules.content import CHOICE, FAIL, JUDGE, NUMBER, OUT, PASS, PHOTO, VERDICTS, Form, Item

Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Finding:
    """An item that failed, in a round of its group where that repeats (empty otherwise)."""

    path: str
    item: Item
    round: str
    note: str
    pictures: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What a visit found: points reached and possible, their share (None when nothing counted), and how many items were
    in order, not in order and out of scope."""

    points: float
    possible: float
    passed: int
    failed: int
    out: int

    @property
    def percent(self) -> float | None:
        return None if self.possible == 0 else round(100 * self.points / self.possible, 1)


def parts(path: str) -> tuple[str, str, str]:
    """(group, round, item) of a path; the first two are empty for an item outside groups that repeat."""
    pieces = path.split("/")
    return (pieces[0], pieces[1], pieces[2]) if len(pieces) == 3 else ("", "", pieces[-1])


def path_of(form: Form, item: Item, round_: str) -> str:
    return f"{item.group}/{round_}/{item.key}" if form.repeats(item) else item.key


def asked(form: Form, answers: Answers) -> Iterator[tuple[str, Item, str]]:
    """(path, item, round) of everything that is asked, given the answers so far: conditions decide. A group that
    repeats is asked as often as it has been begun."""
    rounds = rounds_of(form, answers)
    for item in form.items:
        for each in rounds.get(item.group, ()) if form.repeats(item) else ("",):
            if relevance.holds(item.condition, _values(form, answers, each)):
                yield path_of(form, item, each), item, each


def rounds_of(form: Form, answers: Answers) -> dict[str, list[str]]:
    """Rounds begun of each group that repeats, in order."""
    found: dict[str, list[str]] = {}
    for path in answers:
        group, each, _key = parts(path)
        if group and form.group(group) is not None and each not in found.setdefault(group, []):
            found[group].append(each)
    return {group: sorted(each, key=lambda text: (len(text), text)) for group, each in found.items()}


def _values(form: Form, answers: Answers, round_: str) -> Any:
    def value_of(key: str) -> Any:
        item = form.item(key)
        return (answers.get(path_of(form, item, round_)) or {}).get("value") if item else None

    return value_of


def proper(item: Item, answer: Mapping[str, Any]) -> bool:
    """Whether an answer is one that the item can have."""
    value = answer.get("value")
    match item.answer:
        case "judge":
            return value in VERDICTS
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "choice":
            return value in {choice.key for choice in item.choices}
        case "photo":
            return bool(answer.get("pictures"))
    return isinstance(value, str) and bool(value.strip())


def owed(form: Form, answers: Answers) -> list[tuple[str, Item]]:
    """What must still be answered before the visit can be handed in."""
    return [
        (path, item)
        for path, item, _round in asked(form, answers)
        if item.needed and not proper(item, answers.get(path) or {})
    ]


def failed(item: Item, answer: Mapping[str, Any]) -> bool:
    """Whether the answer is a defect."""
    value = answer.get("value")
    if item.answer == JUDGE:
        return value == FAIL
    if item.answer == NUMBER and isinstance(value, (int, float)):
        return (item.least is not None and value < item.least) or (item.most is not None and value > item.most)
    return item.answer == CHOICE and any(choice.fails and choice.key == value for choice in item.choices)


def findings(form: Form, answers: Answers) -> list[Finding]:
    """The defects, in the order of the list."""
    return [
        Finding(path, item, each, str(answers[path].get("note") or ""), tuple(answers[path].get("pictures") or ()))
        for path, item, each in asked(form, answers)
        if path in answers and proper(item, answers[path]) and failed(item, answers[path])
    ]


def result(form: Form, answers: Answers) -> Result:
    """What it scores: what is out of scope counts neither for nor against, nor does what cannot fail."""
    points = possible = 0.0
    passed = wrong = out = 0
    for path, item, _round in asked(form, answers):
        answer = answers.get(path) or {}
        if item.answer == PHOTO or not item.judged or not proper(item, answer):
            continue
        if answer["value"] == OUT and item.answer == JUDGE:
            out += 1
            continue
        possible += item.points
        if failed(item, answer):
            wrong += 1
        else:
            passed, points = passed + 1, points + item.points
    return Result(points, possible, passed, wrong, out)


def verdict(item: Item, answer: Mapping[str, Any]) -> str:
    """`pass`, `fail` or `out` of an answer that can be judged; empty for any other."""
    if not item.judged or not proper(item, answer):
        return ""
    if item.answer == JUDGE and answer["value"] == OUT:
        return OUT
    return FAIL if failed(item, answer) else PASS
