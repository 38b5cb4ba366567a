"""Who told is nowhere: not in a table, the log, a search, an export, the API, a page of an officer, or a picture."""

import io
import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from PIL import Image

from anshu.domains.tipoffs import queries, transitions
from anshu.domains.tipoffs.models import Ground, TipOff
from anshu.domains.vault.models import Identity
from anshu.ledger.attachments import Taken, keep_picture
from anshu.ledger.stripping import stripped
from anshu.workflow.models import Change

from .conftest import NAME, PHONE, PUBLIC

Make = Callable[..., TipOff]


def everything() -> str:
    """Every value of every row of every table, in one text; bytes in hexadecimal."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values_list():
            found.append(repr([bytes(v).hex() if isinstance(v, (bytes, memoryview)) else v for v in row]))
    return "\n".join(found)


@pytest.fixture
def finished(district: SimpleNamespace, verifying: Make, tmp_path, monkeypatch) -> TipOff:  # type: ignore[no-untyped-def]
    """A tip-off with a name that has been through everything up to the claim."""
    monkeypatch.setattr(settings, "ANSHU", settings.ANSHU.model_copy(update={"state_dir": tmp_path}))
    tip_off = verifying()
    transitions.substantiate(tip_off, by=district.officer, finding="属实", site=district.site)
    transitions.reply(tip_off, by=district.office, answer="谢谢")
    transitions.propose_reward(tip_off, by=district.office, ground=Ground.GENERAL_HAZARD)
    transitions.approve_reward(tip_off, by=district.section)
    tip_off.pin = transitions.claim_with(tip_off.code, by=PUBLIC)  # type: ignore[attr-defined]
    return tip_off


def test_no_table_holds_the_name_the_code_or_the_pin(finished: TipOff) -> None:
    dump = everything()
    for secret in (NAME, PHONE, finished.code, NAME.encode().hex(), PHONE.encode().hex()):  # type: ignore[attr-defined]
        assert secret not in dump
    assert f"'{finished.pin}'" not in dump  # type: ignore[attr-defined]
    assert str(Identity.objects.get().pk) not in repr(list(TipOff.objects.values()))


def test_the_log_does_not_repeat_what_was_told(finished: TipOff) -> None:
    rows = " ".join(json.dumps([r.details, r.reason, r.label], ensure_ascii=False) for r in Change.objects.all())
    assert finished.text not in rows and finished.place not in rows


def test_only_the_digest_finds_a_tip_off(finished: TipOff) -> None:
    assert queries.tip_off_for(finished.code) == finished  # type: ignore[attr-defined]
    assert queries.tip_off_for(queries.digest(finished.code)) is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("who", ["office", "officer", "section", "leader", "cashier", "auditor"])
def test_no_page_export_search_or_api_shows_it(district: SimpleNamespace, finished: TipOff, who: str) -> None:
    browser = Client(raise_request_exception=True)
    browser.force_login(getattr(district, who).account, backend="django.contrib.auth.backends.ModelBackend")
    addresses = [
        "/today",
        "/r/tip-offs/",
        f"/r/tip-offs/{finished.pk}",
        f"/tipoffs/{finished.pk}",
        "/r/tip-offs/export.csv",
        "/r/tip-offs/export.geojson",
        f"/search?q={NAME}",
        f"/search?q={finished.number}",
        f"/r/tip-offs/?q={PHONE}",
        "/api/tip-offs",
        f"/api/tip-offs/{finished.pk}",
        f"/api/tip-offs/{finished.pk}/history",
        "/map/data/tip-offs.json",
        "/admin/audit",
    ]
    for address in addresses:
        answer = browser.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        text = body.decode(errors="replace").replace(f"q={PHONE}", "").replace(f'value="{PHONE}"', "")
        shown = text.replace(f'value="{NAME}"', "").replace(f"“{NAME}”", "").replace(f"“{PHONE}”", "")
        assert NAME not in shown and PHONE not in shown, address
        assert finished.code not in shown, address  # type: ignore[attr-defined]


def test_a_picture_carries_nothing_of_the_camera(finished: TipOff) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x013B] = "MakerOfPhones", "Model X", NAME
    exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 32.0, 0.0), 3: "E", 4: (114.0, 6.0, 36.0)})
    raw = io.BytesIO()
    Image.effect_noise((320, 200), 60).convert("RGB").save(raw, "JPEG", exif=exif, comment=b"secret comment")
    clean = stripped(raw.getvalue())
    assert (clean.lon, clean.lat) == (114.11, 22.533333)
    for secret in (b"MakerOfPhones", b"Model X", NAME.encode(), b"secret comment", b"Exif"):
        assert secret not in clean.content
    kept = keep_picture(finished, clean.content, "1.jpg", Taken(), by=PUBLIC)
    assert (kept.lon, kept.lat, kept.made_at, kept.maker_id, kept.name) == (None, None, None, None, "1.jpg")
