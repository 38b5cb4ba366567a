"""The registers of checklists, visits, confiscations, plans, draws, officers' licences, recusals, field conflicts."""

from anshu.domains.inspections.models import (
    Checklist,
    Confiscation,
    Draw,
    FieldConflict,
    InspectionPlan,
    OfficerLicence,
    Recusal,
    Visit,
)
from anshu.ledger.declaration import Ledger, Points, register

VISITS = register(
    Ledger(
        Visit,
        slug="visits",
        group="inspections",
        columns=(
            "number",
            "site",
            "kind",
            "state",
            "planned_on",
            "lead",
            "second",
            "found_count",
            "score_percent",
            "territory",
        ),
        filters=("state", "kind"),
        facts=(
            "number",
            "site",
            "enterprise",
            "kind",
            "checklist",
            "planned_on",
            "lead",
            "second",
            "companions",
            "plan",
            "draw",
            "announced_at",
            "started_at",
            "starter",
            "away_m",
            "submitted_at",
            "score_percent",
            "passed_count",
            "found_count",
            "out_count",
            "remarks",
            "signer",
            "refused_to_sign",
            "witness",
            "signed_at",
            "closed_at",
            "territory",
            "lon",
            "lat",
        ),
        layer=Points(colour_by="state"),
        icon="clipboard-list",
    )
)

CHECKLISTS = register(
    Ledger(
        Checklist,
        slug="checklists",
        group="inspections",
        columns=("number", "title", "field", "domain_class", "department", "item_count", "state", "published_at"),
        filters=("state", "domain_class"),
        facts=(
            "number",
            "title",
            "code",
            "version",
            "field",
            "domain_class",
            "department",
            "uses",
            "licence_field",
            "item_count",
            "source",
            "digest",
            "published_at",
            "retired_at",
            "territory",
        ),
        icon="list-check",
    )
)

PLANS = register(
    Ledger(
        InspectionPlan,
        slug="inspection-plans",
        group="inspections",
        columns=("number", "name", "starts_on", "ends_on", "frame_size", "key_count", "state", "territory"),
        filters=("state",),
        facts=(
            "number",
            "name",
            "starts_on",
            "ends_on",
            "checklist",
            "random_percent",
            "document",
            "approved_at",
            "frame_size",
            "key_count",
            "frame_hash",
            "conclusion",
            "closed_at",
            "territory",
        ),
        icon="report",
    )
)

DRAWS = register(
    Ledger(
        Draw,
        slug="draws",
        group="inspections",
        columns=("number", "plan", "wanted", "state", "revealed_at", "published_at", "territory"),
        filters=("state",),
        facts=(
            "number",
            "plan",
            "wanted",
            "commitment",
            "frame_hash",
            "result_hash",
            "replaces",
            "why_again",
            "revealed_at",
            "published_at",
            "published_in",
            "territory",
        ),
        icon="arrows-sort",
    )
)

LICENCES = register(
    Ledger(
        OfficerLicence,
        slug="officer-licences",
        group="inspections",
        columns=("number", "person", "valid_from", "valid_until", "fields", "issuer", "territory"),
        edit=("number", "person", "valid_from", "valid_until", "fields", "issuer", "territory"),
        icon="user-check",
    )
)

RECUSALS = register(
    Ledger(
        Recusal,
        slug="recusals",
        group="inspections",
        columns=("number", "person", "enterprise", "ground", "since", "until", "territory"),
        edit=("number", "person", "enterprise", "ground", "since", "until", "territory"),
        icon="hand-stop",
    )
)

CONFLICTS = register(
    Ledger(
        FieldConflict,
        slug="field-conflicts",
        group="inspections",
        columns=("number", "label", "about", "kind", "sender", "made_at", "state", "territory"),
        filters=("state", "kind"),
        facts=(
            "number",
            "label",
            "about",
            "kind",
            "standing",
            "sent",
            "sender",
            "made_at",
            "kept",
            "note",
            "territory",
        ),
        icon="arrows-sort",
    )
)

CONFISCATIONS = register(
    Ledger(
        Confiscation,
        slug="confiscations",
        group="inspections",
        columns=("number", "kind", "what", "quantity", "unit", "taken_on", "place", "visit", "disposal"),
        edit=(
            "number",
            "kind",
            "what",
            "quantity",
            "unit",
            "taken_on",
            "place",
            "visit",
            "receipt",
            "disposal",
            "territory",
        ),
        filters=("kind",),
        order=("-taken_on",),
        icon="packages",
    )
)
