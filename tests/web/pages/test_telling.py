"""The public door: what a resident sends and reads, and what nobody can get out of it."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from anshu.access.models import Account, Grant
from anshu.access.policy import Person
from anshu.domains.places.models import Area
from anshu.domains.tipoffs import transitions
from anshu.domains.tipoffs.models import TipOff
from anshu.domains.tipoffs.rules.codes import make_code
from anshu.domains.vault import transitions as vault
from anshu.domains.vault.models import Identity
from anshu.domains.vault.rules import envelopes
from anshu.ledger.attachments import pictures_of
from anshu.ledger.models import Attachment
from anshu.web import gate
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
DISTRICT = "440303"
FORM = {"kind": "ebike", "text": "楼道里有电动车充电", "place": "红桂路2号", "who": "anonymous"}


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in (gate.SENT, gate.WRONG_CODES):
        each.clear()
    monkeypatch.setattr(settings, "ANSHU", settings.ANSHU.model_copy(update={"state_dir": tmp_path}))
    monkeypatch.setattr(envelopes, "SCRYPT_N", 2)
    Area.objects.create(number=DISTRICT, name="罗湖区", level=Area.Level.DISTRICT, territory=DISTRICT)


def actor(username: str, role: str) -> Person:
    account = Account.objects.create(username=username, name=username, language="en")
    Grant.objects.create(account=account, role=role, territory=DISTRICT)
    return Person(account)


@pytest.fixture
def founded() -> None:
    for username in ("one", "two"):
        vault.enrol("words of an officer", by=actor(username, "vault_officer"))
    vault.found(by=Person(Account.objects.get(username="one")))


@pytest.fixture
def send() -> Callable[..., SimpleNamespace]:
    """Sends the form as a browser would; gives the answer and the code that was shown."""

    def post(**fields: object) -> SimpleNamespace:
        browser = Client(raise_request_exception=True)
        answer = browser.post("/tell", FORM | {"challenge": gate.CHALLENGES.make()} | fields)
        found = re.findall(r"<span>(\d{4})</span>", answer.content.decode())
        return SimpleNamespace(answer=answer, code="".join(found), browser=browser)

    return post


def picture(exif: Image.Exif | None = None) -> SimpleUploadedFile:
    raw = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(raw, "JPEG", **({"exif": exif} if exif else {}))
    return SimpleUploadedFile("IMG_王小明.jpg", raw.getvalue(), "image/jpeg")


def placed() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0110] = "Model X"
    exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 33.0, 0.0), 3: "E", 4: (114.0, 6.0, 0.0)})
    return exif


def test_anybody_tells_and_follows_it_by_the_code(send: Callable[..., SimpleNamespace]) -> None:
    sent = send()
    assert sent.answer.status_code == 200 and len(sent.code) == 20
    assert sent.answer["Cache-Control"] == "no-store"
    tip_off = TipOff.objects.get()
    assert (tip_off.text, tip_off.channel, tip_off.territory, tip_off.named) == (FORM["text"], "web", DISTRICT, False)
    shown = Client().post("/tell/status", {"code": f" {sent.code[:7]} {sent.code[7:]} "})
    page = shown.content.decode()
    assert shown.status_code == 200 and "已经收到" in page and tip_off.number not in page
    assert Change.objects.get(verb="tipoffs.tell").actor == "public"


def test_the_page_needs_no_account_and_sets_no_session(send: Callable[..., SimpleNamespace]) -> None:
    browser = Client()
    for address in ("/tell", "/tell/status", "/tell/map/streets.json", "/tell/similar"):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert settings.SESSION_COOKIE_NAME not in browser.cookies
    assert browser.get("/tell/map/people.json").status_code == 404


@pytest.mark.parametrize(
    ("fields", "mended"),
    [
        ({"kind": "nonsense"}, "kind"),
        ({"text": " "}, "text"),
        ({"place": ""}, "place"),
        ({"lon": "999", "lat": "1"}, "place"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    send: Callable[..., SimpleNamespace], fields: dict[str, str], mended: str
) -> None:
    answer = send(**fields).answer
    page = answer.content.decode()
    assert answer.status_code == 422 and 'role="alert"' in page
    assert fields.get("text", FORM["text"]) in page and not TipOff.objects.exists()


def test_a_refused_form_never_shows_the_name_again(founded: None, send: Callable[..., SimpleNamespace]) -> None:
    answer = send(who="named", name="钱多多", phone="no number").answer
    assert answer.status_code == 422 and "钱多多" not in answer.content.decode()


def test_a_name_goes_to_the_vault_and_nowhere_else(founded: None, send: Callable[..., SimpleNamespace]) -> None:
    sent = send(who="named", name="钱多多", phone="13900001111")
    tip_off = TipOff.objects.get()
    assert tip_off.named and Identity.objects.get().subject_id == tip_off.pk
    status = Client().post("/tell/status", {"code": sent.code}).content.decode()
    for page in (sent.answer.content.decode(), status):
        assert "钱多多" not in page and "13900001111" not in page


def test_without_a_vault_names_are_not_taken(send: Callable[..., SimpleNamespace]) -> None:
    assert 'value="named"' not in Client().get("/tell").content.decode()
    assert send(who="named", name="钱多多", phone="13900001111").answer.status_code == 409
    assert not TipOff.objects.exists() and not Attachment.objects.exists()


def test_a_pictures_place_is_used_only_when_allowed(send: Callable[..., SimpleNamespace]) -> None:
    send(pictures=picture(placed()))
    assert TipOff.objects.get().lon is None
    send(pictures=picture(placed()), picture_place="on", place="")
    tip_off = TipOff.objects.get(place="")
    assert (tip_off.lon, tip_off.lat) == (114.1, 22.55)
    kept = pictures_of(tip_off).get()
    assert (kept.name, kept.lon, kept.maker_id) == ("1.jpg", None, None)


def test_what_is_no_picture_is_refused_and_so_are_too_many(send: Callable[..., SimpleNamespace]) -> None:
    assert send(pictures=SimpleUploadedFile("a.jpg", b"<script>")).answer.status_code == 422
    assert send(pictures=[picture() for _ in range(5)]).answer.status_code == 422
    assert not TipOff.objects.exists()


def test_too_large_a_body_is_refused_before_it_is_read() -> None:
    answer = Client().post("/tell", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**9))
    assert answer.status_code == 413


def test_a_form_sent_twice_is_kept_once(send: Callable[..., SimpleNamespace]) -> None:
    challenge = gate.CHALLENGES.make()
    assert send(challenge=challenge).answer.status_code == 200
    assert send(challenge=challenge).answer.status_code == 409
    assert TipOff.objects.count() == 1


def test_csrf_is_asked_for() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/tell", FORM | {"challenge": gate.CHALLENGES.make()}).status_code == 403


def test_codes_cannot_be_tried_for_long(send: Callable[..., SimpleNamespace]) -> None:
    sent, browser = send(), Client()
    for n in range(10):
        wrong = make_code()
        assert browser.post("/tell/status", {"code": wrong}).status_code == 422, n
    assert browser.post("/tell/status", {"code": sent.code}).status_code == 409


def test_a_mistyped_code_is_not_held_against_anybody(send: Callable[..., SimpleNamespace]) -> None:
    sent, browser = send(), Client()
    wrong = sent.code[:-1] + str((int(sent.code[-1]) + 1) % 10)
    for _ in range(20):
        assert browser.post("/tell/status", {"code": wrong}).status_code == 422
    assert browser.post("/tell/status", {"code": sent.code}).status_code == 200


def test_the_answer_is_read_contested_and_rewarded_by_the_code(
    founded: None, send: Callable[..., SimpleNamespace]
) -> None:
    office, section = actor("受理员赵", "tip_off_officer"), actor("科长钱", "section_officer")
    sent = send(who="named", name="钱多多", phone="13900001111")
    tip_off = TipOff.objects.get()
    do = lambda verb, **more: sent.browser.post(f"/tell/do/{verb}", {"code": sent.code} | more)  # noqa: E731
    assert do("claim").status_code == 409 and do("reopen", complaint="x").status_code == 409
    TipOff.objects.filter(pk=tip_off.pk).update(state="substantiated", outcome="true", finding="内部核查意见")
    transitions.reply(tip_off, by=office, answer="已经清走")
    page = Client().post("/tell/status", {"code": sent.code}).content.decode()
    assert "已经清走" in page and "内部核查意见" not in page and "赵" not in page
    assert do("satisfied").status_code == 200
    transitions.propose_reward(tip_off, by=office, ground="general")
    transitions.approve_reward(tip_off, by=section)
    claimed = do("claim").content.decode()
    pin = re.search(r'<p class="code">(\d{6})</p>', claimed)
    assert pin is not None and "¥500" in claimed and "科长" not in claimed
    again = Client().post("/tell/status", {"code": sent.code}).content.decode()
    assert pin[1] not in again
    assert do("retaliation", complaint="被停了班").status_code == 200
    tip_off.refresh_from_db()
    assert tip_off.retaliation and tip_off.satisfied
    assert do("nonsense").status_code == 404


def test_the_hint_tells_yes_or_no(send: Callable[..., SimpleNamespace]) -> None:
    here = {"lon": "114.12", "lat": "22.55"}
    ask = lambda kind: Client().get("/tell/similar", here | {"kind": kind}).content.decode().strip()  # noqa: E731
    assert ask("ebike") == ""
    for kind in ("ebike", "chemical"):
        send(kind=kind, **here)
    hint = ask("ebike")
    assert "已经有人反映" in hint and FORM["text"] not in hint and "JB" not in hint
    assert ask("chemical") == ""


def test_the_hotline_takes_a_call_and_reads_the_code_out_once(founded: None) -> None:
    officer = actor("duty", "duty_officer")
    browser = Client(raise_request_exception=True)
    browser.force_login(officer.account, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/tipoffs/new").status_code == 200
    form = {"text": "工厂锁了门", "kind": "fire", "channel": "hotline"}
    form |= {"who": "named", "name": "钱多多", "phone": "13900001111"}
    taken = browser.post("/tipoffs/new", form).content.decode()
    assert len(re.findall(r"<span>(\d{4})</span>", taken)) == 5 and "钱多多" not in taken
    tip_off = TipOff.objects.get()
    assert tip_off.channel == "hotline" and tip_off.named
    assert browser.get(f"/tipoffs/{tip_off.pk}").status_code == 403
    assert browser.post("/tipoffs/new", form | {"text": " "}).status_code == 422
