"""Who hears of what: the one table by which news travels up from a domain to the domains above it."""

from collections.abc import Mapping

from anshu.domains.incidents import tasks as incidents
from anshu.domains.supervision import tasks as supervision
from anshu.domains.warnings.tasks import calls
from anshu.workflow.outbox import Reaction

"""Verb pattern → reactions, each run once for every such change, in a transaction of its own."""
REACTIONS: Mapping[str, tuple[Reaction, ...]] = {
    "warnings.confirm": (incidents.open_or_absorb,),
    "warnings.regrade": (incidents.follow_level,),
    "warnings.recover": (incidents.note_recovery,),
    "warnings.close_alarm": (incidents.note_recovery,),
    "warnings.read_warning": (calls.call_for_warning,),
    "warnings.supersede": (calls.stop_for_warning,),
    "warnings.lift": (calls.stop_for_warning,),
    "warnings.expire_signal": (calls.stop_for_warning,),
    "warnings.answer_call": (incidents.note_answer,),
    "warnings.knock": (incidents.note_answer,),
    "incidents.assign": (incidents.call_for_task,),
    "incidents.sign_for": (incidents.stop_calling,),
    "incidents.return_task": (incidents.stop_calling,),
    "incidents.stand_down": (incidents.stop_calling,),
    "incidents.close": (incidents.close_alarms,),
    "workflow.letter": (supervision.draft_for_overdue,),
    "workflow.escalate": (supervision.draft_for_listing,),
}
