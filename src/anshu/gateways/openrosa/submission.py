"""A submission of ODK Collect as operations of a telephone: a visit begun, answered and handed in, and its pictures."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from lxml import etree

from anshu.domains.inspections.models import Checklist, VisitKind
from anshu.domains.inspections.rules.content import NUMBER, PHOTO, Form, Item
from anshu.domains.inspections.rules.forms import form_of
from anshu.domains.inspections.transitions.field import Operation
from anshu.gateways.openrosa.columns import PLACE, REMARKS, SITE
from anshu.kernel import clock
from anshu.kernel.errors import Invalid

SAFELY = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


@dataclass(frozen=True)
class Submission:
    """What came in one XML: who it is, the operations in order, and which file is the picture of which operation."""

    instance: str
    device: str
    operations: tuple[Operation, ...]
    pictures: Mapping[str, Operation]


def read(content: bytes) -> Submission:
    """Read a submission; Invalid (field `xml_submission_file`) when it is none, or of no form of ours."""
    try:
        root = etree.fromstring(content, SAFELY)
    except etree.XMLSyntaxError as error:
        raise _invalid(_("it is not XML")) from error
    values = {etree.QName(child).localname: child for child in root if isinstance(child.tag, str)}
    checklist = _checklist(root)
    instance = _instance_id(values.get("meta"), root)
    began = _moment(_text(values.get("start"))) or clock.now()
    ended = max(began, _moment(_text(values.get("end"))) or began)
    visit = uuid.uuid5(uuid.NAMESPACE_URL, instance)
    lon, lat, accuracy_m = _place(_text(values.get(PLACE)))
    answers, files = _answers(form_of(checklist), values, visit)
    kind = VisitKind.PATROL if VisitKind.PATROL in checklist.uses or not checklist.uses else checklist.uses[0]
    begin = {"site": _text(values.get(SITE)), "checklist": checklist.number, "kind": str(kind), "lon": lon, "lat": lat}
    steps = (
        ("start_here", began, begin),
        ("answer", ended, {"answers": answers, "based": {}, "form": checklist.number}),
        ("submit", ended, {"remarks": _text(values.get(REMARKS))}),
    )
    operations: list[Operation] = []
    for name, at, payload in steps:
        after = operations[-1].id if operations else None
        operations.append(Operation(uuid.uuid5(visit, name), name, visit, at, payload, after))
    shots = {
        file: Operation(key, "picture", visit, ended, {"name": file, "lon": lon, "lat": lat, "accuracy_m": accuracy_m})
        for file, key in files.items()
    }
    return Submission(instance, _text(values.get("deviceid")) or "ODK", tuple(operations), shots)


def _checklist(root: etree._Element) -> Checklist:
    """The list and version that were filled in, also one that has been replaced since."""
    code, version = root.get("id", ""), root.get("version", "")
    rows = Checklist.objects.filter(code=code).exclude(state=Checklist.State.DRAFT).order_by("-version")
    found = rows.filter(version=int(version)).first() if version.isdigit() else rows.first()
    if found is None:
        raise _invalid(_("there is no form %(code)s version %(version)s") % {"code": code, "version": version})
    return found


def _instance_id(meta: etree._Element | None, root: etree._Element) -> str:
    """The identity given on the telephone: what makes a submission that comes twice the same one."""
    nodes = [] if meta is None else [node for node in meta if etree.QName(node).localname == "instanceID"]
    found = _text(nodes[0]) if nodes else root.get("instanceID", "")
    if not found:
        raise _invalid(_("it has no instanceID"))
    return found


def _answers(
    form: Form, values: Mapping[str, etree._Element], visit: uuid.UUID
) -> tuple[dict[str, Any], dict[str, uuid.UUID]]:
    """Answers by path, and file name → id of each picture among them."""
    answers: dict[str, Any] = {}
    files: dict[str, uuid.UUID] = {}
    for item in form.items:
        for path, node in _nodes(form, item, values, rounds=_repeats(values, item)):
            text = _text(node)
            if not text:
                continue
            if item.answer == PHOTO:
                files[text] = uuid.uuid5(visit, text)
                answers[path] = {"pictures": [str(files[text])]}
            else:
                answers[path] = {"value": _number(item, text) if item.answer == NUMBER else text}
    return answers, files


def _repeats(values: Mapping[str, etree._Element], item: Item) -> list[etree._Element]:
    """Every round of the item's group: siblings of the same name."""
    first = values.get(item.group)
    parent = None if first is None else first.getparent()
    return [] if parent is None or first is None else [node for node in parent if node.tag == first.tag]


def _nodes(
    form: Form, item: Item, values: Mapping[str, etree._Element], *, rounds: list[etree._Element]
) -> list[tuple[str, etree._Element]]:
    if not item.group:
        return [(item.key, values[item.key])] if item.key in values else []
    found = []
    for number, group in enumerate(rounds, start=1):
        for node in group:
            if isinstance(node.tag, str) and etree.QName(node).localname == item.key:
                found.append((f"{item.group}/{number}/{item.key}" if form.repeats(item) else item.key, node))
    return found


def _number(item: Item, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise _invalid(_("“%(value)s” is no number (%(item)s)") % {"value": text, "item": item.key}) from error


def _text(node: etree._Element | None) -> str:
    return "" if node is None else (node.text or "").strip()


def _moment(text: str) -> datetime | None:
    """An instant as Collect writes it, with its zone; without one it is ours."""
    found = parse_datetime(text) if text else None
    return timezone.make_aware(found) if found is not None and timezone.is_naive(found) else found


def _place(text: str) -> tuple[float | None, float | None, float | None]:
    """(lon, lat, accuracy in metres) of a geopoint “lat lon altitude accuracy”."""
    try:
        lat, lon, *rest = (float(part) for part in text.split())
    except ValueError:
        return None, None, None
    return lon, lat, rest[1] if len(rest) > 1 else None


def _invalid(words: str) -> Invalid:
    return Invalid("%(words)s", field="xml_submission_file", words=words)
