"""The registers of minor works, work permits, and rounds in which construction sites are compared."""

from anshu.domains.construction.models import MinorWork, RatingRound, WorkPermit
from anshu.ledger.declaration import Ledger, Points, register

WORKS = register(
    Ledger(
        MinorWork,
        slug="works",
        group="enterprises",
        columns=("number", "name", "kind", "state", "starts_on", "ends_on", "contractor", "unfiled", "territory"),
        facts=(
            "number",
            "name",
            "kind",
            "scale",
            "enterprise",
            "site",
            "address",
            "owner",
            "contractor",
            "foreman",
            "phone",
            "workers",
            "starts_on",
            "ends_on",
            "unfiled",
            "inspection",
            "inspected_at",
            "begun_at",
            "finished_at",
            "stops",
            "territory",
            "lon",
            "lat",
        ),
        filters=("state", "kind", "scale", "unfiled"),
        layer=Points(colour_by="state"),
        icon="clipboard-list",
    )
)

PERMITS = register(
    Ledger(
        WorkPermit,
        slug="permits",
        group="enterprises",
        columns=("number", "kind", "rank", "enterprise", "place", "state", "starts_at", "ends_at", "territory"),
        facts=(
            "number",
            "kind",
            "rank",
            "raised",
            "size",
            "summary",
            "enterprise",
            "work",
            "place",
            "measures",
            "applicant",
            "guardian",
            "approver",
            "workers",
            "starts_at",
            "ends_at",
            "tests",
            "tested_at",
            "started_at",
            "valid_until",
            "interrupted_at",
            "ended_at",
            "basis",
            "territory",
            "lon",
            "lat",
        ),
        filters=("state", "kind", "rank"),
        layer=Points(colour_by="state"),
        icon="file-text",
    )
)

RATING_ROUNDS = register(
    Ledger(
        RatingRound,
        slug="rating-rounds",
        group="enterprises",
        columns=("number", "name", "rated_on", "sites_rated", "sites_good", "sites_poor", "document_number"),
        edit=(
            "number",
            "name",
            "rated_on",
            "sites_rated",
            "sites_good",
            "sites_poor",
            "document_number",
            "note",
            "territory",
        ),
        order=("-rated_on",),
        icon="star",
    )
)
