"""What the registers are in SensorThings: a device a Thing with its place, a channel a Datastream, and so on.

Rows come through `visible_to`, as on every surface, and none that was made in an exercise leaves the house.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from anshu.access.policy import Person
from anshu.domains.devices.models import Channel, Device
from anshu.kernel.errors import Invalid
from anshu.kernel.units import quantity_kind, shipped_quantities

MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
GEOJSON = "application/geo+json"

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """A way from an entity to others: to which kind, and by which columns theirs is found from ours."""

    kind: str
    many: bool
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """An entity set over a register. `columns`: attribute → column, for $filter and $orderby."""

    name: str
    singular: str
    rows: Callable[[Person], "QuerySet[Any]"]
    tell: Callable[[Any], Told]
    columns: Mapping[str, str]
    links: Mapping[str, Link]


@dataclass(frozen=True, slots=True)
class Property:
    """A quantity that is measured; the same for all who measure it."""

    quantity: str


def devices(person: Person) -> "QuerySet[Device]":
    """The devices that a person may see."""
    return Device.objects.visible_to(person).real()


def channels(person: Person) -> "QuerySet[Channel]":
    """The channels that a person may see."""
    return Channel.objects.visible_to(person).real().select_related("device")


def placed(person: Person) -> "QuerySet[Device]":
    """The devices of which the place is known."""
    return devices(person).exclude(lon=None).exclude(lat=None)


def thing(device: Device) -> Told:
    """A device as a Thing."""
    properties = {"number": device.number, "kind": device.kind, "territory": device.territory}
    return {"name": device.name, "description": device.kind or device.name, "properties": properties}


def location(device: Device) -> Told:
    """Where a device is, as a Location."""
    return {
        "name": device.name,
        "description": f"place of {device.number}",
        "encodingType": GEOJSON,
        "location": {"type": "Point", "coordinates": [device.lon, device.lat]},
    }


def sensor(device: Device) -> Told:
    """A device as the Sensor that measures: what it is, in words; how it is reached is nobody's business."""
    return {
        "name": device.name,
        "description": device.kind or device.name,
        "encodingType": "text/plain",
        "metadata": f"{device.kind} {device.number}".strip(),
    }


def datastream(channel: Channel) -> Told:
    """A channel as a Datastream."""
    known = shipped_quantities().units.get(channel.unit)
    return {
        "name": channel.name,
        "description": f"{channel.quantity} of {channel.device.number}",
        "observationType": MEASUREMENT,
        "unitOfMeasurement": {
            "name": known.name_en if known else channel.unit,
            "symbol": known.sign if known else channel.unit,
            "definition": f"urn:anshu:unit:{channel.unit}",
        },
        "properties": {
            "number": channel.number,
            "territory": channel.territory,
            "minimum": channel.minimum,
            "maximum": channel.maximum,
            "silentAfterSeconds": channel.stale_after_s,
        },
    }


def observed_property(found: Property) -> Told:
    """A quantity as an ObservedProperty."""
    try:
        name = quantity_kind(found.quantity).name_en
    except Invalid:
        name = found.quantity
    return {"name": name, "definition": f"urn:anshu:quantity:{found.quantity}", "description": name}


def feature(channel: Channel) -> Told:
    """Where a channel measures, as a FeatureOfInterest."""
    at = channel if channel.lon is not None else channel.device
    place = {"type": "Point", "coordinates": [at.lon, at.lat]} if at.lon is not None and at.lat is not None else None
    return {
        "name": channel.name,
        "description": f"where {channel.number} measures",
        "encodingType": GEOJSON,
        "feature": place or {"type": "GeometryCollection", "geometries": []},
    }


def properties(person: Person) -> list[Property]:
    """The quantities that are measured where a person may look."""
    found = Channel.objects.visible_to(person).real().order_by("quantity").values_list("quantity", flat=True).distinct()
    return [Property(quantity) for quantity in found]


_ID = {"id": "pk", "@iot.id": "pk", "name": "name"}
_DEVICE = {**_ID, "description": "kind", "properties/number": "number", "properties/territory": "territory"}
_SELF = {"pk": "pk"}
_CHANNELS = Link("Datastreams", many=True, columns={"device_id": "pk"})
_DEVICE_OF = {"pk": "device_id"}

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "Things",
            "Thing",
            devices,
            thing,
            {**_DEVICE, "properties/kind": "kind"},
            {"Locations": Link("Locations", True, _SELF), "Datastreams": _CHANNELS},
        ),
        Kind("Locations", "Location", placed, location, _ID, {"Things": Link("Things", True, _SELF)}),
        Kind("Sensors", "Sensor", devices, sensor, {**_ID, "description": "kind"}, {"Datastreams": _CHANNELS}),
        Kind(
            "Datastreams",
            "Datastream",
            channels,
            datastream,
            {
                **_ID,
                "properties/number": "number",
                "properties/territory": "territory",
                "Thing/id": "device_id",
                "Thing/@iot.id": "device_id",
                "Sensor/id": "device_id",
                "Sensor/@iot.id": "device_id",
                "ObservedProperty/id": "quantity",
                "ObservedProperty/@iot.id": "quantity",
            },
            {
                "Thing": Link("Things", False, _DEVICE_OF),
                "Sensor": Link("Sensors", False, _DEVICE_OF),
                "ObservedProperty": Link("ObservedProperties", False, {"quantity": "quantity"}),
                "Observations": Link("Observations", True, {}),
            },
        ),
        Kind(
            "FeaturesOfInterest",
            "FeatureOfInterest",
            channels,
            feature,
            _ID,
            {"Observations": Link("Observations", True, {})},
        ),
    )
}
PROPERTY_LINK = Link("Datastreams", many=True, columns={"quantity": "quantity"})
OBSERVATION_LINKS = {
    "Datastream": Link("Datastreams", False, {"pk": "pk"}),
    "FeatureOfInterest": Link("FeaturesOfInterest", False, {"pk": "pk"}),
}
SETS = ("Things", "Locations", "Sensors", "ObservedProperties", "Datastreams", "Observations", "FeaturesOfInterest")
