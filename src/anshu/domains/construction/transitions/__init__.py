"""How works and permits change. Only these modules write their state."""

from anshu.domains.construction.transitions import loops as loops
from anshu.domains.construction.transitions.permits import (
    apply_permit,
    approve_permit,
    expire_permit,
    finish_permit,
    interrupt_permit,
    measure_gas,
    resume_permit,
    revoke_permit,
    start_permit,
    withdraw_permit,
)
from anshu.domains.construction.transitions.works import (
    begin_work,
    file_work,
    find_work,
    finish_work,
    inspect_work,
    resume_work,
    stop_work,
    withdraw_work,
)

__all__ = [
    "apply_permit",
    "approve_permit",
    "begin_work",
    "expire_permit",
    "file_work",
    "find_work",
    "finish_permit",
    "finish_work",
    "inspect_work",
    "interrupt_permit",
    "measure_gas",
    "resume_permit",
    "resume_work",
    "revoke_permit",
    "start_permit",
    "stop_work",
    "withdraw_permit",
    "withdraw_work",
]
