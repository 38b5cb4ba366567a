"""What intake asks of the register of channels, and the one store of readings of this installation."""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, QuerySet, Sum

from anshu.access.policy import under
from anshu.domains.devices.models import Channel, Device
from anshu.telemetry import ChannelFacts, Limits, Store
from anshu.workflow.models import Change, Head

EVERYWHERE = ("",)

_known: dict[tuple[str, ...], tuple[tuple[Any, ...], tuple[Any, ...], Mapping[str, ChannelFacts]]] = {}


@cache
def store() -> Store:
    """The store of readings under the state folder, opened once per process."""
    return Store.open(settings.ANSHU.state_dir.resolve() / "telemetry")


def limits() -> Limits:
    """What intake lets in, as this installation is set."""
    return Limits(future_ms=settings.ANSHU.future_skew_s * 1000)


def channel_facts(areas: Sequence[str] = EVERYWHERE) -> Mapping[str, ChannelFacts]:
    """Code → what intake must know, of every channel under the areas; read again only when a channel has changed."""
    key = tuple(areas)
    # While the log stands still and no channel is new, none has changed: two look-ups by key, however many there are.
    glance = (
        Head.objects.values_list("last", flat=True).first(),
        Channel.objects.order_by("-pk").values_list("pk", flat=True).first(),
    )
    if key in _known and _known[key][0] == glance:
        return _known[key][2]
    rows = Channel.objects.filter(under(key))
    seen = fingerprint(rows)
    found = _known[key][2] if key in _known and _known[key][1] == seen else _read(rows)
    _known[key] = (glance, seen, found)
    return found


def _read(rows: "QuerySet[Channel]") -> Mapping[str, ChannelFacts]:
    return MappingProxyType(
        {
            number: ChannelFacts(
                slot, float("-inf") if minimum is None else minimum, float("inf") if maximum is None else maximum
            )
            for number, slot, minimum, maximum in rows.values_list("number", "slot", "minimum", "maximum")
        }
    )


def fingerprint(rows: "QuerySet[Any]") -> tuple[Any, ...]:
    """Changes whenever a channel or device does: by an import, which counts, or by hand, which the log tells."""
    counted = rows.aggregate(n=Count("pk"), low=Sum("minimum"), high=Sum("maximum"))
    newest = rows.order_by("-pk").values_list("pk", flat=True).first()
    subjects = (Channel._meta.label_lower, Device._meta.label_lower)
    told = Change.objects.filter(subject__in=subjects).aggregate(newest=Max("id"))
    return (newest, *counted.values(), *told.values())
