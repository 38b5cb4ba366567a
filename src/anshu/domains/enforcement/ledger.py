"""The registers of penalty cases and their documents."""

from anshu.domains.enforcement.models import Case, Paper
from anshu.ledger.declaration import Ledger, register

CASES = register(
    Ledger(
        Case,
        slug="cases",
        group="enforcement",
        columns=(
            "number",
            "party",
            "matter",
            "state",
            "procedure",
            "lead",
            "second",
            "fine_yuan",
            "opened_at",
            "decided_at",
        ),
        filters=("state", "procedure", "source", "party_kind"),
        facts=(
            "number",
            "party",
            "party_kind",
            "party_code",
            "address",
            "enterprise",
            "hazard",
            "source",
            "matter",
            "facts",
            "evidence",
            "occurred_on",
            "harmed",
            "procedure",
            "lead",
            "second",
            "opened_at",
            "fine_yuan",
            "other_penalty",
            "deviation",
            "discussed",
            "reviewer",
            "notified_at",
            "noticed_fine_yuan",
            "statement",
            "waived",
            "hearing_at",
            "host",
            "hearing_report",
            "decider",
            "decided_at",
            "delivered_at",
            "pay_by",
            "paid_yuan",
            "performed_at",
            "published_at",
            "unpublished_at",
            "closed_at",
            "territory",
            "created_at",
        ),
        icon="gavel",
    )
)

PAPERS = register(
    Ledger(
        Paper,
        slug="papers",
        group="enforcement",
        columns=("number", "title", "case", "issued_at"),
        filters=(),
        facts=("number", "title", "case", "issued_at"),
        order=("-issued_at",),
        icon="file-text",
    )
)
