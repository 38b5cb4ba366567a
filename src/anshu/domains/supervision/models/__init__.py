"""Tasks that somebody above wants done and looks after until they are (督办), campaigns of many years, letters that get
graver, score cards, and who answers for what."""

from anshu.domains.supervision.models.campaigns import Campaign
from anshu.domains.supervision.models.duties import DutyItem, DutyRule, Meeting, Round
from anshu.domains.supervision.models.letters import Letter, LetterKind, ScoreCard
from anshu.domains.supervision.models.tasks import DateChange, SupervisedTask

__all__ = [
    "Campaign",
    "DateChange",
    "DutyItem",
    "DutyRule",
    "Letter",
    "LetterKind",
    "Meeting",
    "Round",
    "ScoreCard",
    "SupervisedTask",
]
