"""How the vault is founded, filled and opened. Only these modules write the state of an opening."""

from anshu.domains.vault.transitions.founding import enrol, found, keep_identity
from anshu.domains.vault.transitions.opening import (
    OPENING_LOOP,
    ask_to_open,
    countersign,
    lapse,
    read,
    refuse_opening,
    review,
)
from anshu.domains.vault.transitions.reading import countersign_with, read_identity

__all__ = [
    "OPENING_LOOP",
    "ask_to_open",
    "countersign",
    "countersign_with",
    "enrol",
    "found",
    "keep_identity",
    "lapse",
    "read",
    "read_identity",
    "refuse_opening",
    "review",
]
