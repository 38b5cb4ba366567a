"""The memory of readings: a durable log of what came in, last values, quarantine, replay. Channels by number."""

from anshu.telemetry.intake import ChannelFacts, Limits, read_ndjson
from anshu.telemetry.readings import Batch, Intake, Last, Quality, Reason, Receipt, Reject, batch_of
from anshu.telemetry.store import Store

__all__ = [
    "Batch",
    "ChannelFacts",
    "Intake",
    "Last",
    "Limits",
    "Quality",
    "Reason",
    "Receipt",
    "Reject",
    "Store",
    "batch_of",
    "read_ndjson",
]
