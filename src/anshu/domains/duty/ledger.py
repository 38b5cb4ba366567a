"""The register of shifts."""

from anshu.domains.duty.models import Shift
from anshu.ledger.declaration import Ledger, register

SHIFTS = register(
    Ledger(
        Shift,
        slug="shifts",
        group="duty",
        columns=(
            "number",
            "territory",
            "starts_at",
            "ends_at",
            "officer",
            "leader",
            "state",
            "signed_out_at",
            "signed_in_at",
        ),
        filters=("state", "officer", "leader"),
        facts=(
            "number",
            "territory",
            "starts_at",
            "ends_at",
            "officer",
            "leader",
            "state",
            "remarks",
            "signed_out_at",
            "signed_in_at",
        ),
        order=("-starts_at",),
        icon="users",
    )
)
