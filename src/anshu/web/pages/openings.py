"""What may be begun from a record: every opening arrow that takes a record of its kind, asked on its own page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from anshu.access.policy import Person, actor_of, may_on
from anshu.ledger import parameters
from anshu.ledger.declaration import ledger_of
from anshu.ledger.models import Registered
from anshu.web.pages.pictures import require_seen
from anshu.web.pages.registers import after, with_options
from anshu.workflow.transitions import ARROWS, Arrow

"""What an opening is about, where it may be of several kinds: begun from a record, it is about that one."""
ABOUT = ("subject", "subject_id", "card", "task")


def openings(record: Registered, actor: Person) -> list[dict[str, Any]]:
    """The arrows, each with what else its form asks; those that take what only a program can give are left out."""
    found, known = [], dict[Any, list[tuple[str, str]]]()
    for arrows in ARROWS.values():
        for arrow in arrows.values():
            name = taking(arrow, record)
            if name and may_on(actor, arrow.code, record):
                asks = parameters.asks(arrow)
                given = {ask.name for ask in asks}
                if all(p.name in given or p.default is not p.empty for p in arrow.parameters):
                    asks = [ask for ask in asks if ask.name != name]
                    rest = with_options([ask for ask in asks if ask.required or ask.name not in ABOUT], actor, known)
                    found.append({"arrow": arrow, "asks": rest, "address": address(arrow, record)})
    return found


def taking(arrow: Arrow, record: Registered) -> str:
    """The name under which an opening arrow takes a record of this kind; empty when it takes none, or opens none."""
    if not arrow.opens:
        return ""
    return next((ask.name for ask in parameters.asks(arrow) if ask.model is type(record)), "")


def address(arrow: Arrow, record: Registered) -> str:
    """Where the form of the arrow is sent for this record."""
    ledger = ledger_of(type(record))
    return f"/begin/{ledger.slug}/{record.pk}/{arrow.code}" if ledger else ""


@require_POST
def begin(request: HttpRequest, slug: str, key: Any, code: str) -> HttpResponse:
    """Begin something from a record; leads to what was begun, or back to where the form says."""
    actor = actor_of(request)
    record = require_seen(actor, slug, key)
    arrow = next((each["arrow"] for each in openings(record, actor) if each["arrow"].code == code), None)
    if arrow is None:
        raise Http404(code)
    given = {name: str(value) for name, value in request.POST.items()} | {taking(arrow, record): str(record.pk)}
    begun = arrow.call(by=actor, **parameters.read(arrow, actor, given))
    ledger = ledger_of(type(begun))
    return after(request, f"/r/{ledger.slug}/{begun.pk}" if ledger else f"/r/{slug}/{key}")
