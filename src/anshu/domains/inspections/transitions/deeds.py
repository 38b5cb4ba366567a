"""What each kind of operation of a telephone does here, and when it conflicts with what somebody else did meanwhile."""

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeAlias

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Person
from anshu.domains.hazards import transitions as hazards
from anshu.domains.hazards.models import Hazard
from anshu.domains.inspections.models import Checklist, FieldConflict, FieldOperation, Visit, VisitKind
from anshu.domains.inspections.queries.visits import finding_key
from anshu.domains.inspections.transitions import visits
from anshu.domains.people.models import Person as Officer
from anshu.domains.places.models import Site
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.ledger.attachments import LARGEST, Taken, keep_picture, path_of, write_whole
from anshu.ledger.models import Attachment, Records, Registered
from anshu.workflow import rules
from anshu.workflow.models import Change

PICTURE = "picture"
"""Three keys of forty signs and the strokes between them."""
LONGEST_PATH = 122


@dataclass(frozen=True)
class Sides:
    """What stands and what was sent, of one thing that cannot be both."""

    kind: FieldConflict.Kind
    record: Registered
    about: str
    standing: dict[str, Any]
    sent: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What became of an operation."""

    outcome: FieldOperation.Outcome
    told: str = ""
    conflicts: tuple[Sides, ...] = field(default_factory=tuple)


Deed: TypeAlias = Callable[[FieldOperation, Person], Outcome]
KEPT = Outcome(FieldOperation.Outcome.KEPT)


def record_of(row: FieldOperation) -> Registered | None:
    """The visit or hazard that an operation is about, if it is here."""
    visit = Visit.objects.filter(pk=row.subject_id).first()
    return visit or Hazard.objects.filter(pk=row.subject_id).first()


def _visit(row: FieldOperation, by: Person) -> Visit:
    found = Visit.objects.visible_to(by).filter(pk=row.subject_id).select_related("checklist", "site").first()
    if found is None:
        raise Invalid(_("the visit is not here, or not yours to see"), field="subject")
    return found


def _one(rows: Records[Any], key: object, name: str) -> Any:
    """A record by id or number among those the person may see; Invalid (field `name`) when it is not there."""
    found = rows.filter(number=str(key)).first()
    if found is None:
        try:
            found = rows.filter(pk=uuid.UUID(str(key))).first()
        except ValueError:
            found = None
    if found is None:
        raise Invalid(_("there is no “%(value)s” that you may see"), field=name, value=key)
    return found


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def start_here(row: FieldOperation, by: Person) -> Outcome:
    """A visit begun where nobody had planned one."""
    given = row.payload
    if given.get("kind") not in VisitKind.values:
        raise Invalid(_("there is no such kind of visit"), field="kind")
    second = given.get("second")
    visit = visits.start_here(
        by=by,
        site=_one(Site.objects.visible_to(by), given.get("site"), "site"),
        checklist=_one(Checklist.objects.all(), given.get("checklist"), "checklist"),
        kind=VisitKind(given["kind"]),
        second=_one(Officer.objects.visible_to(by), second, "second") if second else None,
        started_at=row.made_at,
        lon=_number(given.get("lon")),
        lat=_number(given.get("lat")),
        key=row.subject_id,
    )
    _doubt_clock(visit, row)
    return KEPT


def start(row: FieldOperation, by: Person) -> Outcome:
    """A planned visit begun; two officers may both have pressed start, which is one beginning."""
    visit = _visit(row, by)
    if visit.state == Visit.State.PLANNED:
        visits.start(
            visit,
            by=by,
            lon=_number(row.payload.get("lon")),
            lat=_number(row.payload.get("lat")),
            started_at=row.made_at,
        )
        _doubt_clock(visit, row)
        return KEPT
    if visit.state == Visit.State.CANCELLED:
        return _moved(visit, row)
    return Outcome(FieldOperation.Outcome.KEPT, str(_("it had been begun already")))


def _doubt_clock(visit: Visit, row: FieldOperation) -> None:
    if abs(row.clock_off_s) > rules.at("inspection_loop/field.clock_off_s").number():
        visits.doubt(visit, visits.DOUBT_CLOCK)
        visit.save()


def answer(row: FieldOperation, by: Person) -> Outcome:
    """Answers, item by item: those that stand beside what is here are stored, each other one is a conflict of its
    own."""
    visit = _visit(row, by)
    based = row.payload.get("based") or {}
    standing = visits.answers_of(visit)
    store: dict[str, dict[str, Any]] = {}
    sides: list[Sides] = []
    for path, entry in _entries(row).items():
        now = standing.get(path)
        if now is not None and _same(now, entry):
            continue
        if visit.state != Visit.State.STARTED:
            sides.append(Sides(FieldConflict.Kind.LATE, visit, path, now or {}, entry))
        elif now is None or now.get("op") == based.get(path) or now.get("device") == row.device:
            if now is None or now.get("device") != row.device or str(now["made_at"]) <= entry["made_at"]:
                store[path] = entry
        else:
            sides.append(Sides(FieldConflict.Kind.ANSWER, visit, path, now, entry))
    if store:
        visits.answer(visit, by=by, answers=store)
        if any(entry.get("form") not in (None, visit.checklist.number) for entry in store.values()):
            visits.doubt(visit, visits.DOUBT_OLD_FORM)
            visit.save()
    if sides:
        return Outcome(FieldOperation.Outcome.CONFLICT, str(_("somebody else had answered")), tuple(sides))
    return KEPT


def _entries(row: FieldOperation) -> dict[str, dict[str, Any]]:
    """The answers of an operation as they are put on the sheet, each with where it comes from."""
    given = row.payload.get("answers")
    if not isinstance(given, Mapping) or not all(isinstance(entry, Mapping) for entry in given.values()):
        raise Invalid(_("answers are told by item"), field="answers")
    if any(len(str(path)) > LONGEST_PATH for path in given):
        raise Invalid(_("no item has so long a path"), field="answers")
    usual = {
        "op": str(row.id),
        "device": row.device,
        "made_at": row.made_at.isoformat(),
        "by": str(row.account_id),
        "who": row.account.name,
        **({"form": row.payload["form"]} if row.payload.get("form") else {}),
    }
    return {
        str(path): {**{name: entry[name] for name in ("value", "note", "pictures") if name in entry}, **usual}
        for path, entry in given.items()
    }


def _same(now: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    names = ("value", "note", "pictures")
    return [now.get(name) or None for name in names] == [entry.get(name) or None for name in names]


def submit(row: FieldOperation, by: Person) -> Outcome:
    """Handed in; when the other officer had done so already, there is nothing more to do."""
    visit = _visit(row, by)
    if visit.state == Visit.State.STARTED:
        visits.submit(visit, by=by, remarks=str(row.payload.get("remarks") or ""), submitted_at=row.made_at)
        return KEPT
    if visit.state in (Visit.State.PLANNED, Visit.State.CANCELLED):
        return _moved(visit, row)
    return Outcome(FieldOperation.Outcome.KEPT, str(_("it had been handed in already")))


def sign(row: FieldOperation, by: Person) -> Outcome:
    """Signed by the visited side; another name under the same record is a conflict."""
    visit, given = _visit(row, by), row.payload
    if visit.state == Visit.State.SUBMITTED:
        visits.sign(
            visit,
            by=by,
            signer=str(given.get("signer") or ""),
            refused_to_sign=bool(given.get("refused_to_sign")),
            witness=str(given.get("witness") or ""),
        )
        return KEPT
    if visit.signed_at is not None and visit.signer == given.get("signer", ""):
        return Outcome(FieldOperation.Outcome.KEPT, str(_("it had been signed already")))
    return _moved(visit, row)


def recheck(row: FieldOperation, by: Person) -> Outcome:
    """A hazard looked at again. Who looked at what was decided meanwhile, or was submitted anew, is in conflict."""
    given = row.payload
    hazard = Hazard.objects.visible_to(by).filter(pk=row.subject_id).select_related("site").first()
    if hazard is None:
        raise Invalid(_("the hazard is not here, or not yours to see"), field="subject")
    seen = parse_datetime(str(given.get("submitted_at") or ""))
    if hazard.state != Hazard.State.SUBMITTED or (seen is not None and seen != hazard.submitted_at):
        return _moved(hazard, row)
    if given.get("passed"):
        hazards.pass_recheck(
            hazard,
            by=by,
            note=str(given.get("note") or ""),
            lon=_number(given.get("lon")),
            lat=_number(given.get("lat")),
            reason=str(given.get("reason") or ""),
        )
    else:
        hazards.fail_recheck(
            hazard, by=by, reason=str(given.get("note") or ""), due_on=_day(str(given.get("due_on") or ""))
        )
    return KEPT


def _day(text: str) -> date | None:
    return parse_date(text) if text else None


def report(row: FieldOperation, by: Person) -> Outcome:
    """A hazard seen outside any visit."""
    given = row.payload
    if given.get("kind") not in Hazard.Kind.values:
        raise Invalid(_("there is no such kind of hazard"), field="kind")
    hazards.report(
        by=by,
        site=_one(Site.objects.visible_to(by), given.get("site"), "site"),
        summary=str(given.get("summary") or "")[:200],
        kind=Hazard.Kind(given["kind"]),
        place=str(given.get("place") or "")[:120],
        found_at=row.made_at,
        lon=_number(given.get("lon")),
        lat=_number(given.get("lat")),
        key=row.subject_id,
        reason=str(given.get("reason") or "") or str(_("entered on a telephone, sent later")),
    )
    return KEPT


def _moved(record: Any, row: FieldOperation) -> Outcome:
    """The record is no longer as the telephone knew it: who moved it, and what was sent, side by side."""
    last = Change.objects.filter(subject=record._meta.label_lower, subject_id=record.pk).order_by("-id").first()
    standing = {
        "state": record.state,
        "title": str(record.get_state_display()),
        "verb": last.verb if last else "",
        "who": last.actor if last else "",
        "at": last.at.isoformat() if last else "",
    }
    sides = Sides(FieldConflict.Kind.MOVED, record, row.kind, standing, row.payload)
    return Outcome(FieldOperation.Outcome.CONFLICT, str(_("it had been dealt with already")), (sides,))


def lay_down(payload: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """Put a picture on disk, and its digest with what is said of it. Invalid when it is empty, too large, or not the
    one that was taken."""
    if not content or len(content) > LARGEST:
        raise Invalid(_("A picture is a JPEG, PNG or WebP of at most 12 MB."), field="picture")
    digest = hashlib.sha256(content).hexdigest()
    if payload.get("sha256") and payload["sha256"] != digest:
        raise Invalid(
            _("the picture is not the one that was taken: its content has changed on the way; send it again"),
            field="picture",
            code="altered",
        )
    write_whole(path_of(digest), content)
    return {**payload, "digest": digest}


def picture(row: FieldOperation, by: Person) -> Outcome:
    """A picture kept with its visit or hazard, and with the hazard that it shows."""
    record, given = record_of(row), row.payload
    if record is None or not type(record).objects.visible_to(by).filter(pk=record.pk).exists():
        raise Invalid(_("what the picture belongs to is not here, or not yours to see"), field="subject")
    purpose = given.get("purpose") or Attachment.Purpose.EVIDENCE
    if purpose not in Attachment.Purpose.values:
        raise Invalid(_("there is no such purpose"), field="purpose")
    taken = Taken(
        purpose=purpose,
        made_at=row.made_at,
        lon=_number(given.get("lon")),
        lat=_number(given.get("lat")),
        accuracy_m=_number(given.get("accuracy_m")),
        digest=str(given.get("sha256") or ""),
        clock_now=clock.now() + timedelta(seconds=row.clock_off_s),
        key=row.id,
    )
    kept = keep_picture(record, path_of(given["digest"]).read_bytes(), str(given.get("name") or ""), taken, by=by)
    if isinstance(record, Visit):
        for path, entry in visits.answers_of(record).items():
            hazard = Hazard.objects.filter(pk=finding_key(record, path)).first()
            if hazard is not None and str(kept.pk) in (entry.get("pictures") or ()):
                visits.carry(kept, hazard, by=by)
    return KEPT


DEEDS: dict[str, Deed] = {
    "start_here": start_here,
    "start": start,
    "answer": answer,
    "submit": submit,
    "sign": sign,
    "recheck": recheck,
    "report": report,
    PICTURE: picture,
}
