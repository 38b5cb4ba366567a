"""Who may send readings of what: a device its own, a gateway those of every device in its territory."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from threading import Lock
from time import monotonic
from types import MappingProxyType
from typing import Any
from uuid import UUID

from anshu.access.policy import Person, Robot
from anshu.domains.devices.models import Channel, Device
from anshu.domains.devices.queries import fingerprint
from anshu.telemetry import ChannelFacts, Intake, Reason

APPEND = "telemetry.append"
LOOK_EVERY_S = 2.0
# Kind of a device that speaks for others.
GATEWAY = "gateway"

Facts = Mapping[str, ChannelFacts]
NO_FACTS: Facts = MappingProxyType({})
COLUMNS = (
    "id",
    "number",
    "name",
    "kind",
    "territory",
    "account_id",
    "protocol",
    "address",
    "passcode",
    "attributes",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A device as the doors need to know it."""

    id: UUID
    number: str
    name: str
    kind: str
    territory: str
    account_id: UUID | None
    protocol: str
    address: str
    passcode: str = field(repr=False)
    attributes: dict[str, Any]
    facts: dict[str, ChannelFacts] = field(default_factory=dict)
    # Channel code by the name that the device's own protocol has for it.
    points: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rights:
    """What one sender may write: `own` is the number of the device it speaks as, empty when that cannot be told."""

    own: str
    devices: Mapping[str, Entry]
    facts: Facts

    def of(self, device: str) -> Facts:
        """The channels of one device, none when the sender may not write them."""
        entry = self.devices.get(device)
        return entry.facts if entry else NO_FACTS


@dataclass(frozen=True)
class Directory:
    """Devices and their channels as they were at one moment; rights are worked out once per sender."""

    devices: Mapping[str, Entry]
    facts: Facts
    by_address: Mapping[tuple[str, str], Entry] = field(default_factory=dict)
    _known: dict[tuple[object, ...], Rights] = field(default_factory=dict, repr=False)

    def rights(self, sender: Person | Robot, client_id: str = "") -> Rights:
        """What the sender may write.

        An account that belongs to devices writes for these alone, unless one of them is a gateway. Any other program
        writes for every device under its territory. `own` is its one device, or else the one its client id names.
        """
        account_id = sender.account.pk if isinstance(sender, Person) else None
        areas = tuple(sender.reach(APPEND))
        if (account_id, areas) not in self._known:
            self._known[account_id, areas] = self._work_out(account_id, areas)
        rights = self._known[account_id, areas]
        if rights.own or client_id not in rights.devices:
            return rights
        key = (account_id, areas, client_id)
        if key not in self._known:
            self._known[key] = replace(rights, own=client_id)
        return self._known[key]

    def _work_out(self, account_id: UUID | None, areas: tuple[str, ...]) -> Rights:
        if not areas:
            return Rights("", {}, NO_FACTS)
        own = {n: entry for n, entry in self.devices.items() if account_id and entry.account_id == account_id}
        allowed: Mapping[str, Entry] = own
        if not own or any(entry.kind == GATEWAY for entry in own.values()):
            allowed = (
                self.devices
                if "" in areas
                else own | {n: entry for n, entry in self.devices.items() if entry.territory.startswith(areas)}
            )
        facts = {code: each for entry in allowed.values() for code, each in entry.facts.items()}
        return Rights(next(iter(own)) if len(own) == 1 else "", allowed, facts)

    def explain(self, intake: Intake) -> Intake:
        """The intake with a plainer word for channels that exist but are not the sender's to write."""
        rejects = [
            reject._replace(detail="the channel exists, but this sender may not write to it")
            if reject.reason is Reason.UNKNOWN_CHANNEL and reject.channel in self.facts
            else reject
            for reject in intake.rejects
        ]
        return Intake(intake.batch, rejects)


def read_directory() -> Directory:
    """All devices and channels, in two queries."""
    devices = {row["number"]: Entry(**row) for row in Device.objects.values(*COLUMNS)}
    facts: dict[str, ChannelFacts] = {}
    rows = Channel.objects.values_list("number", "slot", "minimum", "maximum", "point", "device__number")
    for code, slot, minimum, maximum, point, device in rows:
        if device in devices:
            low = float("-inf") if minimum is None else minimum
            high = float("inf") if maximum is None else maximum
            facts[code] = devices[device].facts[code] = ChannelFacts(slot, low, high)
            if point:
                devices[device].points[point] = code
    return Directory(devices, facts, {(each.protocol, each.address): each for each in devices.values() if each.address})


@dataclass
class Book:
    """The directory as it is now: looked at again every two seconds, read again when devices or channels changed."""

    directory: Directory = field(default_factory=lambda: Directory({}, {}))
    _seen: tuple[Any, ...] = ()
    _looked_s: float = float("-inf")
    _lock: Lock = field(default_factory=Lock)

    def current(self) -> Directory:
        """The directory, at most two seconds old."""
        with self._lock:
            if monotonic() - self._looked_s >= LOOK_EVERY_S:
                self._looked_s = monotonic()
                self.look()
        return self.directory

    def look(self) -> None:
        """Read again if anything has changed."""
        devices = Device.objects.order_by("pk").values_list(
            "pk", "number", "kind", "territory", "account_id", "protocol", "address"
        )
        seen = (fingerprint(Channel.objects.all()), tuple(devices))
        if seen != self._seen:
            self._seen, self.directory = seen, read_directory()

    def forget(self) -> None:
        """Read it again at the next look, whatever is seen: what devices say of themselves has changed."""
        self._seen = ()


@cache
def book() -> Book:
    """The one of this process."""
    return Book()
