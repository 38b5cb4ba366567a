"""What is doubtful about pictures kept with records. Nothing is refused for it: a person sees it and judges."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anshu.engines.likeness import alike
from anshu.ledger.attachments import pictures_of
from anshu.ledger.models import Attachment, Registered
from anshu.workflow import rules

"""Rows that were written while we read may carry an earlier instant; so far back each look begins again."""
OVERLAP = timedelta(minutes=2)


@dataclass(frozen=True)
class Doubt:
    """Something about a picture that whoever checks should look at; `other` is the picture it is like."""

    picture: Attachment
    code: str
    words: str | Promise
    figure: float | None = None
    other: Attachment | None = None


def doubts(record: Registered) -> list[Doubt]:
    """Everything doubtful about the pictures of a record, in the order in which they came."""
    found: list[Doubt] = []
    for picture in pictures_of(record):
        found += _of_place(record, picture) + _of_time(record, picture) + _of_content(picture)
    return found


def _of_place(record: Registered, picture: Attachment) -> list[Doubt]:
    if picture.position is None:
        return [Doubt(picture, "no_position", _("has no position"))]
    if record.position is None:
        return []
    away_m = record.position.distance_m(picture.position)
    far = away_m > rules.at("evidence/photo_m").number()
    return [Doubt(picture, "far", _("was taken far from the place"), round(away_m))] if far else []


def _of_time(record: Registered, picture: Attachment) -> list[Doubt]:
    found = []
    off_s = abs(picture.clock_off_s or 0)
    if off_s > rules.at("evidence/clock_off_s").number():
        found.append(Doubt(picture, "clock", _("comes from a device whose clock is wrong"), off_s))
    if picture.made_at is None:
        found.append(Doubt(picture, "no_time", _("does not say when it was taken")))
    elif picture.made_at > picture.uploaded_at + timedelta(seconds=60):
        found.append(Doubt(picture, "ahead", _("is said to be taken later than it came")))
    since = getattr(record, "ordered_at", None)
    if picture.purpose == Attachment.Purpose.AFTER and since and picture.made_at and picture.made_at < since:
        found.append(Doubt(picture, "before_order", _("shows afterwards, but was taken before the order")))
    return found


def _of_content(picture: Attachment) -> list[Doubt]:
    if picture.fingerprint is None:
        return [Doubt(picture, "plain", _("shows nothing that can be recognised"))]
    others = like(picture)
    return [Doubt(picture, "reused", _("looks like a picture of another record"), other=other) for other in others[:3]]


def like(picture: Attachment) -> list[Attachment]:
    """Pictures of other records that look like this one, nearest first."""
    if picture.fingerprint is None:
        return []
    within = int(rules.at("evidence/same_picture_bits").number())
    keys = _MARKS.near(picture.fingerprint, within)
    rows = Attachment.objects.filter(pk__in=keys).exclude(subject=picture.subject, subject_id=picture.subject_id)
    order = {key: place for place, key in enumerate(keys)}
    return sorted(rows, key=lambda row: order[row.pk])


@dataclass
class _Marks:
    """The marks of all pictures, read once and then only what is new: 300,000 of them are 7 MB and compared in 2 ms."""

    keys: dict[UUID, int] = field(default_factory=dict)
    marks: "np.ndarray[Any, np.dtype[np.int64]]" = field(default_factory=lambda: np.empty(0, np.int64))
    seen: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def near(self, mark: int, within: int) -> list[UUID]:
        """Ids of pictures within so many bits, nearest first."""
        with self.lock:
            self._read()
            names = list(self.keys)
            return [names[place] for place in alike(mark, self.marks, within)[:200]]

    def _read(self) -> None:
        rows = Attachment.objects.exclude(fingerprint=None).order_by("uploaded_at")
        if self.seen is not None:
            rows = rows.filter(uploaded_at__gt=self.seen - OVERLAP)
        fresh = [row for row in rows.values_list("pk", "fingerprint", "uploaded_at") if row[0] not in self.keys]
        if fresh:
            self.keys |= {key: len(self.keys) + place for place, (key, _mark, _at) in enumerate(fresh)}
            self.marks = np.concatenate([self.marks, np.array([mark for _key, mark, _at in fresh], np.int64)])
            self.seen = fresh[-1][2]


_MARKS = _Marks()
