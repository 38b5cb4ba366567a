"""The registers of warning: rules, alarms, relayed warnings, call-outs and calls. The newest stand first."""

from anshu.domains.warnings.models import Alarm, AlarmGroup, Call, CallOut, Rule, Silence, Warning
from anshu.ledger.declaration import Ledger, Points, register

NEWEST_FIRST = ("-id",)  # ids follow the order of making, and unlike an instant they are indexed

ALARMS = register(
    Ledger(
        Alarm,
        slug="alarms",
        group="warnings",
        columns=("number", "title", "level", "state", "site", "value", "raised_at", "recovered_at", "territory"),
        filters=(
            "state",
            "level",
            "site",
            "channel",
            "rule",
            "blind",
            "incident_id",
            "group",
            "silenced_by",
            "inhibited_by",
        ),
        facts=(
            "number",
            "title",
            "level",
            "highest",
            "state",
            "site",
            "channel",
            "rule",
            "value",
            "peak",
            "sensed_at",
            "raised_at",
            "recovered_at",
            "repeats",
            "blind",
            "why",
            "verdict_reason",
            "judged_at",
            "judged_by",
            "duplicate_of",
            "group",
            "shown_at",
            "silenced_by",
            "inhibited_by",
            "incident_id",
            "territory",
            "lon",
            "lat",
        ),
        order=NEWEST_FIRST,
        layer=Points(colour_by="level", visible=True),
        icon="bell",
    )
)

ALARM_GROUPS = register(
    Ledger(
        AlarmGroup,
        slug="alarm-groups",
        group="warnings",
        columns=("number", "title", "level", "state", "family", "count", "first_at", "last_at", "verdict", "territory"),
        filters=("state", "level", "family", "verdict", "site"),
        facts=(
            "number",
            "title",
            "level",
            "state",
            "family",
            "site",
            "head",
            "count",
            "first_at",
            "last_at",
            "verdict",
            "verdict_level",
            "verdict_reason",
            "judged_at",
            "judged_by",
            "acknowledged_at",
            "acknowledged_by",
            "merged_into",
            "territory",
        ),
        order=NEWEST_FIRST,
        icon="bell",
    )
)

SILENCES = register(
    Ledger(
        Silence,
        slug="silences",
        group="warnings",
        columns=("number", "owner", "reason", "site", "channel", "rule", "quantity", "red_too", "state", "ends_at"),
        filters=("state", "red_too", "rule", "channel", "site"),
        facts=(
            "number",
            "owner",
            "reason",
            "rule",
            "channel",
            "site",
            "quantity",
            "territory",
            "red_too",
            "starts_at",
            "ends_at",
            "ended_at",
            "state",
        ),
        order=NEWEST_FIRST,
        icon="bell",
    )
)

WARNINGS = register(
    Ledger(
        Warning,
        slug="warnings",
        group="warnings",
        columns=("number", "headline", "issuer", "hazard", "level", "state", "sent_at", "expires_at", "door"),
        filters=("state", "level", "issuer", "hazard", "event_code", "door"),
        facts=(
            "number",
            "headline",
            "issuer",
            "hazard",
            "event_code",
            "level",
            "color",
            "action",
            "state",
            "text",
            "instruction",
            "areas",
            "sent_at",
            "starts_at",
            "expires_at",
            "read_at",
            "door",
            "identifier",
            "successor",
            "territory",
        ),
        order=NEWEST_FIRST,
        icon="bell",
    )
)

CALL_OUTS = register(
    Ledger(
        CallOut,
        slug="call-outs",
        group="warnings",
        columns=("number", "organisation", "place", "level", "state", "answered_by", "answered_at", "created_at"),
        filters=("state", "level", "organisation", "cause_id"),
        facts=(
            "number",
            "organisation",
            "place",
            "action",
            "message",
            "level",
            "state",
            "gaps",
            "cause",
            "cause_id",
            "answered_by",
            "answered_at",
            "territory",
            "created_at",
        ),
        order=NEWEST_FIRST,
        icon="phone",
    )
)

CALLS = register(
    Ledger(
        Call,
        slug="calls",
        group="warnings",
        columns=("number", "call_out", "person", "attempt", "step", "channel", "rings_at", "state", "heard_s"),
        filters=("state", "call_out", "person", "channel"),
        facts=(
            "number",
            "call_out",
            "person",
            "attempt",
            "step",
            "channel",
            "rings_at",
            "state",
            "heard_s",
            "remark",
            "territory",
        ),
        order=NEWEST_FIRST,
        icon="phone",
    )
)

RULES = register(
    Ledger(
        Rule,
        slug="rules",
        group="warnings",
        columns=("name", "channel", "quantity", "site_kind", "judged", "version", "active", "verified"),
        edit=(
            "number",
            "name",
            "channel",
            "quantity",
            "site_kind",
            "judged",
            "window_min",
            "direction",
            "conditions",
            "steps",
            "season_from",
            "season_to",
            "weekdays",
            "hours_from",
            "hours_to",
            "low",
            "high",
            "jump",
            "stuck_after_s",
            "gap_after_s",
            "backup",
            "active",
            "basis",
            "verified",
            "territory",
        ),
        filters=("channel", "quantity", "site_kind", "judged", "active", "verified"),
        order=("name",),
        icon="bell",
    )
)
