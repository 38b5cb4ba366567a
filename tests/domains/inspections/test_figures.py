"""Figures counted from rows, each against a number counted by hand."""

from datetime import timedelta
from types import SimpleNamespace

from anshu.domains.enterprises.models import Enterprise
from anshu.domains.inspections.models import Visit
from anshu.domains.inspections.queries import figures
from anshu.domains.inspections.transitions import join_checklists, publish
from anshu.domains.places.models import Area, Site
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
    span = (clock.now() - timedelta(days=365), clock.now() + timedelta(seconds=1))
    assert figures.inspection_visits(*span) == 4
    assert figures.inspection_visits(*span, COMMUNITY) == 3
    assert figures.enterprises_inspected(*span) == 1
    assert figures.premises_inspected(*span) == 2
    assert figures.coverage_percent(*span) == 50.0
    assert figures.coverage_percent(*span, "44") == 50.0
    assert figures.zero_finding_percent(*span) == 75.0
    assert figures.two_officer_percent(*span) == 50.0
    assert figures.inspections_in("dust", *span) == 0
    nothing = (span[1], span[1])
    assert (figures.zero_finding_percent(*nothing), figures.two_officer_percent(*nothing)) == (None, None)


def test_standards_are_counted_by_class_and_by_use(street: SimpleNamespace) -> None:
    by = street.section.actor
    published(by, code="dust", field="dust", domain_class="high_risk", uses=["enforcement"])
    published(by, code="gas", field="gas", domain_class="high_risk", department="城管")
    assert figures.standards_by_class() == {"high_risk": 2}
    assert figures.unified_standards() == 2
    one, two = figures.Checklist.objects.filter(code__in=("gas", "three-small")).order_by("code")
    publish(join_checklists(by=by, code="once", title="综合查一次", parts=[one, two]), by=by)
    assert figures.joint_items() == (2, 4)


def test_grids_are_counted_from_the_area_tree(street: SimpleNamespace) -> None:
    Area.objects.create(number=f"{COMMUNITY}001", name="网格", level="grid", territory=COMMUNITY)
    assert (figures.grid_cells(), figures.grid_cells("4404")) == (1, 0)
