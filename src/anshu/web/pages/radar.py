"""What stands beside a card of the bypass radar: its rows by day, alike pictures side by side, and what came of it."""

from itertools import groupby
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anshu.access.policy import Person, actor_of
from anshu.domains.hazards.models import Hazard
from anshu.domains.inspections.models import Visit
from anshu.domains.supervision.models import BypassCard, BypassRow, Letter, SupervisedTask
from anshu.engines.likeness import distance
from anshu.ledger.models import Attachment
from anshu.web.pages.pictures import require_seen
from anshu.workflow import rules

SHOWN = 200
Sign = BypassCard.Sign


@require_GET
def rows(request: HttpRequest, key: Any) -> HttpResponse:
    """The rows that the reader may open anyway, newest first; of the others only how many there are."""
    actor = actor_of(request)
    card = require_seen(actor, "bypass-cards", key)
    assert isinstance(card, BypassCard)  # noqa: S101  # the register has no others
    kinds = dict(BypassRow.objects.filter(card=card).values_list("subject").annotate(n=Count("pk")).order_by())
    behind = list(BypassRow.objects.filter(card=card).exclude(subject=PICTURE).order_by("-at", "subject_id")[:SHOWN])
    records = _records(actor, behind)
    shown = [
        {"row": row, "record": record, "slug": SLUGS[row.subject], "speaks": speaks(card.sign, record)}
        for row in behind
        if (record := records.get(row.subject_id)) is not None
    ]
    days = [(day, list(group)) for day, group in groupby(shown, key=lambda each: _day(each["row"]))]
    context = {
        "card": card,
        "days": days,
        "count": sum(number for kind, number in kinds.items() if kind != PICTURE),
        "hidden": len(behind) - len(shown),
        "shown_at_most": SHOWN,
        "pairs": _pairs(actor, card) if PICTURE in kinds else [],
        "tasks": SupervisedTask.objects.visible_to(actor).filter(origin_id=card.pk).order_by("number"),
        "letters": Letter.objects.visible_to(actor).filter(subject_id=card.pk).order_by("number"),
    }
    return render(request, "supervision/card_rows.html", context)


HAZARD, VISIT, PICTURE = Hazard._meta.label_lower, Visit._meta.label_lower, Attachment._meta.label_lower
SLUGS = {HAZARD: "hazards", VISIT: "visits"}


def _day(row: BypassRow) -> Any:
    return timezone.localdate(row.at)


def _records(actor: Person, behind: list[BypassRow]) -> dict[Any, Any]:
    """The hazards and visits among the rows that the reader may see, by id."""
    keys = [row.subject_id for row in behind]
    hazards = Hazard.objects.visible_to(actor).filter(pk__in=keys)
    visits = Visit.objects.visible_to(actor).filter(pk__in=keys)
    found: dict[Any, Any] = {each.pk: each for each in hazards.select_related("site", "finder", "fixer", "verifier")}
    return found | {each.pk: each for each in visits.select_related("site")}


def speaks(sign: str, record: Any) -> str:
    """What about the row made it one of this sign."""
    if isinstance(record, Visit):
        return _("nothing found")
    match sign:
        case Sign.SELF_VERIFIED:
            return _("found by %(finder)s, put right by %(fixer)s, rechecked by %(verifier)s") % {
                name: getattr(record, name) or "—" for name in ("finder", "fixer", "verifier")
            }
        case Sign.SECONDS:
            began, done = record.ordered_at or record.found_at, record.submitted_at
            return _("put right %(first)s after the order, rechecked %(second)s after that") % {
                "first": _span(began, done),
                "second": _span(done, record.rechecked_at),
            }
        case Sign.COPIED_TEXT:
            return str(record.rectification)
        case Sign.MOVED_DATES:
            return _("first due %(first)s, now %(now)s") % {"first": record.ordered_due_on, "now": record.due_on}
    return _("rechecked %(at)s") % {"at": f"{timezone.localtime(record.rechecked_at):%H:%M}"}


def _span(began: Any, ended: Any) -> str:
    """How long something took: seconds below two minutes, then minutes, hours, days."""
    seconds = (ended - began).total_seconds()
    for size, least, words in ((86400, 172800, _("%(n)d days")), (3600, 7200, _("%(n)d h")), (60, 120, _("%(n)d min"))):
        if seconds >= least:
            return words % {"n": seconds // size}
    return _("%(n)d s") % {"n": seconds}


def _pairs(actor: Person, card: BypassCard) -> list[dict[str, Any]]:
    """Each later picture with the earlier one it is like, of hazards the reader may see."""
    keys = BypassRow.objects.filter(card=card, subject=PICTURE).order_by("-at").values_list("subject_id")[:SHOWN]
    kept = list(Attachment.objects.filter(pk__in=[key for (key,) in keys]).order_by("uploaded_at", "pk"))
    ids = {picture.subject_id for picture in kept}
    hazards = {each.pk: each for each in Hazard.objects.visible_to(actor).filter(pk__in=ids)}
    within, found = rules.at("evidence/same_picture_bits").number(), []
    for place, later in enumerate(kept):
        earlier = next((each for each in kept[:place] if _alike(each, later, within)), None)
        if earlier is not None and {earlier.subject_id, later.subject_id} <= hazards.keys():
            found.append({"pictures": [(each, hazards[each.subject_id]) for each in (earlier, later)]})
    return found


def _alike(one: Attachment, other: Attachment, within: float) -> bool:
    if one.fingerprint is None or other.fingerprint is None or one.subject_id == other.subject_id:
        return False
    return distance(one.fingerprint, other.fingerprint) <= within
