"""What is owed when a fine is late (行政处罚法 72), and until when a breach can be punished (36)."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal


def surcharge(fine: Decimal, pay_by: date, on: date, percent: Decimal) -> Decimal:
    """So many per cent of the fine for each day after the last day of payment; never more than the fine (yuan)."""
    late_d = max((on - pay_by).days, 0)
    added = (fine * percent * late_d / 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return min(added, fine)


def owed(fine: Decimal, paid: Decimal, pay_by: date, on: date, percent: Decimal) -> Decimal:
    """What is still to be paid on a day, surcharge included (yuan)."""
    return max(fine + surcharge(fine, pay_by, on, percent) - paid, Decimal(0))


def limitation_ends(occurred_on: date, years: int) -> date:
    """The last day on which a breach can still be taken up; of one on 29 February, 28 February."""
    try:
        return occurred_on.replace(year=occurred_on.year + years)
    except ValueError:
        return occurred_on.replace(year=occurred_on.year + years, day=28)
