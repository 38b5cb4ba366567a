"""The register of openings: who asked to know who somebody is, when, why, and what came of it. Never the identity."""

from anshu.domains.vault.models import Opening
from anshu.ledger.declaration import Ledger, register

OPENINGS = register(
    Ledger(
        Opening,
        slug="openings",
        group="vault",
        columns=("number", "about", "why", "asked_by", "second", "state", "read_at", "created_at"),
        filters=("state",),
        facts=(
            "number",
            "state",
            "about",
            "why",
            "asked_by",
            "second",
            "refusal",
            "read_at",
            "opinion",
            "territory",
            "created_at",
        ),
        icon="lock",
    )
)
