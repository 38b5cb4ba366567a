"""ODK Collect at our doors: the form list, a form that ODK's own validator takes, a submission as Collect sends it."""

import base64
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lxml import etree
from pyxform.validators import odk_validate
from pyxform.validators.odk_validate import check_java_available, check_xform

from anshu.access.models import Token
from anshu.domains.hazards.models import Hazard
from anshu.domains.inspections.models import AnswerSheet, Checklist, Visit
from anshu.domains.inspections.rules.shipped import shipped
from anshu.domains.inspections.transitions import draft_checklist, publish
from anshu.gateways.openrosa import form
from anshu.kernel import clock
from anshu.ledger.attachments import pictures_of
from tests.domains.inspections.conftest import CONTENT, street, time
from tests.regulated import picture

__all__ = ["street", "time"]

OWN = {"code": "own", "title": "own", "content": CONTENT}


@pytest.fixture
def collect(street: Any) -> Client:
    """A telephone with Collect that has been given a token."""
    token = Token.issue(street.grid.account, ["*"])
    login = base64.b64encode(f"grid:{token}".encode()).decode()
    return Client(headers={"Authorization": f"Basic {login}", "X-OpenRosa-Version": "1.0", "Accept-Language": "en"})


def instance(name: str = "uuid:5f9c6d2e-0b50-4f5c-9d9d-3f2b1a2c4d5e", **more: str) -> bytes:
    """The XML part as Collect 2025 sends it: the form's own namespace, meta in OpenRosa's."""
    values = {
        "start": (clock.now() - timedelta(minutes=20)).isoformat(timespec="milliseconds"),
        "end": (clock.now() - timedelta(minutes=2)).isoformat(timespec="milliseconds"),
        "deviceid": "collect:7sX2pQ",
        "anshu_site": "S1",
        "anshu_place": "22.5500 114.1200 12.0 4.5",
        "exit_clear": "fail",
        "storeys": "2",
        "window": "pass",
        **more,
    }
    rows = "".join(f"<{key}>{value}</{key}>" for key, value in values.items())
    rooms = "<rooms><lives_in>no</lives_in></rooms><rooms><lives_in>yes</lives_in></rooms>"
    return (
        '<data xmlns:orx="http://openrosa.org/xforms" id="three-small" version="1">'
        f"{rows}{rooms}<anshu_remarks>雨天</anshu_remarks>"
        f"<orx:meta><orx:instanceID>{name}</orx:instanceID></orx:meta></data>"
    ).encode()


def send(collect: Client, xml: bytes, **files: Any) -> Any:
    part = io.BytesIO(xml)
    part.name = "submission.xml"
    return collect.post("/openrosa/submission", {"xml_submission_file": part, **files})


def test_without_a_token_the_telephone_is_asked_to_log_in(street: Any) -> None:
    answer = Client().get("/openrosa/formList")
    assert (answer.status_code, answer["WWW-Authenticate"][:5]) == (401, "Basic")
    other = Token.issue(street.commission.account, ["*"])
    assert Client(headers={"Authorization": f"Bearer {other}"}).get("/openrosa/formList").status_code == 403
    assert Client(headers={"Authorization": "Basic !"}).get("/openrosa/formList").status_code == 401


def test_the_list_names_each_form_in_force(street: Any, collect: Client) -> None:
    answer = collect.get("/openrosa/formList")
    assert answer["X-OpenRosa-Version"] == "1.0"
    (entry,) = etree.fromstring(answer.content)
    told = {etree.QName(child).localname: child.text for child in entry}
    assert (told["formID"], told["version"]) == ("three-small", "1")
    found = collect.get(told["downloadUrl"])
    assert found.status_code == 200
    assert b"instanceID" in found.content
    assert collect.get("/openrosa/forms/nothing.xml").status_code == 404


@pytest.mark.skipif(not Path(odk_validate.ODK_VALIDATE_PATH).exists(), reason="ODK Validate is not bundled")
@pytest.mark.parametrize(
    "details", [{"code": "own", "title": "own", "content": CONTENT}, *shipped()], ids=lambda d: d["code"]
)
def test_odks_own_validator_takes_our_forms(details: dict[str, Any], tmp_path: Path) -> None:
    try:
        check_java_available()
    except OSError:
        pytest.skip("java is not installed")
    path = tmp_path / "form.xml"
    path.write_bytes(form.document(Checklist(**details, version=1)))
    check_xform(str(path))  # raises with what is wrong


def test_a_submission_becomes_a_visit_with_its_hazards(street: Any, collect: Client) -> None:
    answer = send(collect, instance())
    assert (answer.status_code, b"submit_success" in answer.content) == (201, True)
    visit = Visit.objects.get()
    assert (visit.state, visit.site, visit.remarks, visit.lead) == (
        "submitted",
        street.site,
        "雨天",
        street.grid.person,
    )
    assert visit.started_at == clock.now() - timedelta(minutes=20)
    assert AnswerSheet.objects.get().answers["storeys"]["value"] == 2.0
    assert sorted(Hazard.objects.values_list("summary", flat=True)) == ["是否住人", "疏散通道被占用"]


def test_the_same_instance_is_the_same_visit(street: Any, collect: Client) -> None:
    for _time in range(3):
        assert send(collect, instance()).status_code == 201
    assert (Visit.objects.count(), Hazard.objects.count()) == (1, 2)
    send(collect, instance("uuid:another"))
    assert Visit.objects.count() == 2


def test_pictures_may_come_in_a_request_of_their_own(street: Any, collect: Client) -> None:
    content = {"items": [*CONTENT["items"][:1], {"key": "front", "text": "门面", "answer": "photo", "needed": False}]}
    again = draft_checklist(by=street.section.actor, code="three-small", title="三小", content=content)
    publish(again, by=street.section.actor)
    xml = instance(front="1718067.jpg").replace(b'version="1"', b'version="2"')
    assert send(collect, xml).status_code == 201
    shot = io.BytesIO(picture(3))
    shot.name = "1718067.jpg"
    assert send(collect, xml, **{"1718067.jpg": shot}).status_code == 201
    assert pictures_of(Visit.objects.get()).get().name == "1718067.jpg"


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        (b"<data", b"not XML"),
        (b'<data id="nothing" version="1"/>', b"no form nothing"),
        (b'<data id="three-small" version="9"/>', b"version 9"),
        (b'<data id="three-small" version="1"><storeys>x</storeys></data>', b"instanceID"),
    ],
)
def test_what_is_no_submission_is_told(street: Any, collect: Client, xml: bytes, words: bytes) -> None:
    answer = send(collect, xml)
    assert (answer.status_code, words in answer.content) == (400, True)
    assert collect.post("/openrosa/submission", {}).status_code == 400


def test_what_cannot_be_done_is_kept_and_told(street: Any, collect: Client) -> None:
    answer = send(collect, instance(anshu_site="nowhere"))
    assert (answer.status_code, b"submit_error" in answer.content) == (201, True)


def test_collect_asks_first_where_to_send(street: Any, collect: Client) -> None:
    answer = collect.head("/openrosa/submission")
    assert (answer.status_code, answer["X-OpenRosa-Accept-Content-Length"]) == (204, str(24 * 1024 * 1024))
