"""What the rule packs say about enterprises, in the shapes that the rules take."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.domains.enterprises.models import Enterprise, Method
from anshu.domains.enterprises.models.files import division_of
from anshu.domains.enterprises.rules import grading
from anshu.domains.enterprises.rules.colors import CODES
from anshu.domains.enterprises.rules.grading import Premium
from anshu.domains.enterprises.rules.living_grade import Table, Weight
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.workflow import rules

EVENT = "event."


def today() -> date:
    """The local day."""
    return timezone.localtime(clock.now()).date()


def numbers(path: str) -> Mapping[str, float]:
    """A rule whose value is names with numbers."""
    rule = rules.at(path)
    if not isinstance(rule.value, Mapping):
        raise Invalid(_("rule %(key)s is not a table"), field=rule.key, key=rule.key)
    return {name: rule.number(name) for name in rule.value}


def grade_table() -> Table:
    """The table of the living grade in force today."""
    weights = {
        rule.key.removeprefix(EVENT): Weight(rule.number("points"), rule.number("half_life_d"), rule.number("at_most"))
        for rule in rules.packs()["living_grade"].under("event", today())
    }
    return Table(
        base=numbers("living_grade/base"),
        ladder=numbers("living_grade/ladder"),
        weights=weights,
        credit_at_most=rules.at("living_grade/credit_at_most").number(),
        least=rules.at("living_grade/least").number(),
    )


def assess(method: str, likelihood: float, exposure: float | None, severity: float) -> tuple[float, str, str]:
    """Risk value, colour code and basis of a risk point; Invalid naming the factor that the method does not know."""
    if method == Method.LEC:
        for name, value in (("likelihood", likelihood), ("exposure", exposure), ("consequence", severity)):
            known = [float(str(item)) for item in rules.at(f"enterprise_risk/lec.{name}").items()]
            if value not in known:
                field = "severity" if name == "consequence" else name
                told = ", ".join(f"{item:g}" for item in known)
                raise Invalid(_("LEC knows these values alone: %(known)s"), field=field, known=told)
        value = float(Decimal(str(likelihood)) * Decimal(str(exposure)) * Decimal(str(severity)))
        red_above = rules.at("enterprise_risk/lec.red_above")
        color = (
            "red" if value > red_above.number() else grading.band(value, numbers("enterprise_risk/lec.bands"), "blue")
        )
        return value, CODES[color], rules.told(red_above.basis)
    most = rules.at("enterprise_risk/ls.most").number()
    for name, value in (("likelihood", likelihood), ("severity", severity)):
        if value != int(value) or not 1 <= value <= most:
            raise Invalid(_("a whole number from 1 to %(most)d"), field=name, most=most)
    color = grading.band(likelihood * severity, numbers("enterprise_risk/ls.bands"), "blue")
    return likelihood * severity, CODES[color], rules.told(rules.at("enterprise_risk/ls.bands").basis)


def must_insure(enterprise: Enterprise) -> bool:
    """Whether safety liability insurance is compulsory: marked as high-hazard, or of a trade that the rule names."""
    named = {str(item) for item in rules.at("enterprise_risk/insurance.high_hazard").items()}
    return enterprise.high_hazard or division_of(enterprise.industry) in named


def premium(base: Decimal, names: list[str]) -> Premium:
    """The floating premium for these reasons: `award`, `standardised`, `no_accident`, `general`, `serious`, `major`."""
    shares, limits = numbers("enterprise_risk/premium.factors"), numbers("enterprise_risk/premium.limits")
    return grading.floating_premium(base, {name: shares[name] for name in names}, limits["least"], limits["most"])


def self_check_items(traits: set[str]) -> list[dict[str, Any]]:
    """The items of a self-check for an enterprise of these traits (`special`, `chemical`, `dust`, `confined`), in the
    language of the installation, with the kind of hazard that a failed one becomes and its basis."""
    found = []
    for rule in rules.packs()["self_checks"].in_force(today()):
        group = rule.key.partition(".")[0]
        if group == "all" or group in traits:
            text = rule.title.told(settings.LANGUAGE_CODE) or rule.key
            found.append({"key": rule.key, "text": text, "kind": rule.text(), "basis": rules.told(rule.basis)})
    return found
