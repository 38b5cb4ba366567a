"""What a tip-off earns, by the rule pack `tip_offs`. Pure: facts and rules in, an amount with its reckoning out."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anshu.domains.tipoffs.models import AccidentGrade, Ground
from anshu.kernel.errors import Invalid
from anshu.kernel.rule_packs import Rule
from anshu.workflow.rules import told

CENT = Decimal("0.01")
HUNDRED = 100

"""Finds a rule of the pack by its key, in force on the day that counts."""
Find = Callable[[str], Rule]


@dataclass(frozen=True)
class Facts:
    """What was found: on what ground, what fine was imposed (yuan), or how many deaths had been hidden, of what grade;
    `insider`: the one who told works there."""

    ground: str
    fine_yuan: Decimal = Decimal(0)
    deaths: int = 0
    grade: str = ""
    insider: bool = False


@dataclass(frozen=True)
class Reward:
    """Yuan, to the cent; how they were reckoned, in words; and on what basis."""

    yuan: Decimal
    reckoning: str
    basis: str


def reward(facts: Facts, find: Find) -> Reward:
    """The amount of the rule pack. A share of the fine between floor and ceiling; so much for each death that had been
    hidden; a fixed sum for a general hazard. An insider's is raised by the local share. Never above the ceiling."""
    makers = {
        Ground.GENERAL_HAZARD: _fixed,
        Ground.MAJOR_OR_UNLAWFUL: _of_fine,
        Ground.CONCEALED_ACCIDENT: _of_deaths,
    }
    if facts.ground not in makers:
        raise Invalid(gettext_lazy("choose the ground of the reward"), field="ground")
    yuan, words, rule = makers[Ground(facts.ground)](facts, find)
    raised = Decimal(str(find("reward.insider_percent").number()))
    if facts.insider and raised:
        yuan *= 1 + raised / HUNDRED
        words += _("; for one who works there %(percent)s %% more") % {"percent": f"{raised.normalize():f}"}
    ceiling = Decimal(str(find("reward.ceiling_yuan").number()))
    if yuan > ceiling:
        words += _("; at most %(yuan)s") % {"yuan": money(ceiling)}
    return Reward(min(yuan, ceiling).quantize(CENT, ROUND_HALF_UP), words, told(rule.basis))


def _fixed(facts: Facts, find: Find) -> tuple[Decimal, str, Rule]:
    rule = find("reward.general_yuan")
    yuan = Decimal(str(rule.number()))
    return yuan, _("general hazard: %(yuan)s a case") % {"yuan": money(yuan)}, rule


def _of_fine(facts: Facts, find: Find) -> tuple[Decimal, str, Rule]:
    if facts.fine_yuan < 0:
        raise Invalid(gettext_lazy("a fine cannot be negative"), field="fine_yuan")
    rule = find("reward.fine_percent")
    percent, floor = Decimal(str(rule.number())), Decimal(str(find("reward.floor_yuan").number()))
    share = facts.fine_yuan * percent / HUNDRED
    words = _("%(percent)s %% of a fine of %(fine)s is %(share)s") % {
        "percent": f"{percent.normalize():f}",
        "fine": money(facts.fine_yuan),
        "share": money(share),
    }
    if share < floor:
        words += _("; at least %(yuan)s") % {"yuan": money(floor)}
    return max(share, floor), words, rule


def _of_deaths(facts: Facts, find: Find) -> tuple[Decimal, str, Rule]:
    if facts.deaths < 1:
        raise Invalid(gettext_lazy("say how many hidden deaths were proved"), field="deaths")
    if facts.grade not in AccidentGrade.values:
        raise Invalid(gettext_lazy("say the grade of the accident"), field="grade")
    rule = find("reward.per_death_yuan")
    each = Decimal(str(rule.number(facts.grade)))
    words = _("%(deaths)d hidden deaths at %(each)s each (%(grade)s)") % {
        "deaths": facts.deaths,
        "each": money(each),
        "grade": AccidentGrade(facts.grade).label,
    }
    return each * facts.deaths, words, rule


def money(yuan: Decimal) -> str:
    """3,000 or 187.50, with the currency."""
    exact = yuan.quantize(CENT, ROUND_HALF_UP)
    return f"¥{exact:,.0f}" if exact == exact.to_integral_value() else f"¥{exact:,.2f}"
