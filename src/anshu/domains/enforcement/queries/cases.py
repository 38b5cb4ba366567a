"""What the law and the rule packs say of one case: the range of its fine, its band, its windows, what is owed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anshu.domains.enforcement.models import Case
from anshu.domains.enforcement.rules import Band, band_of, limitation_ends, owed
from anshu.kernel import clock
from anshu.kernel.working_days import shipped_calendar
from anshu.ledger.papers import papers_of
from anshu.workflow import rules

"""What a file is made of: kind of document → what it is called."""
FILED: Mapping[str, str | Promise] = {
    "case_opening_approval": _("approval to open a case"),
    "penalty_notice": _("notice of an intended penalty"),
    "penalty_decision": _("decision on an administrative penalty"),
    "delivery_receipt": _("receipt of delivery"),
    "case_closing_approval": _("approval to close a case"),
    "file_cover": _("cover of a case file"),
    "file_contents": _("contents of a case file"),
    "summary_penalty_decision": _("decision on the spot"),
}
"""What every file must hold before it is put away; one of each group is enough."""
FILE = (
    ("case_opening_approval",),
    ("penalty_notice", "hearing_rights_notice"),
    ("penalty_decision",),
    ("delivery_receipt",),
    ("case_closing_approval",),
    ("file_cover",),
    ("file_contents",),
)
FILE_ON_THE_SPOT = (("summary_penalty_decision",),)


def range_of(case: Case) -> tuple[Decimal, Decimal]:
    """The least and the most that the law allows for the matter (yuan), as it stood when the breach was done."""
    rule = rules.at(f"discretion/{case.matter}", _noon(case.occurred_on))
    return Decimal(str(rule.number("least_yuan"))), Decimal(str(rule.number("most_yuan")))


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))  # noqa: DTZ001  # made aware here


def band(case: Case, factors: Iterable[str]) -> Band:
    """The band that the circumstances lead to."""
    lighter, heavier = (frozenset(map(str, rules.at(f"discretion/{side}").items())) for side in ("lighter", "heavier"))
    parting = rules.at("discretion/parting")
    shares = (Decimal(str(parting.number("light_percent"))), Decimal(str(parting.number("heavy_percent"))))
    given = frozenset(factors)
    return band_of(*range_of(case), shares, given & lighter, given & heavier)


def amount_for_hearing(case: Case) -> Decimal:
    """The fine from which the party may ask for a hearing (yuan)."""
    return Decimal(str(rules.at("penalty_clocks/hearing_from").number(case.party_kind)))


def may_be_heard(case: Case) -> bool:
    """Whether the party may ask for a hearing: a large fine, or any penalty beside it (行政处罚法 63)."""
    return (case.fine_yuan or 0) >= amount_for_hearing(case) or bool(case.other_penalty)


def window_rule(case: Case) -> str:
    """The rule (`pack/key`) of the time that the party has: to ask to be heard, or to make a statement."""
    return "documents/term.hearing_request" if may_be_heard(case) else "documents/term.statement"


def window_ends(case: Case) -> datetime | None:
    """Until when the party may speak before it is decided: to be heard, or to make a statement."""
    if case.notified_at is None:
        return None
    limit = rules.at(window_rule(case), case.notified_at).limit()
    return shipped_calendar().deadline(case.notified_at, limit, timezone.get_default_timezone())


def limitation_rule(case: Case) -> str:
    """The rule (`pack/key`) of the years within which the breach can be punished."""
    return f"penalty_clocks/limitation{'_harm' if case.harmed else ''}_y"


def limitation_ends_on(case: Case) -> date:
    """The last day on which the breach can still be taken up."""
    return limitation_ends(case.occurred_on, int(rules.at(limitation_rule(case)).number()))


def owed_on(case: Case, day: date | None = None) -> Decimal:
    """What is still to be paid on a day (today), surcharge included (yuan)."""
    if case.fine_yuan is None or case.pay_by is None:
        return Decimal(0)
    percent = Decimal(str(rules.at("documents/term.surcharge_percent").number()))
    return owed(case.fine_yuan, case.paid_yuan, case.pay_by, day or timezone.localdate(clock.now()), percent)


def papers_missing(case: Case) -> list[str]:
    """The kinds of document that the file still lacks; where one of several is enough, the first is named."""
    held = set(papers_of(case).values_list("kind", flat=True))
    wanted = FILE_ON_THE_SPOT if case.procedure == Case.Procedure.SUMMARY else FILE
    return [group[0] for group in wanted if not held & set(group)]
