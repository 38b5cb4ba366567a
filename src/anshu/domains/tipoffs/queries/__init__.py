"""Questions about tip-offs and in-house rewards."""

from anshu.domains.tipoffs.queries.codes import digest, ticket_for, tip_off_for
from anshu.domains.tipoffs.queries.figures import (
    accuracy,
    internal_reward_coverage_rate,
    internal_reward_enterprises,
    public_report_verification_rate,
    public_reports_received,
    rewards_paid_yuan,
    verification_days,
)
from anshu.domains.tipoffs.queries.likeness import others_told

__all__ = [
    "accuracy",
    "digest",
    "internal_reward_coverage_rate",
    "internal_reward_enterprises",
    "others_told",
    "public_report_verification_rate",
    "public_reports_received",
    "rewards_paid_yuan",
    "ticket_for",
    "tip_off_for",
    "verification_days",
]
