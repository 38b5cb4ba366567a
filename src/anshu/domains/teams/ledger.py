"""The registers of who can be sent, and of where they are housed."""

from anshu.domains.teams.models import Station, Team
from anshu.ledger.declaration import Ledger, Points, register

TEAMS = register(
    Ledger(
        Team,
        slug="teams",
        group="teams",
        columns=("number", "name", "kind", "organisation", "skills", "members", "vehicles", "ready", "territory"),
        edit=(
            "number",
            "name",
            "kind",
            "organisation",
            "skills",
            "members",
            "vehicles",
            "phone",
            "ready",
            "territory",
            "lon",
            "lat",
        ),
        filters=("kind", "organisation", "ready"),
        order=("number",),
        layer=Points(),
        icon="shield",
    )
)

STATIONS = register(
    Ledger(
        Station,
        slug="stations",
        group="teams",
        columns=("number", "name", "kind", "organisation", "opened_on", "members", "vehicles", "territory"),
        edit=(
            "number",
            "name",
            "kind",
            "organisation",
            "address",
            "opened_on",
            "closed_on",
            "members",
            "vehicles",
            "phone",
            "territory",
            "lon",
            "lat",
        ),
        filters=("kind", "organisation"),
        order=("number",),
        layer=Points(),
        icon="home-shield",
    )
)
