"""Tasks that somebody above wants done and looks after until they are (督办), campaigns of many years, letters that get
graver, score cards, who answers for what, what stands behind campaigns, cards of the bypass radar, and how long
filling in takes."""

from anshu.domains.supervision.models.backing import Assistance, Target, Treatment
from anshu.domains.supervision.models.burden import FormTime, RoleDay
from anshu.domains.supervision.models.bypass import BypassCard, BypassRow, pointing_at
from anshu.domains.supervision.models.campaigns import Campaign
from anshu.domains.supervision.models.duties import DutyItem, DutyRule, Meeting, Round
from anshu.domains.supervision.models.letters import Letter, LetterKind, ScoreCard
from anshu.domains.supervision.models.tasks import DateChange, SupervisedTask

__all__ = [
    "Assistance",
    "BypassCard",
    "BypassRow",
    "Campaign",
    "DateChange",
    "DutyItem",
    "DutyRule",
    "FormTime",
    "Letter",
    "LetterKind",
    "Meeting",
    "RoleDay",
    "Round",
    "ScoreCard",
    "SupervisedTask",
    "Target",
    "Treatment",
    "pointing_at",
]
