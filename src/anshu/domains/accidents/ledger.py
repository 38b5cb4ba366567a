"""The registers of accidents and of the bulletins that warn of them."""

from anshu.domains.accidents.models import Accident, AccidentBulletin
from anshu.ledger.declaration import Ledger, Points, register

GROUP = "incidents"

ACCIDENTS = register(
    Ledger(
        Accident,
        slug="accidents",
        group=GROUP,
        columns=(
            "number",
            "title",
            "kind",
            "grade",
            "occurred_at",
            "deaths",
            "serious_injuries",
            "confirmed_by",
            "territory",
        ),
        edit=(
            "number",
            "title",
            "kind",
            "occurred_at",
            "place",
            "enterprise",
            "incident",
            "deaths",
            "serious_injuries",
            "slight_injuries",
            "loss_yuan",
            "cause",
            "confirmed_by",
            "confirmed_on",
            "territory",
            "lon",
            "lat",
        ),
        filters=("kind", "grade"),
        order=("-occurred_at",),
        layer=Points(),
        icon="alert-triangle",
    )
)

ACCIDENT_BULLETINS = register(
    Ledger(
        AccidentBulletin,
        slug="accident-bulletins",
        group=GROUP,
        columns=("number", "title", "issued_on", "document_number", "accident", "audience"),
        edit=("number", "title", "issued_on", "document_number", "accident", "audience", "text", "territory"),
        order=("-issued_on",),
        icon="speakerphone",
    )
)
