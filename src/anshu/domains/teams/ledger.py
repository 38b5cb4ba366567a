"""The register of who can be sent."""

from anshu.domains.teams.models import Team
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
