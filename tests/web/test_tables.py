"""What a table shows of a record."""

from decimal import Decimal

import pytest

from anshu.domains.accidents.ledger import ACCIDENTS
from anshu.domains.accidents.models import Accident
from anshu.web.pages.registers import numeric
from anshu.web.templatetags.anshu import cell


@pytest.mark.parametrize(
    ("yuan", "shown"), [("1234567.00", "1,234,567"), ("0.50", "0.50"), ("-1000.00", "-1,000"), ("0", "0")]
)
def test_money_is_written_in_threes(yuan: str, shown: str) -> None:
    assert cell(Accident(loss_yuan=Decimal(yuan)), "loss_yuan") == shown
    assert cell(Accident(), "loss_yuan") == ""


def test_numbers_of_every_kind_stand_at_the_right() -> None:
    assert [numeric(ACCIDENTS, name) for name in ("loss_yuan", "deaths", "lon", "title")] == [True, True, True, False]
