"""The rows of conditions in the form of a sensing rule: a field for each part, such as `condition-0-raise`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.models.conditions import CONDITION_FIELDS, DEFAULTS, Where
from anshu.engines.sensing import Signal
from anshu.engines.sensing.rules import WINDOWED

Options = list[tuple[str, str | Promise]]

LABELS = {
    "where": _("looks at"),
    "quantity": _("quantity"),
    "near_m": _("distance (m)"),
    "channel": _("channel"),
    "judged": _("what is judged"),
    "window_min": _("window (min)"),
    "direction": _("direction"),
    "raise": _("holds from"),
    "clear": _("no longer from"),
    "within_min": _("counts for (min)"),
    "least": _("channels at least"),
    "negated": _("must not hold"),
}
HINTS = {"clear": _("empty: the same"), "within_min": _("after it has ceased; 0: not")}
SEVERAL = (Where.SITE, Where.AREA, Where.NEAR)
TIMED = tuple(signal.name.lower() for signal in WINDOWED)
"""Parts that mean something only beside some choices: which part, and its choices."""
BESIDE = {
    "quantity": ("where", SEVERAL),
    "near_m": ("where", (Where.NEAR,)),
    "channel": ("where", (Where.CHANNEL,)),
    "least": ("where", SEVERAL),
    "window_min": ("judged", TIMED),
}


@dataclass(frozen=True)
class Field:
    """One field of a row as the page shows it."""

    part: str
    name: str
    label: str | Promise
    hint: str | Promise
    value: str
    wrong: str
    options: Options


def name_of(place: int, part: str) -> str:
    """The name of a field; what is wrong with no part of its own stands beside the first."""
    return f"condition-{place}-{part if part in CONDITION_FIELDS else 'where'}"


def rows_in(data: Mapping[str, Any]) -> int:
    """How many rows were sent, or are shown."""
    count = 0
    while name_of(count, "where") in data:
        count += 1
    return count


def typed(data: QueryDict) -> list[dict[str, str]]:
    """What was typed in each row; a part that is not shown beside what is chosen is not meant."""
    rows = []
    for place in range(rows_in(data)):
        row = {part: data.get(name_of(place, part), "").strip() for part in CONDITION_FIELDS}
        rows.append({part: text for part, text in row.items() if _meant(part, row)})
    return rows


def _meant(part: str, row: Mapping[str, str]) -> bool:
    other, choices = BESIDE.get(part, ("", ()))
    return not other or row[other] in choices


def told(conditions: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Conditions as values of the form by the names of its fields."""
    shown = {}
    for place, condition in enumerate(conditions):
        kept = {"where": Where.HERE, **DEFAULTS, **condition}
        for part in CONDITION_FIELDS:
            value = kept.get(part, "")
            shown[name_of(place, part)] = str(value) if not isinstance(value, float) else f"{value:.12g}"
    return shown


def moved(data: QueryDict) -> dict[str, Any]:
    """What was typed in the whole form with a row more (`more`), or without one (`less`, its number)."""
    rows = [{part: data.get(name_of(place, part), "") for part in CONDITION_FIELDS} for place in range(rows_in(data))]
    less = str(data.get("less", ""))
    if less.isdecimal():
        del rows[int(less) : int(less) + 1]
    if "more" in data:
        rows.append({})
    others = {name: value for name, value in data.dict().items() if not name.startswith("condition-")}
    return others | told({part: text for part, text in row.items() if text} for row in rows)


def rows(shown: Mapping[str, Any], wrong: Mapping[str, str], quantities: Options) -> list[list[Field]]:
    """The rows as the page shows them; one to begin with where there is none."""
    if not rows_in(shown):
        shown = told([{}])
    offered: dict[str, Options] = {
        "where": list(Where.choices),
        "quantity": [("", "—"), *quantities],
        "judged": [(signal.name.lower(), Rule.Judged(signal.name.lower()).label) for signal in Signal],
        "direction": list(Rule.Direction.choices),
    }
    return [
        [
            Field(
                part, name_of(place, part), LABELS[part], HINTS.get(part, ""), str(shown.get(name_of(place, part), "")),
                wrong.get(name_of(place, part), ""), offered.get(part, []),
            )
            for part in CONDITION_FIELDS
        ]
        for place in range(rows_in(shown))
    ]  # fmt: skip
