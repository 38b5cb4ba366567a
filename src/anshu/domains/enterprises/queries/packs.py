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
from anshu.domains.enterprises.rules.colors import CODES
from anshu.domains.enterprises.rules.living_grade import Table, Weight
from anshu.engines.grading import Tables, danger, read_tables, risk
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


def grading_tables() -> Tables:
    """The tables of LEC, LS, major hazard sources and premiums in force today."""
    return read_tables(rules.packs()["risk_grading"], today())


def assess(method: str, likelihood: float, exposure: float | None, severity: float) -> tuple[float, str, str]:
    """Risk value, colour code and basis of a risk point; Invalid naming the factor that the method does not know."""
    tables = grading_tables()
    try:
        if method == Method.LEC:
            factors = [Decimal(str(value)) for value in (likelihood, exposure or 0, severity)]
            found = danger(tables.lec, *factors)
            return float(found.value), CODES[found.colour], rules.told(rules.at("risk_grading/lec.bounds").basis)
        for name, value in (("likelihood", likelihood), ("severity", severity)):
            if value != int(value):
                raise Invalid(_("a whole number from 1 to %(most)d"), field=name, most=tables.ls.largest)
        value, colour = risk(tables.ls, int(likelihood), int(severity))
        return value, CODES[colour], rules.told(rules.at("risk_grading/ls.bounds").basis)
    except Invalid as error:  # what the method calls consequence is the second factor of both methods here
        field = "severity" if error.field == "consequence" else error.field
        raise Invalid(error.message, field=field, code=error.code, **error.params) from error


def must_insure(enterprise: Enterprise) -> bool:
    """Whether safety liability insurance is compulsory: marked as high-hazard, or of a trade that the rule names."""
    named = {str(item) for item in rules.at("enterprise_risk/insurance.high_hazard").items()}
    return enterprise.high_hazard or division_of(enterprise.industry) in named


def self_check_items(traits: set[str]) -> list[dict[str, Any]]:
    """The items of a self-check for an enterprise of these traits (`special`, `chemical`, `dust`, `confined`), in the
    language of the installation, with the kind of hazard that a failed one becomes and its basis."""
    found = []
    for rule in rules.packs()["self_checks"].in_force(today()):
        group = rule.key.partition(".")[0]
        if group == "all" or group in traits:
            text = rule.title.told(settings.LANGUAGE_CODE) or rule.key
            article = f"第{rule.basis.article}条" if rule.basis.article else ""
            basis = f"{rule.basis.source}{article}"
            found.append({"key": rule.key, "text": text, "kind": rule.text(), "basis": basis})
    return found
