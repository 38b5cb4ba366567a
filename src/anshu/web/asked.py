"""What the address of a page asks for: whole numbers, days, an area. What cannot be meant is told or left, never a
fault of ours."""

from datetime import date

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from anshu.access.policy import Person
from anshu.indicators.figures import EARLIEST, LATEST
from anshu.kernel.errors import Invalid

DIGITS = 18
"""As many as every database can count."""


def whole(text: str) -> int | None:
    """A whole number from 0, or None when the text is none that anybody could mean."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None


def day(text: str, field: str) -> date | None:
    """A day, None for no text; Invalid for what is no day, or none of which there could be records."""
    if not text:
        return None
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise Invalid(_("this is no date"), field=field)
    if not EARLIEST <= found <= LATEST:
        raise Invalid(_("write a day from %(first)s to %(last)s"), field=field, first=EARLIEST, last=LATEST)
    return found


def area(text: str, actor: Person, code: str) -> str:
    """The area asked for, where the permission reaches it whole; else the first that it does. Forbidden elsewhere would
    be counted as nought, which is not what is there."""
    reach = sorted(actor.reach(code))
    return text if any(text.startswith(each) for each in reach) else reach[0]
