"""The registers of papers that run out, of insurance, services and self-checks."""

from anshu.domains.enterprises.models import Certificate, Policy, SelfCheck, Service, Standardisation, WorkerReward
from anshu.ledger.declaration import Ledger, register

CERTIFICATES = register(
    Ledger(
        Certificate,
        slug="certificates",
        group="enterprises",
        columns=("number", "kind", "bearer", "enterprise", "expires_on", "state", "issuer", "territory"),
        edit=(
            "number",
            "enterprise",
            "kind",
            "bearer",
            "asset",
            "rank",
            "issuer",
            "issued_on",
            "expires_on",
            "territory",
        ),
        facts=(
            "number",
            "kind",
            "bearer",
            "asset",
            "rank",
            "enterprise",
            "issuer",
            "issued_on",
            "expires_on",
            "territory",
        ),
        filters=("kind", "state"),
        order=("expires_on",),
        icon="file-text",
    )
)

STANDARDISATIONS = register(
    Ledger(
        Standardisation,
        slug="standardisations",
        group="enterprises",
        columns=("number", "enterprise", "rank", "score", "state", "reviewed_on", "accepted_on", "territory"),
        facts=(
            "number",
            "enterprise",
            "rank",
            "score",
            "online",
            "reviewed_on",
            "accepted_on",
            "opinion",
            "territory",
            "created_at",
        ),
        filters=("state", "rank"),
        icon="shield-check",
    )
)

POLICIES = register(
    Ledger(
        Policy,
        slug="policies",
        group="enterprises",
        columns=("number", "enterprise", "kind", "insurer", "sum_insured_yuan", "premium_yuan", "ends_on", "state"),
        edit=(
            "number",
            "enterprise",
            "kind",
            "insurer",
            "starts_on",
            "ends_on",
            "sum_insured_yuan",
            "base_premium_yuan",
            "premium_yuan",
            "insured_people",
            "territory",
        ),
        facts=(
            "number",
            "enterprise",
            "kind",
            "insurer",
            "starts_on",
            "ends_on",
            "sum_insured_yuan",
            "base_premium_yuan",
            "premium_yuan",
            "factors",
            "insured_people",
            "territory",
        ),
        filters=("kind", "state"),
        order=("ends_on",),
        icon="shield",
    )
)

SERVICES = register(
    Ledger(
        Service,
        slug="services",
        group="enterprises",
        columns=("number", "kind", "enterprise", "served_on", "server", "people_count", "territory"),
        edit=(
            "number",
            "enterprise",
            "kind",
            "served_on",
            "server",
            "policy",
            "problem",
            "answer",
            "people_count",
            "territory",
        ),
        filters=("kind",),
        order=("-served_on",),
        icon="users",
    )
)

SELF_CHECKS = register(
    Ledger(
        SelfCheck,
        slug="self-checks",
        group="enterprises",
        columns=("number", "enterprise", "from_on", "due_on", "state", "findings", "checker", "done_at", "territory"),
        facts=(
            "number",
            "enterprise",
            "from_on",
            "due_on",
            "findings",
            "checker",
            "done_at",
            "territory",
        ),
        filters=("state",),
        order=("-due_on",),
        icon="list-check",
    )
)

WORKER_REWARDS = register(
    Ledger(
        WorkerReward,
        slug="worker-rewards",
        group="enterprises",
        columns=("number", "enterprise", "paid_on", "worker", "found", "paid_yuan", "territory"),
        edit=("enterprise", "paid_on", "worker", "found", "paid_yuan"),
        order=("-paid_on",),
        icon="users",
    )
)
