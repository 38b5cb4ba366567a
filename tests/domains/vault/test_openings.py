"""Two keys, once, in time, with a reason: and nothing less opens the vault."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from anshu.access.models import Account, Grant
from anshu.access.policy import Person
from anshu.access.roles import ROLES
from anshu.domains.people.models import Organisation
from anshu.domains.situation.queries import in_hand
from anshu.domains.vault import queries, transitions
from anshu.domains.vault.models import HeldShare, Identity, Keyholder, Opening, Share, VaultKey
from anshu.domains.vault.rules import envelopes
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.models import Change

ROOT = "440303"
ONE, TWO = "first officer's words", "second officer's words"
TOLD = {"name": "钱多多", "phone": "13900001111"}
State = Opening.State


def somebody(username: str, role: str = "vault_officer") -> Person:
    account = Account.objects.create(username=username, name=username)
    Grant.objects.create(account=account, role=role, territory=ROOT)
    return Person(account)


@pytest.fixture
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(datetime(2026, 6, 10, 2, tzinfo=UTC)) as standing:
        yield standing


@pytest.fixture
def vault(db: None, time: clock.FrozenTime, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    monkeypatch.setattr(envelopes, "SCRYPT_N", 2)
    place = SimpleNamespace(
        time=time, one=somebody("one"), two=somebody("two"), auditor=somebody("a", "audit_administrator")
    )
    transitions.enrol(ONE, by=place.one)
    transitions.enrol(TWO, by=place.two)
    transitions.found(by=place.one)
    place.record = Organisation.objects.create(number="R-1", name="x", kind="bureau", territory=ROOT)
    transitions.keep_identity(place.record, TOLD)
    return place


def asked(vault: SimpleNamespace, by: Person | None = None) -> Opening:
    return transitions.ask_to_open(
        by=by or vault.one,
        subject="people.organisation",
        subject_id=vault.record.pk,
        about="R-1",
        why="反映遭打击报复",
        territory=ROOT,
    )


def test_two_officers_open_it_once(vault: SimpleNamespace) -> None:
    opening = asked(vault)
    with pytest.raises(Refused):
        transitions.countersign_with(opening, ONE, by=vault.one)
    with pytest.raises(Refused):
        transitions.read_identity(opening, ONE, by=vault.one)
    transitions.countersign_with(opening, TWO, by=vault.two)
    with pytest.raises(Invalid, check=lambda error: error.code == "same_share"):
        transitions.read_identity(opening, TWO, by=vault.two)
    assert transitions.read_identity(opening, ONE, by=vault.one) == TOLD
    assert not HeldShare.objects.exists()
    with pytest.raises(Refused):
        transitions.read_identity(opening, ONE, by=vault.one)
    assert [hand.arrow.verb for hand in in_hand(vault.auditor)] == ["review"]
    transitions.review(opening, by=vault.auditor, opinion="理由充分")
    assert opening.state == State.REVIEWED


def test_each_step_waits_for_the_right_person(vault: SimpleNamespace) -> None:
    opening = asked(vault)
    assert [hand.arrow.verb for hand in in_hand(vault.two)] == ["countersign"] and in_hand(vault.one) == []
    transitions.countersign_with(opening, TWO, by=vault.two)
    assert [hand.arrow.verb for hand in in_hand(vault.one)] == ["read"] and in_hand(vault.two) == []


def test_a_wrong_passphrase_opens_nothing_and_is_on_record(vault: SimpleNamespace) -> None:
    opening = asked(vault)
    for wrong in ("", ONE, TWO + " "):
        with pytest.raises(Invalid, check=lambda error: error.field == "passphrase"):
            transitions.countersign_with(opening, wrong, by=vault.two)
    opening.refresh_from_db()
    assert opening.state == State.ASKED and Change.objects.filter(verb="vault.wrong_passphrase").count() == 3
    assert not any(ONE in str(row.details) or TWO in str(row.details) for row in Change.objects.all())


def test_the_bare_arrow_does_not_turn_a_key(vault: SimpleNamespace) -> None:
    opening = asked(vault)
    with pytest.raises(Refused, check=lambda error: error.code == "needs_passphrase"):
        transitions.countersign(opening, by=vault.two)


@pytest.mark.parametrize("countersigned", [False, True])
def test_it_lapses_by_itself_and_the_share_goes(vault: SimpleNamespace, countersigned: bool) -> None:
    opening = asked(vault)
    if countersigned:
        transitions.countersign_with(opening, TWO, by=vault.two)
    vault.time.advance(hours=25)
    while clocks.step():
        pass
    opening.refresh_from_db()
    assert opening.state == State.LAPSED and not HeldShare.objects.exists()
    assert asked(vault).pk != opening.pk


def test_it_can_be_refused_with_a_reason(vault: SimpleNamespace) -> None:
    opening = asked(vault)
    with pytest.raises(Refused):
        transitions.refuse_opening(opening, by=vault.one, refusal="x")
    with pytest.raises(Invalid):
        transitions.refuse_opening(opening, by=vault.two, refusal=" ")
    transitions.refuse_opening(opening, by=vault.two, refusal="理由不充分")
    assert opening.state == State.REFUSED


def test_one_opening_at_a_time_and_only_of_somebody(vault: SimpleNamespace) -> None:
    asked(vault)
    with pytest.raises(Refused, check=lambda error: error.code == "under_way"):
        asked(vault, vault.two)
    other = Organisation.objects.create(number="R-2", name="y", kind="bureau", territory=ROOT)
    vault.record = other
    with pytest.raises(Refused, check=lambda error: error.code == "anonymous"):
        asked(vault)


def test_who_comes_later_opens_what_comes_later(vault: SimpleNamespace) -> None:
    three = somebody("three")
    transitions.enrol("third officer's words", by=three)
    opening = asked(vault)
    with pytest.raises(Refused, check=lambda error: error.code == "no_share"):
        transitions.countersign_with(opening, "third officer's words", by=three)
    vault.time.advance(seconds=1)
    transitions.found(by=three)
    later = Organisation.objects.create(number="R-3", name="z", kind="bureau", territory=ROOT)
    transitions.keep_identity(later, {"name": "后来", "phone": "1"})
    assert Share.objects.filter(holder__account=three.account).count() == 1
    transitions.countersign_with(opening, TWO, by=vault.two)
    assert transitions.read_identity(opening, ONE, by=vault.one) == TOLD
    vault.record = later
    opening = asked(vault)
    transitions.countersign_with(opening, "third officer's words", by=three)
    assert transitions.read_identity(opening, ONE, by=vault.one)["name"] == "后来"


def test_neither_the_database_nor_the_installation_holds_enough(vault: SimpleNamespace) -> None:
    """Everything that is stored, while an opening is countersigned, with the installation's secret beside it: one share
    at most can be had without a passphrase, and one share is nothing."""
    opening = asked(vault)
    transitions.countersign_with(opening, TWO, by=vault.two)
    identity, key = Identity.objects.get(), VaultKey.objects.get()
    assert TOLD["name"].encode() not in bytes(identity.sealed)
    for holder in Keyholder.objects.all():
        for guess in (bytes(key.public), bytes(holder.public)):
            with pytest.raises(Invalid):
                envelopes.open_with(guess, bytes(identity.sealed), vault.record.pk.bytes)
    assert HeldShare.objects.count() == 1


def test_an_envelope_in_anothers_place_does_not_open(vault: SimpleNamespace) -> None:
    other = Organisation.objects.create(number="R-2", name="y", kind="bureau", territory=ROOT)
    transitions.keep_identity(other, {"name": "别人", "phone": "2"})
    Identity.objects.filter(subject_id=vault.record.pk).update(sealed=Identity.objects.get(subject_id=other.pk).sealed)
    opening = asked(vault)
    transitions.countersign_with(opening, TWO, by=vault.two)
    with pytest.raises(Invalid):
        transitions.read_identity(opening, ONE, by=vault.one)
    opening.refresh_from_db()
    assert opening.state == State.COUNTERSIGNED


def test_founding_needs_two_and_no_name_is_taken_before(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelopes, "SCRYPT_N", 2)
    record = Organisation.objects.create(number="R", name="x", kind="bureau", territory=ROOT)
    with pytest.raises(Refused, check=lambda error: error.code == "no_vault"):
        transitions.keep_identity(record, TOLD)
    one = somebody("one")
    with pytest.raises(Invalid):
        transitions.enrol("short", by=one)
    transitions.enrol(ONE, by=one)
    with pytest.raises(Refused):
        transitions.enrol(ONE, by=one)
    with pytest.raises(Refused, check=lambda error: error.code == "too_few"):
        transitions.found(by=one)
    stranger = somebody("stranger", "tip_off_officer")
    with pytest.raises(Forbidden):
        transitions.enrol(ONE, by=stranger)
    two = somebody("two")
    transitions.enrol(TWO, by=two)
    Account.objects.filter(pk=two.account.pk).update(is_active=False)
    with pytest.raises(Refused, check=lambda error: error.code == "too_few"):
        transitions.found(by=one)
    assert queries.key_in_use() is None


@pytest.mark.parametrize("other", [*ROLES["vault_officer"].apart])
def test_a_vault_officer_holds_none_of_these_roles_whichever_came_first(db: None, other: str) -> None:
    for first, second in (("vault_officer", other), (other, "vault_officer")):
        account = Account.objects.create(username=f"{first}-first", name="n")
        Grant.objects.create(account=account, role=first, territory=ROOT)
        with pytest.raises(ValidationError):
            Grant.objects.create(account=account, role=second, territory=ROOT)


def test_limits_are_those_of_the_rule_pack(vault: SimpleNamespace) -> None:
    opening = asked(vault)
    running = clocks.running(opening)
    assert running is not None and running.due_at - running.started_at == timedelta(hours=24)
