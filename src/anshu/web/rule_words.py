"""Rules of a pack in words: the value with its unit, where it comes from, and whether anybody has checked it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from anshu.kernel.bilingual import Bilingual
from anshu.kernel.errors import Invalid
from anshu.kernel.rule_packs import Rule, RulePack, RuleValue
from anshu.kernel.units import shipped_quantities
from anshu.kernel.working_days import Limit, LimitUnit
from anshu.ledger import show

LIMITS: dict[LimitUnit, str | Promise] = {
    LimitUnit.SECOND: gettext_lazy("%(amount)d s"),
    LimitUnit.MINUTE: gettext_lazy("%(amount)d min"),
    LimitUnit.HOUR: gettext_lazy("%(amount)d h"),
    LimitUnit.DAY: gettext_lazy("%(amount)d d"),
    LimitUnit.WORKING_DAY: gettext_lazy("%(amount)d working days"),
}
"""What the confidence tags of a pack mean."""
TAGS: dict[str, str | Promise] = {
    "V": pgettext_lazy("basis", "read in the source"),
    "V:web": pgettext_lazy("basis", "read on a secondary page"),
    "MH": pgettext_lazy("basis", "from memory, fairly certain"),
    "MM": pgettext_lazy("basis", "from memory, less certain"),
    "ML": pgettext_lazy("basis", "from memory, uncertain"),
    "D": pgettext_lazy("basis", "default of the product"),
}
_ARTICLES = re.compile(r"[\d、, ]+")
_STUCK = "°′″%‰"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as a page shows it; `shipped` is the value that a local pack has replaced, `since` empty for always."""

    key: str
    title: str
    value: str
    note: str
    basis: str
    since: str
    verified: bool
    doubt: str
    local: bool
    shipped: str

    def mentions(self, text: str) -> bool:
        """Whether the text stands anywhere in what is shown."""
        shown = "\n".join((self.key, self.title, self.value, self.note, self.basis, self.doubt))
        return text.casefold() in shown.casefold()


def row(pack: RulePack, rule: Rule, on: date) -> RuleRow:
    """A rule of the pack, as it is in force on the day."""
    language, shipped = get_language(), pack.shipped(rule.key, on) if rule.local else None
    return RuleRow(
        key=rule.key,
        title=rule.title.told(language) or rule.key,
        value=told(pack, rule.key, rule.value),
        note=rule.basis.note.told(language),
        basis=basis(pack, rule),
        since=since(rule),
        verified=rule.basis.verified,
        doubt=doubt(rule),
        local=rule.local,
        shipped=told(pack, shipped.key, shipped.value) if shipped is not None else "",
    )


def word(pack: RulePack, name: str) -> str:
    """What a name means in the pack, or the name itself."""
    return pack.words.get(name, Bilingual()).told(get_language()) or name


def told(pack: RulePack, name: str, value: RuleValue) -> str:
    """A value, or an entry of one, called `name`."""
    if isinstance(value, str):
        return _limit(value) or word(pack, value)
    if isinstance(value, tuple):
        items, comma = [told(pack, name, item) for item in value], pgettext("list", ", ")
        return (_("; ") if any(comma in item for item in items) else comma).join(items)
    if isinstance(value, Mapping):
        return _entries(pack, value)
    if isinstance(value, bool | date):
        return show.words(value)
    return f"{show.words(value)}{_unit(name)}"


def basis(pack: RulePack, rule: Rule) -> str:
    """The sources, each with its article."""
    sources, articles = rule.basis.source.split("；"), rule.basis.article.split("；")
    lines = []
    for source, article in zip_longest(sources, articles, fillvalue=""):
        words = {"source": word(pack, source), "article": article}
        form = _("%(source)s, art. %(article)s") if _ARTICLES.fullmatch(article) else "%(source)s %(article)s"
        lines.append((form % words).strip())
    return _("; ").join(lines)


def since(rule: Rule) -> str:
    """From when to when the rule holds; nothing when it always does."""
    ends = []
    if rule.effective_from > date.min:
        ends.append(_("from %(day)s") % {"day": rule.effective_from})
    if rule.effective_to < date.max:
        ends.append(_("to %(day)s") % {"day": rule.effective_to})
    return " ".join(ends)


def doubt(rule: Rule) -> str:
    """How far the rule can be trusted: what its tag means."""
    if rule.local and rule.basis.tag == "D":
        return pgettext("basis", "set by the bureau")
    return str(TAGS.get(rule.basis.tag, ""))


def _entries(pack: RulePack, value: Mapping[str, RuleValue]) -> str:
    if value.keys() == {"limit", "starts_at"}:
        words = {name: told(pack, name, entry) for name, entry in value.items()}
        return _("%(limit)s, counted from the %(starts_at)s") % words
    named = sorted(value.items(), key=lambda entry: entry[0] == "default")  # what holds for all others comes last
    return _(", ").join(f"{word(pack, name)} {told(pack, name, entry)}" for name, entry in named)


def _limit(text: str) -> str:
    """`3min` as 3 minutes; nothing when it is no limit."""
    try:
        limit = Limit.parse(text)
    except Invalid:
        return ""
    return str(LIMITS[limit.unit]) % {"amount": limit.amount}


def _unit(name: str) -> str:
    """The sign of the unit a number's name ends in: `yellow_m` is in m, `low_alarm_pct_lel` in %LEL."""
    parts, units = name.rpartition(".")[2].split("_"), shipped_quantities().units
    for start in range(1, len(parts)):
        unit = units.get("_".join(parts[start:]))
        if unit is not None:
            return unit.sign if unit.sign.startswith(tuple(_STUCK)) else f" {unit.sign}"
    return ""
