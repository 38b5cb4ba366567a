"""The registers of hazards, extensions, listings and look-backs."""

from anshu.domains.hazards.models import Extension, Hazard, Listing, LookBack, LookBackDraw
from anshu.ledger.declaration import Ledger, Points, register

HAZARDS = register(
    Ledger(
        Hazard,
        slug="hazards",
        group="hazards",
        columns=("number", "summary", "site", "kind", "grade", "state", "due_on", "territory", "found_at"),
        filters=("state", "grade", "kind", "source"),
        facts=(
            "number",
            "state",
            "summary",
            "site",
            "enterprise",
            "place",
            "kind",
            "clause",
            "source",
            "origin",
            "found_at",
            "created_at",
            "late_reason",
            "finder",
            "grade",
            "judging_clause",
            "opinion",
            "responsible",
            "measures",
            "suspended",
            "due_on",
            "ordered_due_on",
            "rectification",
            "cause",
            "cost_yuan",
            "fixer",
            "submitted_at",
            "verifier",
            "rechecked_at",
            "failures",
            "closed_at",
            "earlier",
            "territory",
            "lon",
            "lat",
        ),
        layer=Points(colour_by="state"),
        icon="hand-stop",
    )
)

EXTENSIONS = register(
    Ledger(
        Extension,
        slug="extensions",
        group="hazards",
        columns=("number", "hazard", "was_due_on", "wanted_on", "state", "territory", "created_at"),
        filters=("state",),
        facts=("number", "hazard", "was_due_on", "wanted_on", "why", "measures", "answer", "state", "created_at"),
        icon="clock",
    )
)

LISTINGS = register(
    Ledger(
        Listing,
        slug="listings",
        group="hazards",
        columns=("number", "subject", "rank", "supervisor", "leader", "state", "due_on", "territory", "published_at"),
        filters=("state", "rank"),
        facts=(
            "number",
            "state",
            "subject",
            "hazard",
            "enterprise",
            "rank",
            "clause",
            "supervisor",
            "leader",
            "suspension",
            "measures",
            "due_on",
            "first_due_on",
            "progress_every_d",
            "plan",
            "published_at",
            "published_in",
            "failures",
            "refusal",
            "delisted_at",
            "territory",
            "created_at",
        ),
        icon="pin",
    )
)

LOOK_BACKS = register(
    Ledger(
        LookBack,
        slug="look-backs",
        group="hazards",
        columns=("number", "hazard", "looker", "state", "finding", "territory", "created_at"),
        filters=("state",),
        facts=("number", "hazard", "looker", "state", "finding", "draw", "seed", "territory", "created_at"),
        icon="history",
    )
)

LOOK_BACK_DRAWS = register(
    Ledger(
        LookBackDraw,
        slug="look-back-draws",
        group="hazards",
        columns=("number", "month", "territory", "frame_size", "wanted", "created_at"),
        facts=("number", "month", "territory", "frame_size", "wanted", "commitment", "created_at"),
        order=("-month", "territory"),
        icon="arrows-sort",
    )
)
