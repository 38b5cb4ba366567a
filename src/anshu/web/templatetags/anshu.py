"""What templates say in one word: icons, level chips, countdowns, times, built assets."""

import json
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anshu.domains.places.models import Area
from anshu.kernel import clock
from anshu.ledger import show
from anshu.web import codes, rule_words, shell, told
from anshu.workflow import rules
from anshu.workflow.transitions import Arrow

register = template.Library()

COLORS = {"1": "red", "2": "orange", "3": "yellow", "4": "blue"}
WORDS = {
    "red": gettext_lazy("Red"),
    "orange": gettext_lazy("Orange"),
    "yellow": gettext_lazy("Yellow"),
    "blue": gettext_lazy("Blue"),
    "grey": gettext_lazy("No level"),
}


@register.filter
def color(level: str) -> str:
    """`1` → `red`; anything that is no level is grey."""
    return COLORS.get(str(level), "grey")


@register.simple_tag
def level(value: str, words: str = "", kind: str = "") -> SafeString:
    """A level as a chip: its colour, its own shape and its word."""
    name = color(value)
    return format_html('<span class="level {}" data-level="{}">{}</span>', kind, name, words or WORDS[name])


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing from the sheet of icons."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("built/icons.svg"), name
    )


@cache
def manifest() -> dict[str, Any]:
    """What the front-end build made; empty when it has not been built."""
    path = finders.find("built/manifest.json")
    found: dict[str, Any] = json.loads(Path(str(path)).read_text()) if path else {}
    return found


@register.simple_tag
def entry(name: str) -> SafeString:
    """The script and styles of an entry of the front end, and of everything it imports."""
    made = manifest().get(f"src/{name}.ts")
    if made is None:
        return SafeString(f"<!-- the front end is not built: {name} -->")
    styles: dict[str, None] = {}
    scripts: dict[str, None] = {}

    def gather(part: dict[str, Any]) -> None:
        for key in part.get("imports", ()):
            scripts[manifest()[key]["file"]] = None
            gather(manifest()[key])
        for file in part.get("css", ()):
            styles[file] = None

    gather(made)
    links = format_html_join("", '<link rel="stylesheet" href="{}">', ((static(f"built/{f}"),) for f in styles))
    early = format_html_join("", '<link rel="modulepreload" href="{}">', ((static(f"built/{f}"),) for f in scripts))
    return format_html('{}{}<script type="module" src="{}"></script>', links, early, static(f"built/{made['file']}"))


@register.filter
def when(at: datetime | None) -> SafeString | str:
    """14:05 today, 11-20 14:05 this year, else with the year; the exact instant on hover."""
    if at is None:
        return ""
    local, today = timezone.localtime(at), timezone.localtime(clock.now())
    form = "%H:%M" if local.date() == today.date() else "%m-%d %H:%M" if local.year == today.year else "%Y-%m-%d %H:%M"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), f"{local:%Y-%m-%d %H:%M:%S}", local.strftime(form)
    )


def hour(at: datetime) -> str:
    """14:05, in the reader's zone."""
    return f"{timezone.localtime(at):%H:%M}"


@register.filter
def age(at: datetime | None) -> SafeString | str:
    """How long ago, kept up to date by the page."""
    if at is None:
        return ""
    return format_html('<time data-island="age" data-at="{}">{}</time>', at.isoformat(), hour(at))


@register.simple_tag
def countdown(running: Any) -> SafeString | str:
    """A clock of the workflow as a bar that turns."""
    if running is None:
        return ""
    return format_html(
        '<div class="countdown" data-island="countdown" data-start="{}" data-due="{}" title="{}">'
        '<span class="left">{}</span>'
        '<span class="track"><i></i></span></div>',
        running.started_at.isoformat(),
        running.due_at.isoformat(),
        running.basis,
        hour(running.due_at),
    )


@register.simple_tag
def field(record: Any, name: str) -> str:
    """A field of a record in words, personal data masked."""
    return codes.text(record, name)


@register.filter
def number(value: float | None) -> str:
    """A measured value without noise: at most three decimals, none that are nought."""
    return "" if value is None else f"{value:.3f}".rstrip("0").rstrip(".")


@register.filter
def amount(value: float | Decimal | None) -> str:
    """A figure as reports print it: groups of three digits, at most two decimals; a dash where there is none."""
    return "—" if value is None else f"{value:,.2f}".removesuffix("0").removesuffix(".0")


@register.filter
def signed_amount(value: float) -> str:
    """A change as reports print it: with its sign, at most two decimals."""
    return ("+" if value > 0 else "−" if value < 0 else "") + amount(abs(value))


@register.filter
def signed(value: float) -> str:
    """A number with its sign: +3.5, −4, 0."""
    return f"{value:+g}".replace("-", "−") if value else "0"


@register.filter
def floated(share: str | float) -> str:
    """A share with its sign, as +10 % or −5 %."""
    return f"{signed(round(float(share) * 100, 1))} %"


@register.filter
def premium_reason(name: str) -> str:
    """Why a premium floats, in the words of the rule pack."""
    return rule_words.word(rules.packs()["risk_grading"], name)


@register.filter
def yuan(amount: Any) -> str:
    """An amount of money with its thousands, and with cents where there are any."""
    return _("%(amount)s yuan") % {"amount": f"{amount:,.2f}".removesuffix(".00")}


@register.filter
def percent(share: float | None) -> str:
    """A share of one in per cent, without the sign; a dash when there is none."""
    return "—" if share is None else f"{100 * share:.1f}".removesuffix(".0")


@register.filter
def minutes(value: float | None) -> str:
    """Minutes of a link of the chain, as 7 or 0.4."""
    return "—" if value is None else f"{value:.1f}".removesuffix(".0")


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """An entry of a mapping."""
    return mapping.get(key) if mapping else None


@register.simple_tag(takes_context=True)
def keeping_named(context: Any, name: str, value: Any) -> str:
    """`keeping`, for a name that is itself a value."""
    return keeping(context, **{name: value})


_areas: dict[str, str] = {}


@register.filter
def area(code: str) -> str:
    """The name of an area by its code; the code itself when the tree does not know it. Names are kept per process."""
    if code and code not in _areas:
        _areas.update(Area.objects.values_list("number", "name"))
    return _areas.setdefault(code, code)


@register.simple_tag
def cell(record: Any, name: str) -> SafeString | str:
    """A field as a table shows it: levels as chips, instants as times, money in threes, the rest in words."""
    value = getattr(record, name)
    if name in ("level", "highest", "risk_color"):
        return level(value, kind="quiet") if value else ""
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, Decimal):
        return f"{value:,f}".removesuffix(".00")
    if name == "territory":
        return area(value)
    if name == "state":
        return format_html('<span class="state">{}</span>', show.text(record, name))
    return codes.text(record, name)


@register.filter
def coded(value: Any, name: str) -> str:
    """A value that is no record's, as a field of that name would show it."""
    return codes.of(name, value) or show.words(value)


@register.filter
def raw_text(raw: bytes) -> str:
    """Bytes as they came, as far as they can be shown."""
    return raw[:300].decode("utf-8", "backslashreplace")


@register.filter
def doubt(flag: str) -> str:
    """What is doubtful about a record, in words."""
    return told.doubt(flag)


@register.filter
def program(name: str) -> str:
    """The name of one of our own programs as people say it; a person's name as it is."""
    return str(told.PROGRAMS.get(name, name))


@register.simple_tag
def sentence(change: Any) -> SafeString:
    """A row of the log as a sentence: who did what, from which state to which."""
    return told.sentence(change)


@register.filter
def as_json(value: Any) -> str:
    """JSON for a data attribute."""
    return json.dumps(value, default=str, ensure_ascii=False)


@register.simple_tag(takes_context=True)
def back(context: Any) -> str:
    """Where a form leads back to: the page it stands on."""
    return shell.address_of(context["request"])


@register.simple_tag(takes_context=True)
def keeping(context: Any, **changes: Any) -> str:
    """The present query with some values changed (an empty one is dropped), as `?a=b`."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        if value in ("", None):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.filter
def verb_title(arrow: Arrow) -> str:
    """The word on an arrow's button."""
    text = str(arrow.title)
    return text[:1].upper() + text[1:]
