"""The registers of supervision."""

from anshu.domains.supervision.models import (
    Assistance,
    BypassCard,
    Campaign,
    DateChange,
    DutyItem,
    DutyRule,
    Letter,
    Meeting,
    Round,
    ScoreCard,
    SupervisedTask,
    Target,
    Treatment,
)
from anshu.ledger.declaration import Ledger, register

GROUP = "supervision"

SUPERVISED_TASKS = register(
    Ledger(
        SupervisedTask,
        slug="supervised-tasks",
        group=GROUP,
        columns=("number", "title", "lead", "state", "due_on", "percent", "source", "issuer", "returned", "created_at"),
        filters=("state", "source", "kind"),
        facts=(
            "number",
            "state",
            "title",
            "result",
            "source",
            "reference",
            "issuer",
            "issued_on",
            "kind",
            "industry",
            "campaign",
            "parent",
            "lead",
            "supporting",
            "due_on",
            "first_due_on",
            "plan",
            "percent",
            "report",
            "reported_at",
            "returned",
            "opinion",
            "concluded_at",
            "consequence",
            "origin",
            "territory",
            "created_at",
        ),
        icon="list-check",
    )
)

LETTERS = register(
    Ledger(
        Letter,
        slug="letters",
        group=GROUP,
        columns=("number", "kind", "unit", "about", "state", "document_number", "answer_due_on", "served_at"),
        filters=("state", "kind"),
        facts=(
            "number",
            "state",
            "document_number",
            "kind",
            "unit",
            "about",
            "text",
            "demand",
            "answer_due_on",
            "skipped",
            "earlier",
            "signer",
            "signed_at",
            "served_at",
            "received_by",
            "answer",
            "answered_at",
            "conclusion",
            "territory",
            "created_at",
        ),
        icon="send",
    )
)

CAMPAIGNS = register(
    Ledger(
        Campaign,
        slug="campaigns",
        group=GROUP,
        columns=("number", "name", "kind", "parent", "lead", "sector", "standing", "starts_on", "ends_on"),
        edit=(
            "number",
            "name",
            "kind",
            "parent",
            "lead",
            "sector",
            "matter",
            "small_cut",
            "starts_on",
            "ends_on",
            "standing",
            "goal",
            "territory",
        ),
        filters=("kind", "standing", "matter", "small_cut"),
        order=("number",),
        icon="target",
    )
)

DATE_CHANGES = register(
    Ledger(
        DateChange,
        slug="date-changes",
        group=GROUP,
        columns=("number", "task", "was_due_on", "wanted_on", "state", "created_at"),
        filters=("state",),
        facts=("number", "state", "task", "was_due_on", "wanted_on", "why", "answer", "created_at"),
        icon="clock",
    )
)

SCORE_CARDS = register(
    Ledger(
        ScoreCard,
        slug="score-cards",
        group=GROUP,
        columns=("number", "unit", "first_on", "last_on", "total", "corrected", "state"),
        filters=("state",),
        facts=("number", "state", "unit", "first_on", "last_on", "total", "reckoning", "appeal", "corrected", "answer"),
        icon="star",
    )
)

DUTY_RULES = register(
    Ledger(
        DutyRule,
        slug="duty-matrix",
        group=GROUP,
        columns=("number", "unit", "role", "kind", "industry", "basis", "territory"),
        edit=("number", "unit", "role", "kind", "industry", "basis", "territory"),
        filters=("role", "kind"),
        order=("number",),
        icon="columns",
    )
)

DUTY_ITEMS = register(
    Ledger(
        DutyItem,
        slug="duty-items",
        group=GROUP,
        columns=("number", "year", "unit", "answerable", "text", "due_on", "done_on"),
        edit=("number", "year", "unit", "answerable", "text", "due_on", "done_on", "proof", "territory"),
        filters=(),
        order=("-year", "number"),
        icon="clipboard-list",
    )
)

MEETINGS = register(
    Ledger(
        Meeting,
        slug="meetings",
        group=GROUP,
        columns=("number", "kind", "held_on", "topic", "chair"),
        edit=("number", "kind", "held_on", "topic", "chair", "minutes", "territory"),
        filters=("kind",),
        order=("-held_on",),
        icon="users",
    )
)

ROUNDS = register(
    Ledger(
        Round,
        slug="rounds",
        group=GROUP,
        columns=("number", "name", "kind", "starts_on", "ends_on", "teams", "checks", "problems", "problems_ordered"),
        edit=(
            "number",
            "name",
            "kind",
            "starts_on",
            "ends_on",
            "teams",
            "checks",
            "problems",
            "problems_ordered",
            "note",
            "territory",
        ),
        filters=("kind",),
        order=("-starts_on",),
        icon="eye",
    )
)

TARGETS = register(
    Ledger(
        Target,
        slug="targets",
        group=GROUP,
        columns=("number", "name", "campaign", "matter", "origin", "wanted", "reached", "counted_in", "assessed_on"),
        edit=(
            "number",
            "name",
            "campaign",
            "matter",
            "origin",
            "unit",
            "wanted",
            "reached",
            "counted_in",
            "due_on",
            "assessed_on",
            "note",
            "territory",
        ),
        filters=("matter", "origin", "campaign"),
        order=("number",),
        icon="gauge",
    )
)

ASSISTANCE = register(
    Ledger(
        Assistance,
        slug="assistance",
        group=GROUP,
        columns=("number", "kind", "receiver", "sender", "purpose", "starts_on", "ends_on", "people", "amount_yuan"),
        edit=(
            "number",
            "kind",
            "receiver",
            "sender",
            "campaign",
            "purpose",
            "starts_on",
            "ends_on",
            "people",
            "full_time",
            "amount_yuan",
            "document_number",
            "territory",
        ),
        filters=("kind", "receiver"),
        order=("-starts_on",),
        icon="send",
    )
)

TREATMENTS = register(
    Ledger(
        Treatment,
        slug="treatments",
        group=GROUP,
        columns=("number", "name", "kind", "site", "campaign", "unit", "starts_on", "finished_on", "territory"),
        edit=(
            "number",
            "name",
            "kind",
            "site",
            "campaign",
            "unit",
            "starts_on",
            "finished_on",
            "cost_yuan",
            "result",
            "territory",
        ),
        filters=("kind", "campaign"),
        icon="clipboard-list",
    )
)

# No column by which people could be ranked: how often something was seen stands in a sentence, which has no order.
BYPASS_CARDS = register(
    Ledger(
        BypassCard,
        slug="bypass-cards",
        group=GROUP,
        columns=("number", "sign", "account", "enterprise", "unit", "figure", "state", "found_at"),
        filters=("state", "sign"),
        facts=(
            "number",
            "state",
            "sign",
            "account",
            "enterprise",
            "unit",
            "figure",
            "innocent",
            "first_on",
            "last_on",
            "territory",
            "found_at",
            "explanation",
            "deed",
            "judge",
            "judged_at",
        ),
        icon="eye",
    )
)
