"""Major hazard sources from the chemicals on file, and the floating premium from the record."""

import pytest

from anshu.domains.enterprises import queries
from anshu.domains.enterprises.models import Chemical, Enterprise, StorageUnit
from anshu.kernel.errors import Invalid
from anshu.ledger import edit
from anshu.ledger.declaration import LEDGERS

pytestmark = pytest.mark.django_db
AMMONIA, CHLORINE, PETROL = "7664-41-7", "7782-50-5", "86290-81-5"


@pytest.fixture
def unit(street):
    return StorageUnit.objects.create(number="U1", enterprise=street.firm, name="液氨机房", exposed_people=120)


def keep(unit, cas, tonnes, **more):
    number = f"C{Chemical.objects.count()}"
    return Chemical.objects.create(
        number=number, enterprise=unit.enterprise, storage_unit=unit, name=cas, cas=cas, quantity_t=tonnes, **more
    )


@pytest.mark.parametrize(
    ("held", "s", "r", "level"),
    [
        ([(AMMONIA, 10)], 1, 4, "4"),  # α 2.0 × β 2 × 1
        ([(AMMONIA, 9.9)], 0.99, None, ""),
        ([(AMMONIA, 5), (PETROL, 100)], 1, 3, "4"),  # 2 × (2 × 0.5 + 1 × 0.5)
        ([(CHLORINE, 62.5)], 12.5, 100, "1"),
        ([], 0, None, ""),
    ],
)
def test_s_and_r_by_hand(unit, held, s, r, level):
    for cas, tonnes in held:
        keep(unit, cas, tonnes)
    source = queries.major_source(unit)
    assert (source.s, source.r, source.level, source.unknown) == (pytest.approx(s), r and pytest.approx(r), level, ())


def test_its_own_critical_quantity_counts_before_the_table(unit):
    keep(unit, AMMONIA, 10, critical_t=20)
    assert queries.major_source(unit).s == 0.5


def test_what_has_no_critical_quantity_is_said(unit):
    odd = keep(unit, "0000-00-0", 10)
    assert queries.major_source(unit).unknown == (odd,)


def test_a_negative_quantity_is_refused(street, unit):
    values = {"number": "X", "enterprise": "QY-1", "name": "氨", "quantity_t": "-1"}
    with pytest.raises(Invalid):
        edit.add(LEDGERS["chemicals"], by=street.section, values=values)


@pytest.mark.parametrize(
    ("industry", "marked", "owed"), [("C2641", False, True), ("6210", False, False), ("6210", True, True)]
)
def test_who_must_be_insured(street, industry, marked, owed):
    Enterprise.objects.update(industry=industry, high_hazard=marked)
    street.firm.refresh_from_db()
    assert queries.must_insure(street.firm) is owed
