"""The living grade in words: why an enterprise has its colour, as a list that adds up."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from anshu.domains.enterprises import queries
from anshu.domains.enterprises.models import Enterprise, GradeEvent, GradeOverride
from anshu.domains.enterprises.queries.packs import grade_table
from anshu.domains.enterprises.rules.colors import CODES
from anshu.domains.enterprises.rules.living_grade import Reason
from anshu.domains.places.models import Site
from anshu.workflow import rules

LIMIT = _("limit on what may be taken off")
BASE = _("grade by review")


@dataclass(frozen=True)
class Line:
    """One reason: what kind of thing, in words, since when, how many points."""

    kind: str
    words: str
    began_at: datetime | None
    points: Decimal


@dataclass(frozen=True)
class Explained:
    """A grade with its lines, the colour reckoned from them, from how many points each colour begins, the grade set by
    hand if there is one, and the basis of it all."""

    lines: tuple[Line, ...]
    points: Decimal
    reckoned: str
    ladder: tuple[tuple[str, float], ...]
    override: GradeOverride | None
    basis: str


def explained(enterprise: Enterprise) -> Explained:
    """The grade of an enterprise now, with every reason."""
    grade = queries.grade_of(enterprise)
    ladder = sorted(grade_table().ladder.items(), key=lambda step: step[1])
    return Explained(
        lines=tuple(_line(enterprise, reason) for reason in grade.reasons),
        points=grade.points,
        reckoned=CODES[grade.color],
        ladder=tuple((CODES[name], first) for name, first in ladder),
        override=queries.override_of(enterprise),
        basis=rules.told(rules.at("living_grade/ladder").basis),
    )


def _line(enterprise: Enterprise, reason: Reason) -> Line:
    if reason.kind == "base":
        color = str(Site.Color(enterprise.base_color).label)
        return Line(str(BASE), color, None, reason.points)
    if reason.kind == "limit":
        return Line(str(LIMIT), "", None, reason.points)
    return Line(str(GradeEvent.Kind(reason.kind).label), reason.words, reason.began_at, reason.points)
