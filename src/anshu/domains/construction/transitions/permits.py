"""Work permits: applied for, gas tested, approved, worked under, ended. What is not ended runs out by itself."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.construction.models import MinorWork, WorkPermit
from anshu.domains.construction.queries import packs
from anshu.domains.construction.rules.permits import HOT_WORK, raised, still_counts
from anshu.domains.enterprises.models import Enterprise, GradeEvent, within
from anshu.domains.enterprises.transitions import end_events, note_event
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks, rules
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import opening, transition

State = WorkPermit.State
Kind = WorkPermit.Kind
WHY = {"night": _("at night"), "holiday": _("on a day off")}


@opening(to=State.APPLIED, title=_("apply for a work permit"))
def apply_permit(
    *,
    by: Actor,
    enterprise: Enterprise,
    kind: WorkPermit.Kind,
    summary: str,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    applicant: str,
    guardian: str,
    measures: str,
    rank: str = "",
    size: float | None = None,
    workers: int = 1,
    work: MinorWork | None = None,
) -> WorkPermit:
    """One work at one place and time, with somebody on watch. Hot work names its level (special, 1, 2), which night and
    days off raise; that of work at height and of lifting follows from height (m) or weight (t)."""
    for field, text in (("summary", summary), ("place", place), ("measures", measures)):
        if not text.strip():
            raise Invalid(_("say what is done where, and what keeps people safe"), field=field)
    for field, text in (("applicant", applicant), ("guardian", guardian)):
        if not text.strip():
            raise Invalid(_("name who applies and who is on watch"), field=field)
    if ends_at <= max(starts_at, clock.now()):
        raise Invalid(_("it ends after it begins, and not in the past"), field="ends_at")
    rank, why = _rank(kind, rank, size, starts_at, ends_at)
    if ends_at > packs.ends_by(starts_at, kind, rank):
        longest = packs.longest(kind, rank)
        raise Invalid(_("a permit of this kind and level holds for at most %(limit)s"), field="ends_at", limit=longest)
    return WorkPermit(
        enterprise=enterprise,
        work=work,
        kind=kind,
        rank=rank,
        raised=why,
        size=size,
        summary=summary.strip(),
        place=place.strip(),
        measures=measures.strip(),
        applicant=applicant.strip(),
        guardian=guardian.strip(),
        workers=workers,
        starts_at=starts_at,
        ends_at=ends_at,
        basis=rules.told(rules.at("work_permits/longest").basis),
        **within(enterprise),
    )


def _rank(kind: str, rank: str, size: float | None, starts_at: datetime, ends_at: datetime) -> tuple[str, str]:
    """The level of the work, and why it was raised, if it was."""
    if kind == Kind.HOT_WORK:
        if rank not in HOT_WORK:
            raise Invalid(_("say the level of the hot work: special, 1 or 2"), field="rank")
        reasons = packs.raised_by(starts_at, ends_at)
        return (raised(rank), "、".join(str(WHY[name]) for name in sorted(reasons))) if reasons else (rank, "")
    if kind in (Kind.HEIGHT, Kind.LIFTING):
        if size is None or size <= 0:
            raise Invalid(_("say the height in metres, or the weight in tonnes"), field="size")
        return packs.rank_of(kind, size), ""
    return "", ""


@transition(State.APPLIED, State.TESTED, State.APPROVED, State.WORKING, State.INTERRUPTED, title=_("gas test"))
def measure_gas(
    permit: WorkPermit,
    *,
    by: Actor,
    tester: str,
    oxygen_percent: float,
    combustible_percent: float,
    low_limit: bool = False,
    toxic_ok: bool = True,
) -> dict[str, object]:
    """Readings of oxygen and combustible gas (per cent by volume); `low_limit`: its explosive limit lies below 4 %.
    A test that fails is kept as well, and takes the permit back, or stops the work."""
    if not tester.strip():
        raise Invalid(_("say who tested"), field="tester")
    for field, value in (("oxygen_percent", oxygen_percent), ("combustible_percent", combustible_percent)):
        if not 0 <= value <= 100:
            raise Invalid(_("a share lies between 0 and 100 %%"), field=field)
    limits, now = packs.gas_limits(), clock.now()
    passed = limits.passes(oxygen_percent, combustible_percent, low_limit=low_limit, toxic_ok=toxic_ok)
    test = {"at": now.isoformat(), "tester": tester.strip(), "oxygen": oxygen_percent, "passed": passed}
    permit.tests = [*permit.tests, test | {"combustible": combustible_percent, "toxic_ok": toxic_ok}]
    if passed:
        permit.tested_at = now
        permit.state = State.TESTED if permit.state == State.APPLIED else permit.state
    elif permit.state in (State.WORKING, State.INTERRUPTED):
        permit.state, permit.interrupted_at = State.INTERRUPTED, permit.interrupted_at or now
        permit.tested_at = None
    else:
        permit.state, permit.tested_at = State.APPLIED, None
    return {"passed": passed}


@transition(State.APPLIED, State.TESTED, to=State.APPROVED, title=_("approve the permit"))
def approve_permit(permit: WorkPermit, *, by: Actor, approver: str) -> None:
    """Approved by somebody else than who applied and who is on watch, after the gas test where one is needed."""
    if approver.strip() in ("", permit.applicant, permit.guardian):
        raise Invalid(_("somebody else than the applicant and the person on watch approves it"), field="approver")
    if packs.needs_test(permit) and permit.state != State.TESTED:
        raise Refused(_("gas is tested first"), code="no_test")
    permit.approver = approver.strip()


def _count(permit: WorkPermit) -> None:
    """Dangerous work counts towards the living grade while it goes on."""
    if permit.state == State.WORKING and packs.dangerous(permit):
        note_event(
            by=WORK,
            enterprise=permit.enterprise,
            kind=GradeEvent.Kind.DANGEROUS_WORK,
            summary=f"{permit.number} {permit}",
            cause=permit,
            lasts=True,
        )


def _count_no_more(permit: WorkPermit) -> None:
    end_events(by=WORK, cause=permit)


@transition(State.APPROVED, to=State.WORKING, title=_("begin to work"), then=_count)
def start_permit(permit: WorkPermit, *, by: Actor) -> None:
    """Within the time of the permit, with a gas test that is not too old; from now on its validity runs."""
    now = clock.now()
    if not permit.starts_at <= now < permit.ends_at:
        raise Refused(_("the permit is for another time"), code="not_now")
    _refuse_unraised(permit, now)
    if packs.needs_test(permit) and not still_counts(permit.tested_at, now, packs.gas_counts_min()):
        raise Refused(
            _("gas was tested more than %(minutes)d minutes ago: test again"),
            minutes=packs.gas_counts_min(),
            code="test_too_old",
        )
    permit.started_at = now
    permit.valid_until = min(permit.ends_at, packs.ends_by(now, permit.kind, permit.rank))


def _refuse_unraised(permit: WorkPermit, now: datetime) -> None:
    """Level-2 hot work that was planned for the day is not begun at night or on a day off."""
    if permit.kind == Kind.HOT_WORK and permit.rank == "2" and packs.raised_by(now, now + timedelta(minutes=1)):
        raise Refused(_("at night and on days off hot work needs a higher level: apply anew"), code="level_too_low")


@transition(State.WORKING, to=State.INTERRUPTED, title=_("interrupt"), then=_count_no_more)
def interrupt_permit(permit: WorkPermit, *, by: Actor, reason: str) -> None:
    """Work rests; the permit runs on."""
    if not reason.strip():
        raise Invalid(_("say why"), field="reason")
    permit.interrupted_at = clock.now()


@transition(State.INTERRUPTED, to=State.WORKING, title=_("go on"), then=_count)
def resume_permit(permit: WorkPermit, *, by: Actor) -> None:
    """After a long interruption, or a test that failed, only with a new gas test."""
    now, since = clock.now(), permit.interrupted_at
    _refuse_unraised(permit, now)
    pause = packs.pause_min(permit.kind)
    long = since is not None and now - since > timedelta(minutes=pause)
    again = packs.needs_test(permit) and (long or permit.tested_at is None)
    if again and not still_counts(permit.tested_at, now, packs.gas_counts_min(), since if long else None):
        raise Refused(_("after this interruption gas is tested again first"), code="test_too_old")
    permit.interrupted_at = None


@transition(State.WORKING, State.INTERRUPTED, to=State.FINISHED, title=_("work is finished"), then=_count_no_more)
def finish_permit(permit: WorkPermit, *, by: Actor, note: str) -> None:
    """Done: the place was cleared and looked over, as the note says."""
    if not note.strip():
        raise Invalid(_("say that the place was cleared and looked over"), field="note")
    permit.ended_at = clock.now()


OPEN = (State.APPLIED, State.TESTED, State.APPROVED, State.WORKING, State.INTERRUPTED)


@transition(OPEN, to=State.EXPIRED, title=_("let it run out"), then=_count_no_more)
def expire_permit(permit: WorkPermit, *, by: Actor) -> None:
    """Its time is over, whatever it was waiting for."""
    until = permit.valid_until or permit.ends_at
    if until > clock.now():
        raise Refused(_("it is valid until %(until)s"), until=until)
    permit.ended_at = clock.now()


@transition(OPEN, to=State.REVOKED, title=_("revoke the permit"), grave=True, then=_count_no_more)
def revoke_permit(permit: WorkPermit, *, by: Actor, reason: str) -> None:
    """Taken away by whoever supervises."""
    if not reason.strip():
        raise Invalid(_("say why"), field="reason")
    permit.ended_at = clock.now()


@transition(State.APPLIED, State.TESTED, State.APPROVED, to=State.WITHDRAWN, title=_("withdraw the permit"))
def withdraw_permit(permit: WorkPermit, *, by: Actor, reason: str) -> None:
    """It is not needed after all."""
    if not reason.strip():
        raise Invalid(_("say why"), field="reason")
    permit.ended_at = clock.now()


clocks.EXPIRY["construction.expire_permit"] = expire_permit
