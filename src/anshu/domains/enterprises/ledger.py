"""The registers of enterprises and their premises."""

from anshu.domains.enterprises.models import Enterprise, Premises
from anshu.ledger.declaration import Ledger, Points, register

ENTERPRISES = register(
    Ledger(
        Enterprise,
        slug="enterprises",
        group="enterprises",
        columns=("number", "name", "industry", "risk_color", "key", "standing", "officer", "territory", "address"),
        edit=(
            "number",
            "name",
            "credit_code",
            "industry",
            "sector",
            "scale",
            "standing",
            "site",
            "address",
            "territory",
            "lon",
            "lat",
            "legal_person",
            "contact",
            "phone",
            "employees",
            "risk_color",
            "key",
            "officer",
        ),
        filters=("risk_color", "standing", "scale", "key"),
        order=("number",),
        layer=Points(colour_by="risk_color"),
        icon="building",
    )
)

PREMISES = register(
    Ledger(
        Premises,
        slug="premises",
        group="enterprises",
        columns=("number", "enterprise", "site", "use", "area_m2", "territory"),
        edit=("number", "enterprise", "site", "use", "area_m2", "territory"),
        filters=(),
        order=("number",),
        icon="building",
    )
)
