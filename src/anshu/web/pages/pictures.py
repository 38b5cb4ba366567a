"""Pictures kept with records of any register: taken in, shown, and marked as looked at."""

import uuid
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Person, actor_of, may_on
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid
from anshu.ledger.attachments import LARGEST, Taken, keep_picture, path_of, pictures_of
from anshu.ledger.declaration import LEDGERS
from anshu.ledger.evidence import doubts
from anshu.ledger.models import Attachment, Registered
from anshu.web.pages.registers import after, record_of
from anshu.workflow.transitions import arrows_of


def require_seen(actor: Person, slug: str, key: Any) -> Registered:
    """A record of the register, for those who may see it; for others it does not exist."""
    if slug not in LEDGERS:
        raise Http404(slug)
    return record_of(LEDGERS[slug], actor, key)


@require_POST
def keep(request: HttpRequest, slug: str, key: Any) -> HttpResponse:
    """Keep a picture with a record. Whoever may do anything at all with the record may add a picture to it."""
    actor = actor_of(request)
    record = require_seen(actor, slug, key)
    require_part(actor, record)
    upload = request.FILES.get("picture")
    if upload is None:
        raise Invalid(_("Choose a picture."), field="picture")
    kept = keep_picture(record, upload.read(LARGEST + 1), upload.name or "", taken(request), by=actor)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"id": str(kept.pk), "sha256": kept.digest})
    return after(request, f"/r/{slug}/{key}")


def has_part(actor: Person, record: Registered) -> bool:
    """Whether some deed of the record's loop is this person's to do."""
    return any(may_on(actor, arrow.code, record) for arrow in arrows_of(type(record)).values())


def gallery(record: Registered, actor: Person) -> dict[str, Any]:
    """The pictures of a record by what they show, each with what is doubtful about it, and whether one may be added."""
    doubtful: dict[Any, list[Any]] = {}
    for doubt in doubts(record):
        doubtful.setdefault(doubt.picture.pk, []).append(doubt)
    purposes: dict[str, list[Any]] = {}
    for picture in pictures_of(record):
        purposes.setdefault(picture.get_purpose_display(), []).append(
            {"picture": picture, "doubts": doubtful.get(picture.pk, [])}
        )
    return {
        "purposes": purposes,
        "choices": Attachment.Purpose.choices,
        "may_add": has_part(actor, record),
        "count": sum(len(shown) for shown in purposes.values()),
    }


def require_part(actor: Person, record: Registered) -> None:
    """Raise `Forbidden` unless `has_part`."""
    if not has_part(actor, record):
        raise Forbidden(_("who has no part in this record keeps no picture with it"), code="no_part")


def taken(request: HttpRequest) -> Taken:
    """What the device says of the picture, as the form or the field app sends it."""
    asked = request.POST
    purpose = asked.get("purpose", Attachment.Purpose.EVIDENCE)
    if purpose not in Attachment.Purpose.values:
        raise Invalid(_("there is no such purpose"), field="purpose")
    return Taken(
        purpose=purpose,
        made_at=parse_datetime(asked.get("made_at", "")),
        lon=number(asked.get("lon")),
        lat=number(asked.get("lat")),
        accuracy_m=number(asked.get("accuracy_m")),
        digest=asked.get("sha256", "").lower(),
        clock_now=parse_datetime(asked.get("clock_now", "")),
        key=identity(asked.get("key", "")),
    )


def identity(text: str) -> uuid.UUID | None:
    """An id made in the field; Invalid when it is none."""
    try:
        return uuid.UUID(text) if text else None
    except ValueError as error:
        raise Invalid(_("this is no id"), field="key") from error


def number(text: str | None) -> float | None:
    """A coordinate as a browser sends it, or None."""
    try:
        return float(text) if text else None
    except ValueError:
        return None


@require_GET
def show(request: HttpRequest, key: Any) -> FileResponse:
    """A kept picture, for those who may see its record."""
    actor = actor_of(request)
    kept = Attachment.objects.filter(pk=key).first()
    ledger = next((each for each in LEDGERS.values() if kept and each.model._meta.label_lower == kept.subject), None)
    if kept is None or ledger is None:
        raise Http404(str(key))
    record_of(ledger, actor, kept.subject_id)
    if kept.opened_at is None and kept.maker_id != actor.account.pk:
        Attachment.objects.filter(pk=key, opened_at=None).update(opened_at=clock.now())
    return FileResponse(path_of(kept.digest).open("rb"), content_type=kept.media_type)
