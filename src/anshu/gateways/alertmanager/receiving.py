"""From alerts to readings on disk: each finds its device and channel, and is written down if it changes anything."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from django.db import transaction

from anshu.domains.devices.models import Device
from anshu.domains.devices.queries.rights import Directory, Entry, Rights
from anshu.gateways.alertmanager.alerts import Alert, point_for
from anshu.gateways.alertmanager.firing import Firing, Step, TooMany, dated, kept_of
from anshu.telemetry import Limits, Reason, Reject, Store
from anshu.telemetry.intake import Draft, judge
from anshu.telemetry.readings import iso_of

PROTOCOL = "prometheus"
DOOR = "alertmanager"
MOST_REMEMBERED = 10_000
SAID_AGAIN_MS = 3_600_000


@dataclass
class Strangers:
    """Alerts that nobody has registered: Prometheus says them each minute, quarantine needs them once an hour."""

    _said_ms: "OrderedDict[str, int]" = field(default_factory=OrderedDict)

    def is_news(self, fingerprint: str, now_ms: int) -> bool:
        """Whether it has not been said within the hour; remembers it."""
        before = self._said_ms.get(fingerprint)
        if before is not None and 0 <= now_ms - before < SAID_AGAIN_MS:
            return False
        self._said_ms[fingerprint] = now_ms
        self._said_ms.move_to_end(fingerprint)
        if len(self._said_ms) > MOST_REMEMBERED:
            self._said_ms.popitem(last=False)
        return True


@dataclass
class Reception:
    """Takes alerts in; one per process."""

    strangers: Strangers = field(default_factory=Strangers)

    def take(self, alerts: Iterable[Alert], rights: Rights, directory: Directory, desk: "Desk") -> None:
        """Take alerts in; on disk when this returns."""
        by_device: dict[str, list[tuple[Alert, str]]] = {}
        rejects: list[Reject] = []
        for alert in alerts:
            entry = device_of(alert, rights, directory)
            point = None if entry is None else point_for(alert, entry.points)
            if entry is not None and point is not None:
                by_device.setdefault(entry.number, []).append((alert, entry.points[point]))
            elif not alert.resolved and self.strangers.is_news(alert.fingerprint, desk.now_ms):
                rejects.append(unknown(alert, entry))
        if rejects:
            desk.append([], rejects)
        for number, heard in by_device.items():
            self._hear(directory.devices[number], heard, desk)

    def _hear(self, entry: Entry, heard: Sequence[tuple[Alert, str]], desk: "Desk") -> None:
        """Take in alerts of one device. What changes nothing, as most repeats do, costs one look."""
        attributes = Device.objects.values_list("attributes", flat=True).get(pk=entry.id)
        rejects: list[Reject] = []
        if not self._listen(Firing(kept_of(attributes), desk.now_ms), heard, rejects).changed and not rejects:
            return
        with transaction.atomic():
            device = Device.objects.select_for_update().get(pk=entry.id)
            firing = self._listen(Firing(kept_of(device.attributes), desk.now_ms), heard, [])
            settle(device, firing, entry, desk, rejects)

    def _listen(self, firing: Firing, heard: Sequence[tuple[Alert, str]], rejects: list[Reject]) -> Firing:
        for alert, code in heard:
            try:
                firing.hear(alert, code)
            except TooMany:
                if self.strangers.is_news(alert.fingerprint, firing.now_ms):
                    rejects.append(Reject(Reason.FIELD, "too many alerts fire at this device", raw_of(alert), code))
        return firing


@dataclass(frozen=True)
class Desk:
    """Where readings are written down, and when that is."""

    store: Store
    limits: Limits
    now_ms: int

    def append(self, steps: Iterable[Step], rejects: list[Reject], entry: Entry | None = None) -> None:
        """Write values and rejects down; on disk when this returns."""
        draft = Draft(rejects=list(rejects))
        for step in steps:
            draft.code.append(step.code)
            draft.at_ms.append(step.at_ms)
            draft.value.append(float(step.value))
            draft.raw.append(orjson.dumps({"channel": step.code, "at": iso_of(step.at_ms), "value": step.value}))
            draft.quality.append(0)
        taken = judge(draft, entry.facts if entry else {}, self.now_ms, self.limits)
        self.store.append(taken.batch, taken.rejects, door=DOOR, received_ms=self.now_ms)

    def last_ms(self, steps: Iterable[Step], entry: Entry) -> Mapping[str, int]:
        """When the newest reading is, of each channel that has a step and a reading."""
        slots = {entry.facts[step.code].number: step.code for step in steps if step.code in entry.facts}
        found = self.store.last(list(slots))
        return {slots[slot]: at for slot, at in zip(found.channel.tolist(), found.at_ms.tolist(), strict=True)}


def device_of(alert: Alert, rights: Rights, directory: Directory) -> Entry | None:
    """The device an alert belongs to, the narrowest address first, among those that the sender may write for."""
    for address in alert.addresses:
        entry = directory.by_address.get((PROTOCOL, address))
        if entry is not None and entry.number in rights.devices:
            return entry
    return None


def settle(device: Device, firing: Firing, entry: Entry, desk: Desk, rejects: list[Reject]) -> None:
    """Write down what has changed: first the readings, then what fires.

    After a crash in between, the alert comes again and gives the same value once more.
    """
    steps = dated(firing.steps, desk.last_ms(firing.steps, entry), desk.now_ms)
    if steps or rejects:
        desk.append(steps, rejects, entry)
    merged = {**device.attributes, "alerts": firing.kept}
    if merged != device.attributes:
        Device.objects.filter(pk=device.pk).update(attributes=merged)


def unknown(alert: Alert, entry: Entry | None) -> Reject:
    """The reject of an alert that has no channel; it says what to register."""
    if entry is None:
        detail = f"no device with protocol {PROTOCOL} has one of the addresses {', '.join(alert.addresses)}"
    else:
        detail = f"device {entry.number} has no channel with the point {alert.name} or *"
    return Reject(Reason.UNKNOWN_CHANNEL, detail[:1000], raw_of(alert), alert.name[:200])


def raw_of(alert: Alert) -> bytes:
    """An alert as it can be looked at in quarantine."""
    return orjson.dumps({"labels": dict(alert.labels), "summary": alert.summary, "starts_ms": alert.starts_ms})
