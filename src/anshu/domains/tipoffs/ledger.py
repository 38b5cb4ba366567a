"""The registers of tip-offs, in-house rewards and hotline notices."""

from anshu.domains.tipoffs.models import HotlineNotice, InternalReward, TipOff
from anshu.ledger.declaration import Ledger, Points, register

TIP_OFFS = register(
    Ledger(
        TipOff,
        slug="tip-offs",
        group="tipoffs",
        columns=("number", "kind", "place", "reported_name", "state", "unit", "named", "territory", "received_at"),
        filters=("state", "kind", "channel", "outcome", "deaths_alleged", "retaliation"),
        facts=(
            "number",
            "state",
            "kind",
            "channel",
            "text",
            "place",
            "reported_name",
            "enterprise",
            "reported_unit",
            "named",
            "insider",
            "deaths_alleged",
            "retaliation",
            "received_at",
            "accepted_at",
            "earlier",
            "transferred_to",
            "unit",
            "complex",
            "verifier",
            "verified_at",
            "outcome",
            "finding",
            "hazard",
            "answer",
            "replied_at",
            "satisfied",
            "reopened",
            "complaint",
            "ground",
            "fine_yuan",
            "deaths",
            "grade",
            "reward_yuan",
            "reckoning",
            "proposer",
            "approver",
            "approved_at",
            "paid_at",
            "receipt",
            "territory",
        ),
        layer=Points(colour_by="state"),
        icon="speakerphone",
    )
)

INTERNAL_REWARDS = register(
    Ledger(
        InternalReward,
        slug="internal-rewards",
        group="enterprises",
        columns=("number", "enterprise", "month", "reports", "rewarded", "paid_yuan", "territory"),
        edit=("number", "enterprise", "month", "reports", "rewarded", "paid_yuan", "note", "territory"),
        filters=(),
        order=("-month",),
        icon="users",
    )
)

HOTLINE_NOTICES = register(
    Ledger(
        HotlineNotice,
        slug="hotline-notices",
        group="tipoffs",
        columns=("number", "place", "posted_on", "notices", "hotline", "unit", "removed_on", "territory"),
        edit=("number", "place", "posted_on", "notices", "hotline", "unit", "removed_on", "territory", "lon", "lat"),
        order=("-posted_on",),
        icon="phone",
    )
)
