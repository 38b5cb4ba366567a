"""Conditions of a compound rule: what must hold, of which channels around a place, and for how long it counts."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anshu.engines.sensing import Direction, LadderRule, Level, Quantity, Signal, Step, compile_rules
from anshu.engines.sensing.rules import WINDOWED
from anshu.kernel.errors import Invalid

"""What a condition holds, in the order in which people write it; most may be left out."""
CONDITION_FIELDS = (
    "where",
    "channel",
    "quantity",
    "near_m",
    "judged",
    "window_min",
    "direction",
    "raise",
    "clear",
    "within_min",
    "least",
    "negated",
)
"""A window is parted into at most so many panes: a day into half hours."""
MOST_PANES = 48
DEFAULTS = {"judged": "value", "direction": "above", "within_min": 0, "least": 1, "negated": False}
NUMBERS = ("near_m", "window_min", "raise", "clear", "within_min", "least")
YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0", "")
_ENGINE_FIELDS = {"raise_at": "raise", "clear_at": "clear", "of": "window_min"}

Wrong = tuple[str, str]  # the name of a part of a condition, and what is wrong with it


class Where(models.TextChoices):
    """Which channels a condition looks at, as seen from the channel at which its rule stands."""

    HERE = "here", gettext_lazy("the channel itself")
    CHANNEL = "channel", gettext_lazy("one channel, by its number")
    SITE = "site", gettext_lazy("all at the same site")
    AREA = "area", gettext_lazy("all in the same street")
    NEAR = "near", gettext_lazy("all within a distance")


@dataclass(frozen=True)
class Condition:
    """At least `least` of its channels stand beyond a threshold, or have within the last `within_min`; `negated`: fewer
    do. One for which there is no channel counts for nothing, negated or not."""

    where: str
    channel: str  # number of a channel
    quantity: str
    near_m: float | None
    judged: str
    window_min: int | None
    direction: str
    raise_at: float
    clear_at: float
    within_min: float
    least: int
    negated: bool

    @property
    def of(self) -> Quantity:
        """What the engine derives from each of its channels."""
        return derived(self.judged, self.window_min)

    def ladder(self, key: str, slot: int, stale_after_s: float | None) -> LadderRule:
        """What of it is judged on one channel: a single step, whose level means nothing."""
        step = Step(Level.BLUE, self.raise_at, self.clear_at)
        return LadderRule(key, slot, (step,), Direction(self.direction), stale_after_s, self.of)


def derived(judged: str, window_min: int | None) -> Quantity:
    """What the engine derives of a channel; a window moves on by the smallest pane that parts it evenly."""
    signal = Signal[judged.upper()]
    if signal not in WINDOWED:
        return Quantity(signal)
    seconds = 60 * (window_min or 0)
    panes = next((n for n in range(MOST_PANES, 0, -1) if seconds % n == 0), 1)
    return Quantity(signal, float(seconds), panes)


def unit_of(judged: str, unit: str) -> str:
    """The unit of what is judged, by that of the channel."""
    if judged in ("rate", "trend"):
        return f"{unit}/h"
    if judged in ("unusual", "unseasonable"):
        return "σ"
    return "s" if judged in ("unchanged", "silence") else unit


def known(stored: Any) -> list[Condition]:
    """The conditions that a saved rule keeps."""
    return [_made(DEFAULTS | dict(raw)) for raw in stored or ()]


def understood(given: Any) -> tuple[list[dict[str, Any]], list[Wrong]]:
    """Conditions as they are kept, of what was typed (text is understood); and what is wrong, each named by the place
    of the condition, from 0, and its part: `0.raise`. What is as by default is not kept."""
    if not isinstance(given, list) or not given:
        return [], [("", _("at least one condition is needed"))]
    kept: list[dict[str, Any]] = []
    wrong: list[Wrong] = []
    for place, raw in enumerate(given):
        if not isinstance(raw, Mapping):
            wrong.append((str(place), _("each condition has its parts as name: value")))
            continue
        values, faults = _values(raw)
        faults = faults or list(_misfits(values)) or list(_of_engine(values))
        kept.append({name: values[name] for name in CONDITION_FIELDS if values[name] not in ("", None)})
        kept[-1] = {name: value for name, value in kept[-1].items() if DEFAULTS.get(name) != value}
        wrong += [(f"{place}.{name}", words) for name, words in faults]
    return kept, wrong


def _values(raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[Wrong]]:
    """Each part for itself, absent ones as by default; and those that cannot be read."""
    values: dict[str, Any] = dict.fromkeys(CONDITION_FIELDS, "") | DEFAULTS
    values["where"] = Where.CHANNEL if raw.get("channel") else Where.HERE
    faults: list[Wrong] = [(str(name), _("is no part of a condition")) for name in raw if name not in CONDITION_FIELDS]
    for name in CONDITION_FIELDS:
        given = raw.get(name)
        if given in (None, ""):
            continue
        read = _flag if name == "negated" else _number if name in NUMBERS else str
        value = read(given)
        if value is None:
            words = _("is yes or no") if name == "negated" else _("is not a number")
            faults.append((name, words))
        else:
            values[name] = value
    for name, choices in (
        ("where", Where.values),
        ("judged", [signal.name.lower() for signal in Signal]),
        ("direction", [str(side) for side in Direction]),
    ):
        if values[name] not in choices:
            faults.append((name, _("is one of %(choices)s") % {"choices": ", ".join(choices)}))
    if values["clear"] == "":
        values["clear"] = values["raise"]
    return values, faults


def _misfits(values: Mapping[str, Any]) -> Iterator[Wrong]:
    """What must fit together and does not."""
    where, several = values["where"], values["where"] in (Where.SITE, Where.AREA, Where.NEAR)
    for name, wanted in (
        ("channel", where == Where.CHANNEL),
        ("quantity", several),
        ("near_m", where == Where.NEAR),
        ("window_min", Signal[values["judged"].upper()] in WINDOWED),
    ):
        if wanted and values[name] == "":
            yield name, _("is needed")
        elif not wanted and values[name] != "":
            yield name, _("does not go with what is chosen: leave it empty")
    if values["raise"] == "":
        yield "raise", _("is needed")
        return
    for name, least in (("near_m", 1), ("window_min", 1), ("within_min", 0), ("least", 1)):
        if values[name] != "" and not values[name] >= least:
            yield name, _("is at least %(least)s") % {"least": least}
    for name in ("window_min", "least"):
        if values[name] != "" and values[name] != int(values[name]):
            yield name, _("is a whole number")
    if values["least"] != 1 and not several:
        yield "least", _("there is only one channel")


def _of_engine(values: Mapping[str, Any]) -> Iterator[Wrong]:
    try:
        compile_rules([_made(values).ladder("condition", 0, None)])
    except Invalid as error:
        name = error.field or ""
        yield _ENGINE_FIELDS.get(name, name), str(error.params.get("problem", error))


def _made(values: Mapping[str, Any]) -> Condition:
    window, near = values.get("window_min"), values.get("near_m")
    return Condition(
        where=str(values.get("where") or Where.HERE),
        channel=values.get("channel") or "",
        quantity=values.get("quantity") or "",
        near_m=float(near) if near else None,
        judged=values["judged"],
        window_min=int(window) if window else None,
        direction=values["direction"],
        raise_at=float(values["raise"]),
        clear_at=float(values["clear"]),
        within_min=float(values["within_min"]),
        least=int(values["least"]),
        negated=bool(values["negated"]),
    )


def _flag(given: Any) -> bool | None:
    text = str(given).strip().lower()
    return True if text in YES else False if text in NO else None


def _number(given: Any) -> float | None:
    """A number that is not too odd to be one; yes and no are none."""
    try:
        found = math.nan if isinstance(given, bool) else float(given)
    except (TypeError, ValueError):
        return None
    if not math.isfinite(found):
        return None
    return int(found) if found.is_integer() and abs(found) < 1e15 else found
