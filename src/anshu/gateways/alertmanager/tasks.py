"""Ending alerts of which nothing more is heard."""

from django.db import transaction

from anshu.domains.devices.models import Device
from anshu.domains.devices.queries import limits, store
from anshu.domains.devices.queries.rights import book
from anshu.gateways.alertmanager.firing import Firing, kept_of
from anshu.gateways.alertmanager.receiving import PROTOCOL, Desk, settle
from anshu.kernel import clock

EVERY_S = 60.0


def end_unheard() -> bool:
    """End what has gone silent at every device: a step of the work process, due each minute; nothing ever waits."""
    desk = Desk(store(), limits(), int(clock.now().timestamp() * 1000))
    directory = book().current()
    for key, attributes in Device.objects.filter(protocol=PROTOCOL).values_list("pk", "attributes"):
        firing = Firing(kept_of(attributes), desk.now_ms)
        firing.expire()
        if firing.changed:
            with transaction.atomic():
                device = Device.objects.select_for_update().get(pk=key)
                firing = Firing(kept_of(device.attributes), desk.now_ms)
                firing.expire()
                entry = directory.devices.get(device.number)
                if entry is not None:
                    settle(device, firing, entry, desk, [])
    return False
