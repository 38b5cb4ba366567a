"""Who hears of what: the one table by which news travels up from a domain to the domains above it."""

from collections.abc import Mapping

from anshu.domains.enforcement import tasks as enforcement
from anshu.domains.enterprises import tasks as enterprises
from anshu.domains.hazards import tasks as hazards
from anshu.domains.incidents import tasks as incidents
from anshu.domains.inspections import tasks as inspections
from anshu.domains.supervision import tasks as supervision
from anshu.domains.warnings.tasks import calls, grades
from anshu.workflow.outbox import Reaction

"""Verb pattern → reactions, each run once for every such change, in a transaction of its own."""
REACTIONS: Mapping[str, tuple[Reaction, ...]] = {
    "warnings.confirm": (incidents.open_or_absorb, grades.count_alarm),
    "warnings.regrade": (incidents.follow_level,),
    "warnings.recover": (incidents.note_recovery,),
    "warnings.close_alarm": (incidents.note_recovery,),
    "warnings.read_warning": (calls.call_for_warning, grades.count_weather),
    "warnings.supersede": (calls.stop_for_warning, grades.end_weather),
    "warnings.lift": (calls.stop_for_warning, grades.end_weather),
    "warnings.expire_signal": (calls.stop_for_warning, grades.end_weather),
    "warnings.answer_call": (incidents.note_answer,),
    "warnings.knock": (incidents.note_answer,),
    "incidents.assign": (incidents.call_for_task,),
    "incidents.sign_for": (incidents.stop_calling,),
    "incidents.return_task": (incidents.stop_calling,),
    "incidents.stand_down": (incidents.stop_calling,),
    "incidents.close": (incidents.close_alarms,),
    "enterprises.add": (enterprises.follow_file,),
    "enterprises.change": (enterprises.follow_file,),
    "enterprises.complete_self_check": (hazards.open_from_self_check,),
    "hazards.order": (hazards.count_for_grade,),
    "hazards.reopen": (hazards.count_for_grade,),
    "hazards.submit": (hazards.stop_overdue,),
    "hazards.postpone": (hazards.stop_overdue,),
    "hazards.close_out": (hazards.count_no_more,),
    "hazards.void": (hazards.count_no_more,),
    "inspections.sign": (inspections.count_visit,),
    "enforcement.decide": (enforcement.count_penalty,),
    "enforcement.punish_on_the_spot": (enforcement.count_penalty,),
    "enforcement.revoke": (enforcement.count_no_more,),
    "workflow.escalate": (hazards.count_overdue, supervision.draft_for_listing),
    "workflow.letter": (supervision.draft_for_overdue,),
}
