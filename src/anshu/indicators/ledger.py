"""The register of frozen figures."""

from anshu.indicators.models import Statement
from anshu.ledger.declaration import Ledger, register

STATEMENTS = register(
    Ledger(
        Statement,
        slug="statements",
        group="figures",
        columns=("number", "title", "first_on", "last_on", "territory", "reason", "created_at"),
        facts=("number", "title", "first_on", "last_on", "territory", "earlier", "reason", "created_at"),
        icon="report",
    )
)
