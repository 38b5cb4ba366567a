"""Figures of the enterprises in our charge."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anshu.domains.enterprises.models import (
    Asset,
    Certificate,
    Enterprise,
    Improvement,
    ListEntry,
    Service,
    Standardisation,
)
from anshu.indicators import units
from anshu.indicators.figures import Figure, Find, Rows, Scope, add, distinct, figure, total

GROUP = "enterprises"
UNITS, TIMES, PIECES = (
    units.ENTERPRISES,
    units.TIMES,
    units.PIECES,
)


def operating(scope: Scope) -> Rows:
    """Enterprises that operate."""
    return scope.rows(Enterprise).filter(standing=Enterprise.Standing.OPERATING)


@figure(
    GROUP,
    _("Key enterprises"),
    says=_("enterprises in operation that are marked as key"),
    unit=UNITS,
    sources=["LG-090"],
)
def key_enterprises_registered(scope: Scope) -> Rows:
    return operating(scope).filter(key=True)


@figure(
    GROUP,
    _("Standardisation reviews done"),
    says=_("first reviews of safety standardisation passed in the days and done online"),
    unit=UNITS,
    sources=["LG-026"],
)
def standardisation_reviews_done(scope: Scope) -> Rows:
    return scope.rows(Standardisation, "reviewed_on").filter(online=True)


@figure(
    GROUP,
    _("Standardisation accepted"),
    says=_("safety standardisations accepted in the days"),
    unit=UNITS,
    sources=["GX-037"],
)
def standardisation_acceptances(scope: Scope) -> Rows:
    return scope.rows(Standardisation, "accepted_on").filter(state=Standardisation.State.ACCEPTED)


@figure(
    GROUP,
    _("Industries on the white list"),
    says=_("different industries of the enterprises on the white list in force"),
    unit=units.INDUSTRIES,
    sources=["LG-082"],
    measure=distinct("enterprise__industry"),
)
def whitelist_industries(scope: Scope) -> Rows:
    entries = scope.rows(ListEntry).filter(kind=ListEntry.Kind.WHITE, state=ListEntry.State.PUBLISHED)
    return entries.exclude(enterprise__industry="")


@figure(
    GROUP,
    _("Service visits to enterprises"),
    says=_("services given in the days; an enterprise served twice counts twice"),
    unit=units.VISITS,
    sources=["NS-073"],
)
def enterprise_service_visits(scope: Scope) -> Rows:
    return scope.rows(Service, "served_on")


@figure(
    GROUP,
    _("Key enterprises helped"),
    says=_("different key enterprises that were given help and guidance in the days"),
    unit=UNITS,
    sources=["NS-016"],
    measure=distinct("enterprise"),
)
def key_enterprises_assisted(scope: Scope) -> Rows:
    return scope.rows(Service, "served_on").filter(kind=Service.Kind.ASSISTANCE, enterprise__key=True)


def _upgraded(divisions: Iterable[str]) -> Find:
    """Technical upgrades done in the days, of these divisions of GB/T 4754 when any are given."""
    chosen = Q()
    for division in divisions:
        chosen |= Q(enterprise__industry__regex=rf"^[A-T]?{division}")

    def find(scope: Scope) -> Rows:
        return scope.rows(Improvement, "done_on").filter(chosen, kind=Improvement.Kind.UPGRADE)

    return find


UPGRADES = tuple(
    add(
        Figure(
            key,
            GROUP,
            words,
            _("different enterprises with a technical upgrade done in the days, by the division of GB/T 4754"),
            UNITS,
            (source,),
            _upgraded(divisions),
            distinct("enterprise"),
        )
    )
    for key, words, divisions, source in (
        ("enterprises_upgraded", _("Enterprises upgraded"), (), "GX-030"),
        ("enterprises_upgraded_construction", _("Upgraded: construction"), ("47", "48", "49", "50"), "GX-031"),
        ("enterprises_upgraded_chemical", _("Upgraded: chemicals"), ("26",), "GX-032"),
        ("enterprises_upgraded_hazardous_waste", _("Upgraded: hazardous waste"), ("77",), "GX-033"),
    )
)


def _improved(kind: Improvement.Kind, household: bool | None) -> Find:
    """Improvements of a kind done in the days, in households or elsewhere (None: both)."""

    def find(scope: Scope) -> Rows:
        rows = scope.rows(Improvement, "done_on").filter(kind=kind)
        return rows if household is None else rows.filter(household=household)

    return find


IMPROVEMENTS = tuple(
    add(
        Figure(
            key,
            GROUP,
            words,
            _("quantity of the improvements of this kind done in the days"),
            PIECES,
            (source,),
            _improved(kind, household),
            total("quantity"),
        )
    )
    for key, words, kind, household, source in (
        (
            "networked_alarms_installed",
            _("Networked fire alarms installed"),
            Improvement.Kind.FIRE_ALARM,
            None,
            "LH-036",
        ),
        ("fire_extinguishers_added", _("Fire extinguishers added"), Improvement.Kind.EXTINGUISHER, None, "LH-037"),
        ("gas_smart_meters_replaced", _("Smart gas meters fitted"), Improvement.Kind.GAS_METER, None, "LH-047"),
        (
            "gas_bottle_to_pipe_conversions",
            _("Businesses changed from bottled to piped gas"),
            Improvement.Kind.BOTTLE_TO_PIPE,
            False,
            "LH-048",
        ),
    )
)


@figure(
    GROUP,
    _("Laboratories managed"),
    says=_("laboratories in use that work with hazardous chemicals"),
    unit=PIECES,
    sources=["GM-037"],
)
def labs_managed(scope: Scope) -> Rows:
    return scope.rows(Asset).filter(kind=Asset.Kind.LABORATORY, with_chemicals=True, in_use=True)


@figure(
    GROUP,
    _("Enterprises with laboratories"),
    says=_("different enterprises with such laboratories"),
    unit=UNITS,
    sources=["GM-036"],
    measure=distinct("enterprise"),
)
def lab_enterprises_managed(scope: Scope) -> Rows:
    return labs_managed.rows(scope)


@figure(
    GROUP,
    _("Entries on the red and black lists"),
    says=_("entries of the red and the black list published in the days"),
    unit=PIECES,
    sources=["NS-032"],
)
def red_black_lists(scope: Scope) -> Rows:
    kinds = (ListEntry.Kind.RED, ListEntry.Kind.BLACK)
    return scope.rows(ListEntry, "published_at__date").filter(kind__in=kinds, published_at__isnull=False)


@figure(
    GROUP,
    _("Enterprises under joint sanction"),
    says=_("different enterprises put on the black list in the days"),
    unit=UNITS,
    sources=["GX-029"],
    measure=distinct("enterprise"),
)
def enterprises_joint_punished(scope: Scope) -> Rows:
    return red_black_lists.rows(scope).filter(kind=ListEntry.Kind.BLACK)


@figure(
    GROUP,
    _("Certificates expired"),
    says=_("certificates that have run out and were neither renewed nor withdrawn, as of now"),
    unit=PIECES,
)
def certificates_expired(scope: Scope) -> Rows:
    return scope.rows(Certificate).filter(state=Certificate.State.EXPIRED)
