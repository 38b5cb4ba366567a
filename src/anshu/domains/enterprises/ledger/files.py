"""The registers of enterprises, their premises, and what they have there."""

from anshu.domains.enterprises.models import Asset, Chemical, Enterprise, Improvement, Premises, StorageUnit
from anshu.ledger.declaration import Ledger, Points, register

ENTERPRISES = register(
    Ledger(
        Enterprise,
        slug="enterprises",
        group="enterprises",
        columns=("number", "name", "industry_name", "risk_color", "key", "standing", "officer", "territory", "address"),
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
            "high_hazard",
            "base_color",
            "key",
            "officer",
        ),
        facts=(
            "number",
            "name",
            "credit_code",
            "industry_name",
            "sector",
            "scale",
            "standing",
            "risk_color",
            "base_color",
            "grade_points",
            "graded_at",
            "declared_on",
            "high_hazard",
            "key",
            "site",
            "address",
            "territory",
            "legal_person",
            "contact",
            "phone",
            "employees",
            "officer",
        ),
        filters=("risk_color", "standing", "scale", "key", "high_hazard"),
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
        order=("number",),
        icon="building-warehouse",
    )
)

ASSETS = register(
    Ledger(
        Asset,
        slug="assets",
        group="enterprises",
        columns=("number", "name", "kind", "enterprise", "quantity", "unit", "in_use", "territory"),
        edit=(
            "number",
            "enterprise",
            "kind",
            "name",
            "site",
            "place",
            "quantity",
            "unit",
            "people_count",
            "with_chemicals",
            "in_use",
            "lon",
            "lat",
            "territory",
        ),
        filters=("kind", "with_chemicals", "in_use"),
        order=("number",),
        layer=Points(),
        icon="cpu",
    )
)

STORAGE_UNITS = register(
    Ledger(
        StorageUnit,
        slug="storage-units",
        group="enterprises",
        columns=("number", "enterprise", "name", "exposed_people", "filed_on", "territory"),
        edit=("number", "enterprise", "name", "exposed_people", "filed_on", "lon", "lat", "territory"),
        order=("number",),
        layer=Points(),
        icon="database",
    )
)

CHEMICALS = register(
    Ledger(
        Chemical,
        slug="chemicals",
        group="enterprises",
        columns=("number", "name", "cas", "enterprise", "storage_unit", "quantity_t", "use", "territory"),
        edit=("number", "enterprise", "storage_unit", "name", "cas", "quantity_t", "critical_t", "use", "territory"),
        order=("number",),
        icon="database",
    )
)

IMPROVEMENTS = register(
    Ledger(
        Improvement,
        slug="improvements",
        group="enterprises",
        columns=("number", "kind", "enterprise", "quantity", "household", "done_on", "territory"),
        edit=("number", "kind", "enterprise", "site", "quantity", "household", "done_on", "note", "territory"),
        filters=("kind", "household"),
        icon="refresh",
    )
)
