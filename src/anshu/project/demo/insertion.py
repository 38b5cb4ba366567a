"""Bringing many rows into a register at once, and nothing twice."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from anshu.access.policy import Robot
from anshu.domains.devices.models import Channel
from anshu.domains.places.models import Area
from anshu.ledger.models import Registered
from anshu.workflow import log

IMPORT = Robot("import")
CHUNK = 1000


def keys(model: type[Registered]) -> dict[str, Any]:
    """Number → id of every row of a register."""
    return dict(model.objects.values_list("number", "pk"))


def insert(rows: Sequence[Registered], source: str, root: str) -> int:
    """Add those rows whose number the register does not have yet, with one row of the log; returns how many.

    `save()` is not called: what it fills in (search words, and the slot of a channel) is filled in here. A number
    must be given.
    """
    if not rows:
        return 0
    model = type(rows[0])
    with transaction.atomic():
        log.lock()
        there = keys(model)
        new = [row for row in rows if row.number not in there]
        if not new:
            return 0
        for row in new:
            row.search_text = " ".join(str(getattr(row, name) or "") for name in row.searchable).lower()
        if model is Channel:
            top = Channel.objects.aggregate(top=Max("slot"))["top"] or 0
            for slot, channel in enumerate(new, start=top + 1):
                channel.slot = slot  # type: ignore[attr-defined]
        model.objects.bulk_create(new, batch_size=CHUNK)
        log.write(
            f"{model._meta.app_label}.add",
            Area.objects.filter(number=root).first(),
            IMPORT,
            details={"register": model._meta.label_lower, "added": len(new), "source": source},
        )
    return len(new)
