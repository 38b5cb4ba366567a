"""The page of a hazard suggests clauses with their words, and none where none fits."""

import pytest
from django.conf import settings
from django.test import Client
from regulated import found, street, time  # noqa: F401  # fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(street, tmp_path, monkeypatch):  # noqa: F811
    laws = tmp_path / "laws"
    laws.mkdir()
    (laws / "某法(2021-06-10).md").write_text("第一条 任何单位不得占用疏散通道。", encoding="utf-8")
    monkeypatch.setattr(settings, "ANSHU", settings.ANSHU.model_copy(update={"laws_dir": laws}))
    client = Client()
    client.force_login(street.grid.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_what_fits_is_shown_word_for_word_and_can_be_cited(browser, found):  # noqa: F811
    hazard = found(summary="占用疏散通道")
    page = browser.get(f"/hazards/{hazard.pk}/clauses").content.decode()
    assert "任何单位不得占用疏散通道。" in page and "某法（2021-06-10）第一条" in page
    clause = "某法（2021-06-10）第一条"
    assert browser.post(f"/do/hazards/{hazard.pk}/cite", {"clause": clause}).status_code == 302
    hazard.refresh_from_db()
    assert hazard.clause == clause


def test_nothing_is_made_up(browser, found):  # noqa: F811
    page = browser.get(f"/hazards/{found(summary='食堂菜价偏高').pk}/clauses").content.decode()
    assert "第一条" not in page and "why-not" in page
