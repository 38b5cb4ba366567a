"""Figures counted from rows, each against a number counted by hand."""

from datetime import timedelta
from types import SimpleNamespace

from anshu.domains.enterprises.models import Enterprise
from anshu.domains.inspections.models import Checklist, Visit
from anshu.domains.inspections.transitions import join_checklists, publish
from anshu.domains.places.models import Area, Site
from anshu.indicators.book import FIGURES, inspections, people
from anshu.indicators.figures import Scope
from anshu.kernel import clock
from tests.domains.inspections.conftest import COMMUNITY, STREET, published


def visit(street: SimpleNamespace, **fields: object) -> Visit:
    usual = {
        "site": street.site,
        "enterprise": street.firm,
        "kind": "patrol",
        "checklist": street.list,
        "planned_on": clock.now().date(),
        "territory": COMMUNITY,
        "started_at": clock.now(),
        "state": Visit.State.CLOSED,
    }
    return Visit.objects.create(**(usual | fields))


def test_visits_and_enterprises_are_not_the_same(street: SimpleNamespace) -> None:
    other = Site.objects.create(number="S2", name="二", kind="three_small_premises", territory=STREET)
    Enterprise.objects.create(number="E2", name="二", territory=COMMUNITY)
    visit(street)
    visit(street, found_count=2, kind="enforcement", lead=street.one.person, second=street.two.person)
    visit(street, site=other, enterprise=None, territory=STREET)
    visit(street, state=Visit.State.STARTED)
    visit(street, exercise=True)
    visit(street, started_at=clock.now() - timedelta(days=400))
    visit(street, kind="enforcement", lead=street.one.person)
    year = Scope(street.section.actor, "", clock.now().date() - timedelta(days=365), clock.now().date())
    assert inspections.inspection_visits(year) == 4
    assert inspections.inspection_visits(year.inside(COMMUNITY)) == 3
    assert inspections.enterprises_inspected(year) == 1
    assert inspections.premises_inspected(year) == 2
    assert inspections.inspection_coverage_rate(year) == 50
    assert inspections.inspection_coverage_rate(year.inside("44")) == 50
    assert inspections.zero_finding_rate(year) == 75
    assert inspections.two_officer_rate(year) == 50
    assert FIGURES["flood_inspections"](year) == 0
    nothing = Scope(street.section.actor, first=clock.now().date() + timedelta(days=1))
    assert (inspections.zero_finding_rate(nothing), inspections.two_officer_rate(nothing)) == (None, None)


def test_standards_are_counted_by_class_and_by_use(street: SimpleNamespace) -> None:
    by = street.section.actor
    published(by, code="dust", field="dust", domain_class="high_risk", uses=["enforcement"])
    published(by, code="gas", field="gas", domain_class="high_risk", department="城管")
    assert FIGURES["high_risk_domains"](Scope(by)) == 2
    assert inspections.unified_inspection_standards(Scope(by)) == 2
    one, two = Checklist.objects.filter(code__in=("gas", "three-small")).order_by("code")
    publish(join_checklists(by=by, code="once", title="综合查一次", parts=[one, two]), by=by)
    assert [FIGURES[f"joint_inspection_{what}"](Scope(by)) for what in ("domains", "items")] == [2, 4]


def test_grids_are_counted_from_the_area_tree(street: SimpleNamespace) -> None:
    Area.objects.create(number=f"{COMMUNITY}001", name="网格", level="grid", territory=COMMUNITY)
    assert [people.grid_cells(Scope(street.section.actor, area)) for area in ("", "4404")] == [1, 0]
