"""Adds devices with five channels of water depth each to the installation named by the environment.

Run by `Stage.furnish`: `python bench/stage/channels.py COUNT`. Device BN-0001 has BN-0001/k0 to BN-0001/k4.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anshu.project.django_settings")
django.setup()

from anshu.domains.devices.models import Channel, Device  # noqa: E402  # models load once Django is set up
from anshu.domains.places.models import Area  # noqa: E402
from anshu.kernel.units import quantity_kind  # noqa: E402
from anshu.project.demo.insertion import insert  # noqa: E402

KEYS = 5
SOURCE = "bench"


def main() -> None:
    count = int(sys.argv[1])
    places = list(Area.objects.filter(level=Area.Level.GRID).order_by("number").values_list("number", "lon", "lat"))
    root = Area.objects.order_by("number").values_list("number", flat=True)[0]
    kind = quantity_kind("road_water_depth")
    devices, channels = [], []
    for serial in range(1, count // KEYS + 1):
        territory, lon, lat = places[serial % len(places)]
        code = f"BN-{serial:04d}"
        device = Device(
            number=code, territory=territory, name=f"积水监测站{serial:04d}号", kind=kind.key, protocol="http",
            lon=lon, lat=lat, generated=True,
        )  # fmt: skip
        devices.append(device)
        channels += [
            Channel(
                number=f"{code}/k{key}", territory=territory, name=f"{device.name} {key}", device=device,
                quantity=kind.key, unit=kind.unit.symbol, minimum=kind.low, maximum=kind.high, stale_after_s=7200,
                lon=lon, lat=lat, generated=True,
            )
            for key in range(KEYS)
        ]
    insert(devices, SOURCE, root)
    insert(channels, SOURCE, root)


if __name__ == "__main__":
    main()
