"""The one-time code: set up only when the telephone has it, good once, for its half minute and the ones beside it."""

import time

import pyotp
import pytest
from django.test import Client

from anshu.access import second_factor
from anshu.access.models import Account
from anshu.access.secrets import SEALED, unseal
from anshu.project import django_settings

pytestmark = pytest.mark.django_db
NOON = 1_781_200_000.0  # 20 s into a half minute


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setattr(time, "time", lambda: NOON)
    return Account.objects.open("someone", name="某人", password="Right-Horse-9")


@pytest.fixture
def enrolled(account: Account, monkeypatch: pytest.MonkeyPatch) -> pyotp.TOTP:
    """The person's app, a minute after it was set up."""
    secret = second_factor.begin(account)
    monkeypatch.setattr(time, "time", lambda: NOON - 120)
    account.totp_secret, account.totp_step = second_factor.seal(secret), int(NOON - 120) // second_factor.STEP_S
    account.save()
    monkeypatch.setattr(time, "time", lambda: NOON)
    return pyotp.TOTP(secret)


def fresh(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


def test_the_secret_is_sealed_at_rest(account: Account, enrolled: pyotp.TOTP) -> None:
    stored = fresh(account).totp_secret
    assert stored.startswith(SEALED) and enrolled.secret not in stored and unseal(stored) == enrolled.secret


def test_a_wrong_code_sets_nothing_up(account: Account) -> None:
    secret = second_factor.begin(account)
    assert not second_factor.confirm(account, secret, "000000") and fresh(account).totp_secret == ""


def test_the_right_code_sets_it_up_and_is_spent(account: Account) -> None:
    secret = second_factor.begin(account)
    code = pyotp.TOTP(secret).now()
    assert second_factor.confirm(account, secret, code)
    assert not second_factor.accept(fresh(account), code)


@pytest.mark.parametrize("away_s, good", [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_out(account: Account, enrolled: pyotp.TOTP, away_s: int, good: bool) -> None:
    assert second_factor.accept(fresh(account), enrolled.at(int(NOON) + away_s)) is good


def test_a_code_is_taken_once(account: Account, enrolled: pyotp.TOTP) -> None:
    code = enrolled.at(int(NOON))
    assert second_factor.accept(fresh(account), code)
    assert not second_factor.accept(fresh(account), code)


def test_an_older_code_is_not_taken_after_a_newer_one(account: Account, enrolled: pyotp.TOTP) -> None:
    assert second_factor.accept(fresh(account), enrolled.at(int(NOON)))
    assert not second_factor.accept(fresh(account), enrolled.at(int(NOON) - 30))


def test_two_log_ins_at_the_same_moment_cannot_share_a_code(account: Account, enrolled: pyotp.TOTP) -> None:
    first, second = fresh(account), fresh(account)
    code = enrolled.at(int(NOON))
    assert [second_factor.accept(first, code), second_factor.accept(second, code)] == [True, False]


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "1234567", " 23456"])
def test_what_is_no_code_is_refused(account: Account, enrolled: pyotp.TOTP, code: str) -> None:
    assert not second_factor.accept(fresh(account), code)


def test_the_password_alone_does_not_open(account: Account, enrolled: pyotp.TOTP, client: Client) -> None:
    answer = client.post("/login", {"username": "someone", "password": "Right-Horse-9"})
    assert answer.status_code == 200 and client.get("/today").status_code == 302
    assert client.post("/login/code", {"code": "000000"}).status_code == 401
    assert client.post("/login/code", {"code": enrolled.at(int(NOON))}).status_code == 302
    assert client.get("/today").status_code == 200


def test_guessing_codes_ends_the_log_in(account: Account, enrolled: pyotp.TOTP, client: Client) -> None:
    client.post("/login", {"username": "someone", "password": "Right-Horse-9"})
    tries = [
        client.post("/login/code", {"code": "000000"}).status_code for _ in range(django_settings.AXES_FAILURE_LIMIT)
    ]
    assert tries == [401] * (django_settings.AXES_FAILURE_LIMIT - 1) + [302]
    assert client.post("/login/code", {"code": enrolled.at(int(NOON))}).status_code == 302
    assert client.get("/today").status_code == 302


def test_the_picture_names_the_account(account: Account) -> None:
    picture = second_factor.picture(account, second_factor.begin(account))
    assert picture.startswith("<svg") and "script" not in picture
