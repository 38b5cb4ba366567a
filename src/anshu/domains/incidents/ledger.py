"""The registers of incidents, tasks, reports and instructions."""

from anshu.domains.incidents.models import Incident, Instruction, Report, Task
from anshu.ledger.declaration import Ledger, Points, register

INCIDENTS = register(
    Ledger(
        Incident,
        slug="incidents",
        group="incidents",
        columns=(
            "number",
            "title",
            "category",
            "kind",
            "level",
            "state",
            "territory",
            "place",
            "received_at",
            "cleared_at",
        ),
        filters=("state", "level", "category", "kind", "source", "site"),
        facts=(
            "number",
            "title",
            "category",
            "kind",
            "level",
            "state",
            "source",
            "site",
            "place",
            "territory",
            "lon",
            "lat",
            "description",
            "caller",
            "caller_phone",
            "dead",
            "missing",
            "injured",
            "trapped",
            "evacuated",
            "impact_m",
            "occurred_at",
            "discovered_at",
            "received_at",
            "reported_at",
            "sensed_at",
            "warned_at",
            "answered_at",
            "departed_at",
            "arrived_at",
            "cleared_at",
            "merged_into",
            "split_from",
        ),
        layer=Points(colour_by="level", visible=True),
        icon="alert-triangle",
    )
)

TASKS = register(
    Ledger(
        Task,
        slug="tasks",
        group="incidents",
        columns=("number", "incident", "organisation", "team", "order_text", "level", "state", "eta_min", "created_at"),
        filters=("state", "level", "incident", "organisation", "team"),
        facts=(
            "number",
            "incident",
            "organisation",
            "team",
            "order_text",
            "level",
            "state",
            "handler",
            "eta_min",
            "result",
            "territory",
            "created_at",
        ),
        icon="send",
    )
)

REPORTS = register(
    Ledger(
        Report,
        slug="reports",
        group="incidents",
        columns=(
            "number",
            "incident",
            "kind",
            "ordinal",
            "state",
            "direct",
            "drafter",
            "signatory",
            "signed_at",
            "sent_at",
        ),
        filters=("state", "kind", "incident", "direct"),
        facts=(
            "number",
            "incident",
            "kind",
            "ordinal",
            "state",
            "direct",
            "text",
            "jump_reason",
            "drafter",
            "signatory",
            "signed_at",
            "sent_at",
            "created_at",
        ),
        icon="file-text",
    )
)

INSTRUCTIONS = register(
    Ledger(
        Instruction,
        slug="instructions",
        group="incidents",
        columns=("number", "incident", "leader", "words", "organisation", "state", "given_at"),
        filters=("state", "incident", "organisation"),
        facts=(
            "number",
            "incident",
            "leader",
            "words",
            "channel",
            "given_at",
            "organisation",
            "state",
            "feedback",
            "territory",
            "created_at",
        ),
        icon="quote",
    )
)
