"""The registers of eyes and ears: devices and their channels."""

from anshu.domains.devices.models import Channel, Device
from anshu.ledger.declaration import Ledger, Points, register

DEVICES = register(
    Ledger(
        Device,
        slug="devices",
        group="devices",
        columns=("number", "name", "kind", "site", "protocol", "territory"),
        edit=("number", "name", "kind", "site", "protocol", "address", "passcode", "territory", "lon", "lat"),
        filters=("kind", "site", "protocol"),
        order=("number",),
        layer=Points(),
        icon="gauge",
    )
)

CHANNELS = register(
    Ledger(
        Channel,
        slug="channels",
        group="devices",
        columns=("number", "name", "device", "quantity_word", "unit", "territory"),
        edit=(
            "number",
            "name",
            "device",
            "quantity",
            "point",
            "unit",
            "minimum",
            "maximum",
            "stale_after_s",
            "territory",
            "lon",
            "lat",
        ),
        facts=(
            "number",
            "name",
            "device",
            "quantity_word",
            "point",
            "unit",
            "minimum",
            "maximum",
            "stale_after_s",
            "territory",
            "lon",
            "lat",
        ),
        filters=("device", "quantity", "unit"),
        order=("number",),
        icon="gauge",
    )
)
