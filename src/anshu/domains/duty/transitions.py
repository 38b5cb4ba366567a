"""A shift from the roster to the signed handover. Nobody leaves the watch while something lies unread or unanswered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.duty import queries
from anshu.domains.duty.models import Shift
from anshu.domains.people.models import Person
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow.clocks import WORK
from anshu.workflow.loop import Limit, Loop, declare
from anshu.workflow.transitions import opening, transition

SHIFT_LOOP = declare(
    Loop(
        Shift,
        title=_("shift"),
        owner={
            Shift.State.PLANNED: _("duty officer of the shift"),
            Shift.State.ON_DUTY: _("duty officer of the shift"),
            Shift.State.HANDING_OVER: _("the next duty officer"),
        },
        limit={
            Shift.State.PLANNED: Limit("duty/begin", start=lambda shift: shift.starts_at, asks="begin"),
            Shift.State.ON_DUTY: Limit("duty/hand_over", start=lambda shift: shift.ends_at, asks="prepare_handover"),
            Shift.State.HANDING_OVER: Limit("duty/sign_in", asks="sign_out"),
        },
        ends=frozenset({Shift.State.HANDED_OVER}),
        mine=lambda account: lambda shift: account.pk in (shift.officer.account_id, shift.leader.account_id),
    )
)


@opening(to=Shift.State.PLANNED, title=_("plan a shift"))
def plan_shift(
    *, by: Actor, starts_at: datetime, ends_at: datetime, officer: Person, leader: Person, territory: str = ""
) -> Shift:
    """Two different people, neither on leave nor on another shift at that hour; an area has one shift at a time."""
    if ends_at <= starts_at:
        raise Invalid(_("a shift ends after it begins"), field="ends_at")
    if officer == leader:
        raise Invalid(_("officer and leader are two persons"), field="leader")
    for name, person in (("officer", officer), ("leader", leader)):
        _refuse_absent(person, starts_at, ends_at, name)
    territory = territory or officer.territory
    meeting = Shift.objects.filter(starts_at__lt=ends_at, ends_at__gt=starts_at, exercise=False)
    if (other := meeting.filter(territory=territory).first()) is not None:
        raise Refused(_("shift %(number)s covers these hours already"), number=other.number, code="overlap")
    if (other := meeting.filter(officer=officer).first()) is not None:
        raise Refused(
            _("%(person)s has shift %(number)s at that hour"), person=officer, number=other.number, code="officer_busy"
        )
    return Shift(starts_at=starts_at, ends_at=ends_at, officer=officer, leader=leader, territory=territory)


def _refuse_absent(person: Person, starts_at: datetime, ends_at: datetime, name: str) -> None:
    first, last = timezone.localtime(starts_at).date(), timezone.localtime(ends_at).date()
    if person.leave_from and person.leave_from <= last and (person.leave_until is None or person.leave_until >= first):
        raise Invalid(_("%(person)s is on leave"), field=name, person=person)


@transition(Shift.State.PLANNED, title=_("substitute"))
def substitute(
    shift: Shift, *, by: Actor, officer: Person | None = None, leader: Person | None = None, reason: str = ""
) -> None:
    """Somebody else takes the shift, approved by whoever does this and with the reason kept."""
    if not reason.strip():
        raise Invalid(_("say why"), field="reason")
    shift.officer, shift.leader = officer or shift.officer, leader or shift.leader
    if shift.officer_id == shift.leader_id:
        raise Invalid(_("officer and leader are two persons"), field="leader")
    for name, person in (("officer", shift.officer), ("leader", shift.leader)):
        _refuse_absent(person, shift.starts_at, shift.ends_at, name)


@transition(Shift.State.PLANNED, to=Shift.State.ON_DUTY, title=_("begin"))
def begin(shift: Shift, *, by: Actor) -> None:
    """Take the watch when nobody has it; otherwise it is taken by signing for the shift before."""
    holder = Shift.objects.filter(
        state__in=queries.WATCHING, territory=shift.territory, exercise=shift.exercise
    ).first()
    if holder is not None:
        raise Refused(
            _("%(number)s still has the watch: it must be handed over and signed for"),
            number=holder.number,
            code="held",
        )


@transition(Shift.State.ON_DUTY, Shift.State.HANDING_OVER, to=Shift.State.HANDING_OVER, title=_("prepare the handover"))
def prepare_handover(shift: Shift, *, by: Actor) -> dict[str, Any]:
    """Draw up the sheet of everything that is open now; answers already given are kept, a signature is not."""
    known = {item["key"]: item.get("answer", "") for item in shift.sheet.get("items", ())}
    shift.sheet = _sheet(shift, known)
    shift.signed_out_at = None
    return {"items": len(shift.sheet["items"])}


def _sheet(shift: Shift, answers: Mapping[str, str]) -> dict[str, Any]:
    items = [item.data | {"answer": answers.get(item.key, "")} for item in queries.open_items(shift)]
    return {"drawn_at": clock.now().isoformat(), "items": items}


@transition(Shift.State.HANDING_OVER, title=_("sign as the one who leaves"))
def sign_out(shift: Shift, *, by: Actor, answers: dict[str, str] | None = None, remarks: str = "") -> None:
    """The officer or leader of the shift signs: nothing unread, no alarm without a verdict, and for every open item of
    this minute an answer, either `carried` or a remark."""
    _require_one_of(by, (shift.officer, shift.leader))
    if unread := queries.unread_warnings(shift).count():
        raise Refused(_("%(count)d warnings have not been read"), count=unread, code="unread_warnings")
    if unjudged := queries.unjudged_alarms(shift).count():
        raise Refused(_("%(count)d alarms have no verdict"), count=unjudged, code="unjudged_alarms")
    known = {item["key"]: item.get("answer", "") for item in shift.sheet.get("items", ())}
    shift.sheet = _sheet(shift, known | {key: answer.strip() for key, answer in (answers or {}).items()})
    if silent := [item["label"] for item in shift.sheet["items"] if not item["answer"]]:
        raise Refused(
            _("%(count)d open items have no answer, the first is %(first)s"),
            count=len(silent),
            first=silent[0],
            code="unanswered_items",
        )
    shift.remarks = remarks or shift.remarks
    shift.signed_out_at = clock.now()


@transition(Shift.State.HANDING_OVER, to=Shift.State.HANDED_OVER, title=_("sign as the one who comes"))
def sign_in(shift: Shift, *, by: Actor, successor: Shift) -> dict[str, Any]:
    """The officer or leader of the next shift, who is not the one who leaves, signs for the sheet and has the watch."""
    coming = Shift.objects.get(pk=successor.pk)
    if shift.signed_out_at is None:
        raise Refused(_("the one who leaves has not signed yet"), code="not_signed_out")
    if coming.territory != shift.territory or coming.starts_at < shift.starts_at or coming.exercise != shift.exercise:
        raise Refused(_("%(number)s does not follow this shift"), number=coming.number, code="no_successor")
    if coming.officer_id == shift.officer_id:
        raise Refused(_("the watch is handed to another person"), code="same_person")
    _require_one_of(by, (coming.officer, coming.leader))
    shift.signed_in_at = clock.now()
    take_over(coming, by=WORK, predecessor=shift)
    return {"successor": coming}


@transition(Shift.State.PLANNED, to=Shift.State.ON_DUTY, title=_("take over"))
def take_over(shift: Shift, *, by: Actor, predecessor: Shift) -> None:
    """The other half of a handover: what the sheet carried is this shift's from now on."""
    carried = [item for item in predecessor.sheet.get("items", ()) if item["answer"]]
    shift.sheet = {"taken_over_from": predecessor.number, "carried": carried}


def _require_one_of(by: Actor, people: tuple[Person, ...]) -> None:
    """The signature must be that of one of these; a person without an account is known by name."""
    account = account_of(by)
    for person in people:
        if account is not None and (
            person.account_id == account.pk or (person.account_id is None and person.name == account.name)
        ):
            return
    raise Refused(
        _("only %(people)s can sign here"), people="、".join(str(person) for person in people), code="not_the_signatory"
    )
