"""A checklist as an XForm, which ODK Collect fills in: what pyxform makes of our workbook, and where and for whom."""

from collections.abc import Iterable
from typing import Any

from lxml import etree

from anshu.domains.inspections.models import Checklist
from anshu.domains.inspections.rules.content import CHOICE, JUDGE, NUMBER, PHOTO, Form, Group, Item
from anshu.domains.inspections.rules.forms import form_of
from anshu.gateways.openrosa.columns import PLACE, REMARKS, SITE, VERDICT_WORDS

XFORMS, XHTML, ROSA = "http://www.w3.org/2002/xforms", "http://www.w3.org/1999/xhtml", "http://openrosa.org/xforms"
JAVAROSA = "http://openrosa.org/javarosa"
SPACES: Any = {None: XFORMS, "h": XHTML, "orx": ROSA, "jr": JAVAROSA, "xsd": "http://www.w3.org/2001/XMLSchema"}
TYPES = {NUMBER: "decimal", PHOTO: "binary"}
ROOT = "/data"


def document(checklist: Checklist) -> bytes:
    """The form as XML (ODK XForms 1.0)."""
    form = form_of(checklist)
    html = etree.Element(f"{{{XHTML}}}html", nsmap=SPACES)
    head = etree.SubElement(html, f"{{{XHTML}}}head")
    etree.SubElement(head, f"{{{XHTML}}}title").text = checklist.title
    model = etree.SubElement(head, f"{{{XFORMS}}}model")
    _instance(model, checklist, form)
    _binds(model, form)
    body = etree.SubElement(html, f"{{{XHTML}}}body")
    _input(body, SITE, "场所编号", "input")
    _input(body, PLACE, "现场位置", "input")
    _controls(body, form)
    _input(body, REMARKS, "备注", "input")
    return bytes(etree.tostring(html, xml_declaration=True, encoding="UTF-8"))


def _instance(model: etree._Element, checklist: Checklist, form: Form) -> None:
    instance = etree.SubElement(model, f"{{{XFORMS}}}instance")
    # The answers are in no namespace of their own but that of the form, as Collect sends them back.
    data = etree.SubElement(instance, f"{{{XFORMS}}}data", id=checklist.code, version=str(checklist.version))
    for name in ("start", "end", "deviceid", SITE, PLACE):
        etree.SubElement(data, f"{{{XFORMS}}}{name}")
    parents: dict[str, etree._Element] = {"": data}
    for item in form.items:
        if item.group not in parents:
            group = form.group(item.group)
            parents[item.group] = etree.SubElement(data, f"{{{XFORMS}}}{item.group}")
            if group is not None and group.repeats:
                parents[item.group].set(f"{{{JAVAROSA}}}template", "")
        etree.SubElement(parents[item.group], f"{{{XFORMS}}}{item.key}")
    etree.SubElement(data, f"{{{XFORMS}}}{REMARKS}")
    meta = etree.SubElement(data, f"{{{ROSA}}}meta")
    etree.SubElement(meta, f"{{{ROSA}}}instanceID")


def path(item: Item) -> str:
    """Where an item's answer stands in the instance."""
    return "/".join(part for part in (ROOT, item.group, item.key) if part)


def _binds(model: etree._Element, form: Form) -> None:
    def bind(nodeset: str, **marks: str) -> etree._Element:
        return etree.SubElement(model, f"{{{XFORMS}}}bind", {"nodeset": nodeset, **marks})

    for name, moment in (("start", "start"), ("end", "end")):
        made = bind(f"{ROOT}/{name}", type="dateTime")
        made.set(f"{{{JAVAROSA}}}preload", "timestamp")
        made.set(f"{{{JAVAROSA}}}preloadParams", moment)
    device = bind(f"{ROOT}/deviceid", type="string")
    device.set(f"{{{JAVAROSA}}}preload", "property")
    device.set(f"{{{JAVAROSA}}}preloadParams", "deviceid")
    bind(f"{ROOT}/{SITE}", type="string", required="true()")
    bind(f"{ROOT}/{PLACE}", type="geopoint")
    for item in form.items:
        marks = {"type": TYPES.get(item.answer, "string")}
        if item.needed:
            marks["required"] = "true()"
        if item.relevant:
            marks["relevant"] = relevant(form, item)
        bind(path(item), **marks)
    bind(f"{ROOT}/{REMARKS}", type="string")
    identity = bind(f"{ROOT}/orx:meta/orx:instanceID", type="string", readonly="true()")
    identity.set(f"{{{JAVAROSA}}}preload", "uid")


def relevant(form: Form, item: Item) -> str:
    """The condition with each item as the path of its answer."""
    text = item.relevant
    for other in form.items:
        text = text.replace(f"${{{other.key}}}", f" {path(other)} ")
    return text.strip()


def _controls(body: etree._Element, form: Form) -> None:
    places: dict[str, etree._Element] = {"": body}
    for item in form.items:
        if item.group not in places:
            places[item.group] = _open(body, form.group(item.group))
        _control(places[item.group], item)


def _open(body: etree._Element, group: Group | None) -> etree._Element:
    if group is None:
        return body
    box = etree.SubElement(body, f"{{{XFORMS}}}group", ref=f"{ROOT}/{group.key}")
    etree.SubElement(box, f"{{{XFORMS}}}label").text = group.text
    if not group.repeats:
        return box
    return etree.SubElement(box, f"{{{XFORMS}}}repeat", nodeset=f"{ROOT}/{group.key}")


def _control(place: etree._Element, item: Item) -> None:
    if item.answer == PHOTO:
        control = etree.SubElement(place, f"{{{XFORMS}}}upload", ref=path(item), mediatype="image/*")
    elif item.answer in (JUDGE, CHOICE):
        control = etree.SubElement(place, f"{{{XFORMS}}}select1", ref=path(item))
    else:
        control = etree.SubElement(place, f"{{{XFORMS}}}input", ref=path(item))
    etree.SubElement(control, f"{{{XFORMS}}}label").text = item.text
    hint = "；".join(part for part in (item.hint, item.clause) if part)
    if hint:
        etree.SubElement(control, f"{{{XFORMS}}}hint").text = hint
    choices: Iterable[tuple[str, str]] = ()
    if item.answer == JUDGE:
        choices = VERDICT_WORDS.items()
    elif item.answer == CHOICE:
        choices = [(choice.key, choice.text) for choice in item.choices]
    for value, label in choices:
        row = etree.SubElement(control, f"{{{XFORMS}}}item")
        etree.SubElement(row, f"{{{XFORMS}}}label").text = label
        etree.SubElement(row, f"{{{XFORMS}}}value").text = value


def _input(body: etree._Element, name: str, label: str, kind: str) -> None:
    control = etree.SubElement(body, f"{{{XFORMS}}}{kind}", ref=f"{ROOT}/{name}")
    etree.SubElement(control, f"{{{XFORMS}}}label").text = label
