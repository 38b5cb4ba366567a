"""Photos and papers kept with records of any register: on disk before anybody is told so, and never twice."""

import hashlib
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from anshu.access.policy import Actor, account_of
from anshu.engines.likeness import fingerprint, plain
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.kernel.identifiers import uuid7
from anshu.ledger.models import Attachment, Registered
from anshu.workflow import log

KINDS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG", "image/webp": b"RIFF"}
LARGEST = 12 * 1024 * 1024
"""A picture is looked at no larger than this, and a crafted file must not fill memory."""
LOOKED_AT_PX = 512
MOST_PX = 100_000_000


@dataclass(frozen=True)
class Taken:
    """What the device says of a picture: when and where it was made, its digest then, and what its clock says now."""

    purpose: str = Attachment.Purpose.EVIDENCE
    made_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    digest: str = ""
    clock_now: datetime | None = None
    key: Any = None


def keep_picture(record: Registered, content: bytes, name: str, taken: Taken, *, by: Actor) -> Attachment:
    """Keep a picture with a record and log it. One that came before under the same key is given back, not kept again;
    other content under that key is Refused, and what is no picture Invalid (field `picture`)."""
    kind = next((kind for kind, start in KINDS.items() if content.startswith(start)), None)
    if kind is None or len(content) > LARGEST:
        raise Invalid(_("A picture is a JPEG, PNG or WebP of at most 12 MB."), field="picture")
    digest = hashlib.sha256(content).hexdigest()
    if taken.digest and taken.digest != digest:
        raise Invalid(
            _("the picture is not the one that was taken: its content has changed on the way; send it again"),
            field="picture",
            code="altered",
        )
    mark = _mark(content)
    write_whole(path_of(digest), content)
    now = clock.now()
    with transaction.atomic():
        log.lock()
        before = Attachment.objects.filter(pk=taken.key).first() if taken.key else None
        if before is not None:
            if (before.digest, before.subject_id) != (digest, record.pk):
                raise Refused(_("another picture is already kept under this key"), code="key_taken")
            return before
        kept = Attachment.objects.create(
            id=taken.key or uuid7(),
            subject=record._meta.label_lower,
            subject_id=record.pk,
            purpose=taken.purpose,
            name=name[:200],
            media_type=kind,
            digest=digest,
            claimed=taken.digest,
            fingerprint=mark,
            size=len(content),
            made_at=taken.made_at,
            clock_off_s=round((taken.clock_now - now).total_seconds()) if taken.clock_now else None,
            lon=taken.lon,
            lat=taken.lat,
            accuracy_m=taken.accuracy_m,
            territory=record.territory,
            maker=account_of(by),
            uploaded_at=now,
        )
        verb = f"{record._meta.app_label}.attach_picture"
        log.write(verb, record, by, details={"attachment": str(kept.pk), "sha256": digest, "purpose": taken.purpose})
    return kept


def _mark(content: bytes) -> int | None:
    """The mark of a picture; None when there is nothing in it to recognise. Invalid when it cannot be read as one."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MOST_PX:
                raise Invalid(_("The picture has too many points."), field="picture")
            picture.draft("L", (LOOKED_AT_PX, LOOKED_AT_PX))
            picture.thumbnail((LOOKED_AT_PX, LOOKED_AT_PX))
            grey = np.asarray(picture.convert("L"))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Invalid(_("The picture cannot be read; take it again."), field="picture", code="unreadable") from error
    return None if min(grey.shape) < 9 or plain(grey) else fingerprint(grey)


def path_of(digest: str) -> Path:
    """Where a file of that digest is kept."""
    path: Path = settings.ANSHU.state_dir.resolve() / "attachments" / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is whole and on disk before anybody is told that it is kept."""
    if path.exists():
        return
    temporary = path.with_suffix(f".{uuid7()}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def pictures_of(record: Registered, *purposes: str) -> QuerySet[Attachment]:
    """What is kept with a record, oldest first; of these purposes, when any are named."""
    rows = Attachment.objects.filter(subject=record._meta.label_lower, subject_id=record.pk).order_by("uploaded_at")
    return rows.filter(purpose__in=purposes) if purposes else rows


def require_kept(record: Registered, keys: Iterable[str] | None) -> None:
    """Invalid (field `evidence`) unless every attachment named is kept with this record."""
    missing = set(keys or ()) - {str(key) for key in pictures_of(record).values_list("pk", flat=True)}
    if missing:
        raise Invalid(
            _("no attachment %(missing)s is kept with %(record)s"),
            field="evidence",
            missing=", ".join(sorted(missing)),
            record=record,
        )
