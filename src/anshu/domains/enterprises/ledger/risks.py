"""The registers of risks and studies of them, declarations, grades and lists."""

from anshu.domains.enterprises.models import (
    GradeEvent,
    GradeOverride,
    ListEntry,
    RiskArea,
    RiskDeclaration,
    RiskPoint,
    RiskStudy,
)
from anshu.ledger.declaration import Ledger, Points, register

DECLARATIONS = register(
    Ledger(
        RiskDeclaration,
        slug="declarations",
        group="enterprises",
        columns=("number", "enterprise", "state", "risk_color", "submitted_at", "reviewed_at", "again_on", "territory"),
        facts=(
            "number",
            "enterprise",
            "nothing_to_declare",
            "risk_color",
            "opinion",
            "submitted_at",
            "reviewed_at",
            "again_on",
            "territory",
            "created_at",
        ),
        filters=("state", "risk_color"),
        icon="clipboard-list",
    )
)

RISK_POINTS = register(
    Ledger(
        RiskPoint,
        slug="risk-points",
        group="enterprises",
        columns=("number", "name", "threat", "risk_color", "score", "state", "enterprise", "responsible", "territory"),
        facts=(
            "number",
            "name",
            "enterprise",
            "site",
            "area",
            "place",
            "threat",
            "method",
            "likelihood",
            "exposure",
            "severity",
            "score",
            "risk_color",
            "basis",
            "measures",
            "responsible",
            "assessed_on",
            "territory",
            "lon",
            "lat",
        ),
        filters=("risk_color", "state", "threat"),
        layer=Points(colour_by="risk_color"),
        icon="target",
    )
)

RISK_AREAS = register(
    Ledger(
        RiskArea,
        slug="risk-areas",
        group="enterprises",
        columns=("number", "name", "threat", "risk_color", "state", "sponsor", "unit", "visited_at", "territory"),
        facts=(
            "number",
            "name",
            "threat",
            "point",
            "site",
            "risk_color",
            "color_reason",
            "sponsor",
            "unit",
            "measures",
            "visited_at",
            "outcome",
            "territory",
            "lon",
            "lat",
        ),
        filters=("state", "threat", "risk_color"),
        layer=Points(colour_by="risk_color"),
        icon="polygon",
    )
)

GRADE_EVENTS = register(
    Ledger(
        GradeEvent,
        slug="grade-events",
        group="enterprises",
        columns=("number", "enterprise", "kind", "summary", "began_at", "ended_at", "territory"),
        edit=("number", "enterprise", "kind", "summary", "weight", "began_at", "territory"),
        filters=("kind",),
        order=("-began_at",),
        icon="activity",
    )
)

GRADE_OVERRIDES = register(
    Ledger(
        GradeOverride,
        slug="grade-overrides",
        group="enterprises",
        columns=("number", "enterprise", "risk_color", "reason", "until_on", "state", "territory"),
        filters=("state",),
        icon="hand-stop",
    )
)

LISTS = register(
    Ledger(
        ListEntry,
        slug="lists",
        group="enterprises",
        columns=("number", "kind", "enterprise", "basis", "from_on", "until_on", "state", "territory"),
        facts=(
            "number",
            "kind",
            "enterprise",
            "basis",
            "reason",
            "from_on",
            "until_on",
            "people_count",
            "published_at",
            "published_in",
            "territory",
        ),
        filters=("kind", "state"),
        icon="list-check",
    )
)

RISK_STUDIES = register(
    Ledger(
        RiskStudy,
        slug="risk-studies",
        group="enterprises",
        columns=("number", "title", "kind", "field", "made_on", "unit", "points", "territory"),
        edit=("number", "title", "kind", "field", "made_on", "unit", "points", "conclusion", "territory"),
        filters=("kind", "field"),
        order=("-made_on",),
        icon="report",
    )
)
