"""Figures of penalty cases and closures. They tell what was done; nobody is ever ranked by fines."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anshu.domains.enforcement.models import Case, Closure
from anshu.domains.hazards.models import Hazard
from anshu.indicators import units
from anshu.indicators.figures import Figure, Find, Rows, Scope, add, counted, figure, total

GROUP = "enforcement"
CASES, YUAN, DECISIONS = (
    units.CASES,
    units.YUAN,
    units.DECISIONS,
)
WITHOUT_PENALTY = (Case.State.NOT_PUNISHED, Case.State.REVOKED, Case.State.HANDED_OVER)


@figure(
    GROUP,
    _("Cases opened"),
    says=_("penalty cases opened in the days"),
    unit=CASES,
    sources=["NS-022"],
)
def cases_filed(scope: Scope) -> Rows:
    return scope.rows(Case, "opened_at__date").exclude(opened_at=None)


def _decided(scope: Scope) -> Rows:
    """Decided in the days with a penalty that stands."""
    return scope.rows(Case, "decided_at__date").exclude(decided_at=None).exclude(state__in=WITHOUT_PENALTY)


@figure(
    GROUP,
    _("Penalties in money"),
    says=_("cases decided in the days with a fine, those of accident investigations apart"),
    unit=units.PENALTIES,
    sources=["LG-030"],
)
def penalties_count(scope: Scope) -> Rows:
    return _decided(scope).filter(fine_yuan__gt=0).exclude(source=Case.Source.ACCIDENT)


@figure(
    GROUP,
    _("Fines"),
    says=_("the fines of the decisions of the days; what was revoked is not counted"),
    unit=YUAN,
    sources=["LG-031", "NS-023", "GX-028"],
    measure=total("fine_yuan"),
)
def fines_amount_cny(scope: Scope) -> Rows:
    return _decided(scope).filter(fine_yuan__gt=0)


def _after_accidents(chosen: Q) -> Find:
    return lambda scope: _decided(scope).filter(chosen, source=Case.Source.ACCIDENT)


AFTER_ACCIDENTS = tuple(
    add(
        Figure(
            key,
            GROUP,
            words,
            _("decisions of the days in cases that arose from an accident investigation"),
            DECISIONS,
            (source,),
            _after_accidents(chosen),
            counted,
        )
    )
    for key, words, chosen, source in (
        ("penalty_decisions_issued", _("Decisions after accidents"), Q(), "LG-033"),
        ("enterprises_penalised", _("Of them against units"), Q(party_kind=Case.PartyKind.UNIT), "LG-034"),
        ("individuals_penalised", _("Of them against persons"), Q(party_kind=Case.PartyKind.PERSON), "LG-035"),
    )
)


def _opened_about(kind: Hazard.Kind) -> Find:
    return lambda scope: cases_filed.rows(scope).filter(hazard__kind=kind)


def _fined_about(kind: Hazard.Kind) -> Find:
    return lambda scope: fines_amount_cny.rows(scope).filter(hazard__kind=kind)


OPENED_ABOUT = tuple(
    add(
        Figure(
            key,
            GROUP,
            words,
            _("of the cases opened those about a hazard of this kind"),
            CASES,
            (source,),
            _opened_about(kind),
            counted,
        )
    )
    for key, words, kind, source in (
        ("chemical_cases_filed", _("Cases opened: chemicals"), Hazard.Kind.CHEMICAL, "LG-059"),
        ("construction_cases_filed", _("Cases opened: construction"), Hazard.Kind.CONSTRUCTION, "NS-036"),
    )
)
FINED_ABOUT = tuple(
    add(
        Figure(
            key,
            GROUP,
            words,
            _("of the fines those about a hazard of this kind"),
            YUAN,
            (source,),
            _fined_about(kind),
            total("fine_yuan"),
        )
    )
    for key, words, kind, source in (
        ("chemical_fines_amount_cny", _("Fines: chemicals"), Hazard.Kind.CHEMICAL, "LG-060"),
        ("construction_fines_amount_cny", _("Fines: construction"), Hazard.Kind.CONSTRUCTION, "NS-037"),
    )
)


@figure(
    GROUP,
    _("Cases filed away"),
    says=_("cases closed in the days and filed in the archive since"),
    unit=CASES,
)
def cases_archived(scope: Scope) -> Rows:
    return scope.rows(Case, "closed_at__date").filter(state=Case.State.ARCHIVED)


@figure(
    GROUP,
    _("Enterprises closed or banned"),
    says=_("decisions of the days that close an enterprise, or ban one without a licence"),
    unit=units.ENTERPRISES,
    sources=["GX-027"],
)
def enterprises_closed(scope: Scope) -> Rows:
    return scope.rows(Closure, "decided_on")
