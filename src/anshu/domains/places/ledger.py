"""The registers of what exists: areas and sites."""

from anshu.domains.places.models import Area, Site
from anshu.ledger.declaration import Ledger, Points, register

AREAS = register(
    Ledger(
        Area,
        slug="areas",
        group="places",
        columns=("number", "name", "level", "territory"),
        edit=("number", "name", "level", "territory", "lon", "lat"),
        filters=("level",),
        order=("number",),
        icon="map-pin",
    )
)

SITES = register(
    Ledger(
        Site,
        slug="sites",
        group="places",
        columns=("number", "name", "kind", "territory", "address", "risk_color", "people_count"),
        edit=(
            "number",
            "name",
            "kind",
            "territory",
            "lon",
            "lat",
            "address",
            "sector",
            "risk_color",
            "people_count",
            "source",
        ),
        filters=("kind", "sector", "risk_color", "source"),
        order=("number",),
        layer=Points(colour_by="risk_color"),
        icon="map-pin",
    )
)
