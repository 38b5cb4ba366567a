"""The pages of import and export, as a browser without scripts walks through them."""

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anshu.access.models import Account, Grant
from anshu.domains.people.models import Organisation, Person
from anshu.domains.places.models import Site
from anshu.ledger.exchange import running
from anshu.ledger.models import Import
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
STREET = "440303001"
HEAD = "number,name,kind,area"


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "ANSHU", settings.ANSHU.model_copy(update={"state_dir": tmp_path}))
    yield


def logged_in(role: str, territory: str = STREET) -> Client:
    account = Account.objects.create(username=role, name=role, language="en")
    Grant.objects.create(account=account, role=role, territory=territory)
    client = Client(headers={"accept-language": "en"})
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def drop(client: Client, text: str, name: str = "sites.csv") -> str:
    """Drop a file and return the address of its dry run."""
    answer = client.post("/r/sites/import", {"upload": SimpleUploadedFile(name, text.encode())})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def choices(client: Client, address: str) -> dict[str, str]:
    """The form of the dry run as the page has filled it in."""
    context = client.get(address).context
    chosen = {f"column-{column['index']}": column["field"] for column in context["columns"]}
    return {"file": str(context["source"].pk), "crs": "WGS-84", **chosen}


def test_from_file_to_receipt() -> None:
    client = logged_in("registrar")
    assert "Drop the file here" in client.get("/r/sites/import").content.decode()
    address = drop(client, f"{HEAD}\nA1,Hong Yun,slope,{STREET}\nA2,Bad,slop,{STREET}\n")
    page = client.get(address).content.decode()
    assert "2 rows: 1 new, 0 changed, 0 as they are, 1 with errors" in page and "<td>C3</td>" in page
    assert "Perhaps “slope”?" in page and "Import the 1 good rows" in page
    assert Site.objects.count() == 0
    answer = client.post("/r/sites/import", {**choices(client, address), "go": "good"}, follow=True)
    assert "Receipt" in answer.content.decode() and Site.objects.get().number == "A1"
    rejected = client.get(f"{address}&rejects")
    sheet = openpyxl.load_workbook(io.BytesIO(rejected.content)).active
    assert [cell.value for cell in sheet[2]][:3] == ["A2", "Bad", "slop"]


def test_a_person_matches_a_column_by_hand_and_it_is_remembered() -> None:
    client = logged_in("registrar")
    address = drop(client, f"mark,name,kind,area\nA1,x,slope,{STREET}\n")
    refused = client.get(address)
    assert refused.status_code == 422 and "told apart" in refused.content.decode()
    form = {**choices(client, address), "column-0": "number"}
    assert "1 new" in client.post("/r/sites/import", form).content.decode()
    client.post("/r/sites/import", {**form, "go": "all"})
    again = client.get(drop(client, f"mark,name,kind,area\nA2,y,slope,{STREET}\n"))
    assert "1 new" in again.content.decode()


def test_a_bad_file_is_told_on_the_page() -> None:
    client = logged_in("registrar")
    answer = client.post("/r/sites/import", {"upload": SimpleUploadedFile("a.xlsx", b"nothing")})
    assert answer.status_code == 422 and "not an Excel file" in answer.content.decode()
    assert client.post("/r/sites/import").status_code == 422
    assert client.get("/r/sites/import?file=nonsense").status_code == 404


def test_whoever_may_not_keep_the_register_is_refused_and_imports_are_private() -> None:
    keeper = logged_in("registrar")
    address = drop(keeper, f"{HEAD}\nA1,x,slope,{STREET}\n")
    assert logged_in("duty_officer").get("/r/sites/import").status_code == 403
    other = logged_in("system_administrator")
    assert other.get(address).status_code == 404
    assert keeper.get("/r/incidents/import").status_code in (403, 404)


def test_an_interrupted_import_is_said_to_be_and_goes_on() -> None:
    client = logged_in("registrar")
    address = drop(client, f"{HEAD}\nA1,x,slope,{STREET}\n")
    form = choices(client, address)
    source = Import.objects.get()
    running.begin(source, running.Plan({"number": "number", "name": "name", "kind": "kind", "area": "territory"}))
    assert "was interrupted" in client.get(address).content.decode()
    assert "Receipt" in client.post("/r/sites/import", {"file": form["file"], "go": "on"}, follow=True).content.decode()
    polled = client.get(address, headers={"hx-request": "true"})
    assert polled["HX-Refresh"] == "true" and Site.objects.count() == 1


def test_export_gives_what_is_seen_and_is_logged() -> None:
    client = logged_in("registrar")
    Site.objects.create(number="A1", name="mine", kind="slope", territory=STREET)
    Site.objects.create(number="A2", name="hydrant", kind="hydrant", territory=STREET)
    Site.objects.create(number="A3", name="theirs", kind="slope", territory="440303002")
    answer = client.get("/r/sites/export.csv?kind=slope")
    content = b"".join(answer).decode("utf-8-sig")
    assert "mine" in content and "hydrant" not in content and "theirs" not in content
    row = Change.objects.get(verb="places.export")
    assert (row.details["rows"], row.details["asked"], row.details["clear"]) == (1, {"kind": "slope"}, False)
    assert client.get("/r/sites/export.doc").status_code == 404
    assert b"".join(client.get("/r/sites/export.template")).startswith(b"PK")


def test_personal_data_leaves_only_with_a_right_and_a_reason() -> None:
    unit = Organisation.objects.create(number="O", name="unit", kind="street", territory=STREET)
    Person.objects.create(number="P1", name="王", organisation=unit, phone="13800001234", territory=STREET)
    keeper = logged_in("registrar")
    assert b"13800001234" not in b"".join(keeper.get("/r/people/export.csv"))
    assert keeper.post("/r/people/export.csv", {"reason": "I want to"}).status_code == 403
    leader = logged_in("duty_leader")
    assert "in clear" in leader.get("/r/people/export.options").content.decode()
    assert leader.post("/r/people/export.csv", {"reason": ""}).status_code == 422
    assert b"13800001234" in b"".join(leader.post("/r/people/export.csv", {"reason": "typhoon call list"}))
    assert Change.objects.filter(verb="people.export").latest("id").reason == "typhoon call list"
