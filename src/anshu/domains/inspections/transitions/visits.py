"""Visits: planned, begun on site, answered, handed in with what was found, signed by the visited side, filed."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards import queries as hazard_queries
from anshu.domains.hazards import transitions as hazards
from anshu.domains.hazards.models import Hazard
from anshu.domains.inspections.models import AnswerSheet, Checklist, Draw, InspectionPlan, Visit, VisitKind
from anshu.domains.inspections.queries import officers
from anshu.domains.inspections.queries.visits import away_m, finding_key, hazards_of
from anshu.domains.inspections.rules import answers as sheets
from anshu.domains.inspections.rules.forms import form_of
from anshu.domains.people.models import Person
from anshu.domains.places.models import Site
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.ledger.attachments import Taken, keep_picture, path_of
from anshu.ledger.models import Attachment
from anshu.workflow import rules
from anshu.workflow.transitions import opening, transition

"""Kinds of visit that use the power of the law: two licensed officers, none of them recused."""
LEGAL = (VisitKind.ENFORCEMENT, VisitKind.JOINT, VisitKind.ANNOUNCED)
FOUND_BY = {VisitKind.PATROL: Hazard.Source.PATROL, VisitKind.EXPERT: Hazard.Source.EXPERT}
OWED_TOLD = 3
DOUBT_AWAY, DOUBT_CLOCK, DOUBT_OLD_FORM = "far_from_site", "device_clock_off", "old_form_version"


@opening(to=Visit.State.PLANNED, title=_("plan a visit"))
def plan_visit(
    *,
    by: Actor,
    site: Site,
    checklist: Checklist,
    kind: VisitKind,
    planned_on: date,
    lead: Person | None = None,
    second: Person | None = None,
    companions: str = "",
    enterprise: Enterprise | None = None,
    plan: InspectionPlan | None = None,
    draw: Draw | None = None,
) -> Visit:
    """A visit to come. Enforcement needs two officers licensed on that day and recused from neither (行政处罚法 42,
    43)."""
    if planned_on < timezone.localdate(clock.now()):
        raise Invalid(_("the date has passed already"), field="planned_on")
    _require_usable(checklist, kind)
    if checklist.state != Checklist.State.PUBLISHED:
        raise Refused(_("%(list)s is not in force"), list=checklist, code="not_published")
    visit = _made(site, checklist, kind, planned_on, enterprise)
    visit.lead, visit.second, visit.companions = lead, second, companions.strip()
    visit.plan, visit.draw = plan, draw
    require_officers(visit, planned_on)
    return visit


def _made(site: Site, checklist: Checklist, kind: str, on: date, enterprise: Enterprise | None) -> Visit:
    return Visit(
        site=site,
        enterprise=enterprise or hazard_queries.enterprise_at(site),
        kind=kind,
        checklist=checklist,
        planned_on=on,
        territory=site.territory,
        lon=site.lon,
        lat=site.lat,
        exercise=site.exercise,
    )


def _require_usable(checklist: Checklist, kind: str) -> None:
    if checklist.uses and kind not in checklist.uses:
        raise Invalid(_("%(list)s is not for this kind of visit"), field="checklist", list=checklist)


def require_officers(visit: Visit, on: date) -> None:
    """Raise unless those named may make the visit on that day."""
    named = [person for person in (visit.lead, visit.second) if person is not None]
    if len({person.pk for person in named}) < len(named):
        raise Invalid(_("name two different officers"), field="second")
    if visit.kind not in LEGAL:
        return
    if len(named) < rules.at("inspection_loop/officers").number():
        raise Invalid(_("enforcement needs two officers"), field="lead" if visit.lead is None else "second")
    for name, person in (("lead", visit.lead), ("second", visit.second)):
        if person is None:
            continue
        if not officers.licensed(person, on, visit.checklist.licence_field):
            raise Invalid(_("%(who)s has no licence that is good on %(on)s"), field=name, who=person, on=on)
        if (recusal := officers.recused(person, visit.enterprise, on)) is not None:
            raise Invalid(_("%(who)s is recused: %(why)s"), field=name, who=person, why=recusal.ground)


@transition(Visit.State.PLANNED, title=_("name officers"))
def assign(
    visit: Visit, *, by: Actor, lead: Person, second: Person | None = None, planned_on: date | None = None
) -> None:
    """Who goes, and when; the same rules as when it was planned."""
    visit.lead, visit.second, visit.planned_on = lead, second, planned_on or visit.planned_on
    if visit.planned_on < timezone.localdate(clock.now()):
        raise Invalid(_("the date has passed already"), field="planned_on")
    require_officers(visit, visit.planned_on)


@transition(Visit.State.PLANNED, title=_("announce"))
def announce(visit: Visit, *, by: Actor) -> None:
    """Send the list to the enterprise beforehand (预告式执法): it may put things in order before anybody comes."""
    if visit.kind != VisitKind.ANNOUNCED:
        raise Refused(_("only an announced visit is announced"), code="not_announced_kind")
    visit.announced_at = clock.now()


@transition(Visit.State.PLANNED, to=Visit.State.STARTED, title=_("start"))
def start(
    visit: Visit, *, by: Actor, lon: float | None = None, lat: float | None = None, started_at: datetime | None = None
) -> None:
    """Arrived: by one of the officers named, who are still licensed. Where they stand is kept, and doubted when far."""
    account = account_of(by)
    named = [person for person in (visit.lead, visit.second) if person is not None]
    if named and (account is None or all(person.account_id != account.pk for person in named)):
        raise Refused(_("this visit is that of %(who)s"), who="、".join(map(str, named)), code="not_yours")
    if visit.kind == VisitKind.ANNOUNCED and visit.announced_at is None:
        raise Refused(_("send the list to the enterprise first"), code="not_announced")
    _begin(visit, by, started_at, (lon, lat))


def _begin(visit: Visit, by: Actor, started_at: datetime | None, at: tuple[float | None, float | None]) -> None:
    now = clock.now()
    visit.started_at = started_at or now
    if visit.started_at > now:
        raise Invalid(_("it cannot have begun in the future"), field="started_at")
    require_officers(visit, timezone.localdate(visit.started_at))
    visit.starter, visit.away_m = account_of(by), away_m(visit.site, *at)
    if visit.away_m is not None and visit.away_m > rules.at("inspection_loop/away_m").number():
        doubt(visit, DOUBT_AWAY)


def doubt(visit: Visit, flag: str) -> None:
    """Mark a visit as doubtful in one respect, once."""
    visit.flags = sorted({*visit.flags, flag})


@opening(to=Visit.State.STARTED, title=_("start a visit here"))
def start_here(
    *,
    by: Actor,
    site: Site,
    checklist: Checklist,
    kind: VisitKind = VisitKind.PATROL,
    second: Person | None = None,
    started_at: datetime | None = None,
    lon: float | None = None,
    lat: float | None = None,
    key: uuid.UUID | None = None,
) -> Visit:
    """A visit nobody had planned, begun on the spot, also without network: `key` is an id made in the field. A list
    that has been replaced meanwhile is still taken, and marked."""
    _require_usable(checklist, kind)
    if checklist.state == Checklist.State.DRAFT:
        raise Refused(_("%(list)s is not in force"), list=checklist, code="not_published")
    on = timezone.localdate(started_at or clock.now())
    visit = _made(site, checklist, kind, on, None)
    visit.lead, visit.second = officers.person_of(account_of(by)), second
    _begin(visit, by, started_at, (lon, lat))
    if checklist.state == Checklist.State.RETIRED:
        doubt(visit, DOUBT_OLD_FORM)
    if key is not None:
        visit.pk = key
    return visit


@transition(Visit.State.STARTED, title=_("answer items"))
def answer(visit: Visit, *, by: Actor, answers: dict[str, Any]) -> None:
    """Answers by path, each a mapping with `value`, `note`, `pictures`; those of other paths stay as they are."""
    store_answers(visit, answers, by=by)
    visit.revision += 1


def store_answers(visit: Visit, given: Mapping[str, Mapping[str, Any]], *, by: Actor) -> None:
    """Put answers on the sheet with who gave them and when. One that the item cannot have is Invalid, naming its path;
    one to an item that this version of the list does not have is kept beside the others."""
    form = form_of(visit.checklist)
    for path, entry in given.items():
        item = form.item(sheets.parts(path)[2])
        if item is not None and entry.get("value") not in (None, "") and not sheets.proper(item, entry):
            raise Invalid(
                _("“%(value)s” is no answer to “%(item)s”"), field=path, value=entry.get("value"), item=item.text
            )
    account, now = account_of(by), clock.now()
    sheet, _made = AnswerSheet.objects.select_for_update().get_or_create(visit=visit)
    usual = {"by": str(account.pk) if account else "", "who": by.name, "at": now.isoformat()}
    for path, entry in given.items():
        sheet.answers[path] = {**usual, **entry}
    sheet.save()


@transition(Visit.State.STARTED, to=Visit.State.SUBMITTED, title=_("hand in"))
def submit(visit: Visit, *, by: Actor, remarks: str = "", submitted_at: datetime | None = None) -> dict[str, object]:
    """What was seen is complete. Each item that failed becomes a hazard, once, found at this visit; a visit at which
    nothing was found is as good as any other, and is counted."""
    form, given = form_of(visit.checklist), answers_of(visit)
    if owed := sheets.owed(form, given):
        told = "；".join(item.text for _path, item in owed[:OWED_TOLD])
        raise Refused(_("%(count)d still unanswered: %(items)s"), count=len(owed), items=told, code="unanswered")
    visit.submitted_at = min(submitted_at or clock.now(), clock.now())
    visit.remarks = remarks.strip() or visit.remarks
    visit.revision += 1
    return {"hazards": [hazard.number for hazard in conclude(visit, by=by)]}


def conclude(visit: Visit, *, by: Actor) -> list[Hazard]:
    """Count what the answers come to, and report what failed and has not been reported yet; returns all its hazards."""
    form, given = form_of(visit.checklist), answers_of(visit)
    result = sheets.result(form, given)
    visit.score_percent, visit.passed_count = result.percent, result.passed
    visit.found_count, visit.out_count = result.failed, result.out
    return [_report(visit, finding, by) for finding in sheets.findings(form, given)]


def answers_of(visit: Visit) -> dict[str, Any]:
    """The answers of a visit by path."""
    sheet = AnswerSheet.objects.filter(visit=visit).first()
    return {} if sheet is None else dict(sheet.answers)


def _report(visit: Visit, finding: sheets.Finding, by: Actor) -> Hazard:
    """The hazard that a finding is; its id follows from visit and item, so that it can never be reported twice."""
    key = finding_key(visit, finding.path)
    known = Hazard.objects.filter(pk=key).first()
    if known is not None:
        return known
    words = finding.item.defect or finding.item.text
    group = form_of(visit.checklist).group(finding.item.group)
    hazard = hazards.report(
        by=by,
        site=visit.site,
        summary=(f"{words}：{finding.note}" if finding.note else words)[:200],
        kind=Hazard.Kind(finding.item.kind),
        source=FOUND_BY.get(VisitKind(visit.kind), Hazard.Source.ENFORCEMENT),
        place=f"{group.text} {finding.round}" if group and finding.round else "",
        clause=finding.item.clause[:200],
        enterprise=visit.enterprise,
        found_at=visit.started_at,
        lon=visit.lon,
        lat=visit.lat,
        origin=visit.number,
        origin_id=visit.pk,
        key=key,
    )
    for kept in Attachment.objects.filter(subject_id=visit.pk, pk__in=finding.pictures):
        carry(kept, hazard, by=by)
    return hazard


def carry(kept: Attachment, hazard: Hazard, *, by: Actor) -> None:
    """A picture of the visit shows the hazard as it was found, so it is kept with the hazard as well."""
    taken = Taken(
        purpose=Attachment.Purpose.BEFORE,
        made_at=kept.made_at,
        lon=kept.lon,
        lat=kept.lat,
        accuracy_m=kept.accuracy_m,
        digest=kept.digest,
        key=uuid.uuid5(hazard.pk, str(kept.pk)),
    )
    keep_picture(hazard, path_of(kept.digest).read_bytes(), kept.name, taken, by=by)


@transition(Visit.State.SUBMITTED, to=Visit.State.SIGNED, title=_("signed"))
def sign(visit: Visit, *, by: Actor, signer: str = "", refused_to_sign: bool = False, witness: str = "") -> None:
    """The visited side has signed the record, or has refused to, which somebody witnessed."""
    if not refused_to_sign and not signer.strip():
        raise Invalid(_("say who signed for the visited side"), field="signer")
    if refused_to_sign and not witness.strip():
        raise Invalid(_("name who witnessed the refusal"), field="witness")
    visit.signer, visit.refused_to_sign, visit.witness = signer.strip(), refused_to_sign, witness.strip()
    visit.signed_at = clock.now()


@transition(Visit.State.SIGNED, to=Visit.State.CLOSED, title=_("put on file"))
def file(visit: Visit, *, by: Actor) -> None:
    """Off the table, once each of its hazards has been graded or found to be none: from there they have their own
    loop."""
    if waiting := hazards_of(visit).filter(state=Hazard.State.FOUND).count():
        raise Refused(_("%(count)d of its hazards are not graded yet"), count=waiting, code="ungraded")
    visit.closed_at = clock.now()


@transition(Visit.State.PLANNED, Visit.State.STARTED, to=Visit.State.CANCELLED, title=_("cancel the visit"), grave=True)
def cancel(visit: Visit, *, by: Actor, reason: str) -> None:
    """It does not take place, or broke off; the reason stays with it."""
    if not reason.strip():
        raise Invalid(_("say why it does not take place"), field="reason")
