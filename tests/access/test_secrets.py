"""Personal data: sealed at rest, opened only with this installation's secret, and masked wherever it is shown."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from anshu.access import secrets
from anshu.access.secrets import SEALED, key_for, mask, seal, unseal
from anshu.domains.people.models import Organisation, Person

plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(plain)
def test_what_was_sealed_can_be_opened(text: str) -> None:
    sealed = seal(text)
    assert unseal(sealed) == text
    assert not text or (sealed.startswith(SEALED) and sealed != seal(text))


@given(plain.filter(lambda text: not text.startswith(SEALED)))
def test_what_was_never_sealed_stays(text: str) -> None:
    assert unseal(text) == text


def test_an_altered_seal_does_not_open() -> None:
    sealed = seal("13912345678")
    with pytest.raises(ValueError, match="secret"):
        unseal(sealed[:-6] + "AAAAA=")


@pytest.fixture
def fresh_keys() -> Iterator[None]:
    """Keys are derived anew, and again after the test."""
    yield
    key_for.cache_clear()
    secrets._box.cache_clear()


def test_another_secret_does_not_open(fresh_keys: None) -> None:
    sealed = seal("13912345678")
    key_for.cache_clear()
    secrets._box.cache_clear()
    with (
        override_settings(SECRET_KEY="as after a restore without the old one"),
        pytest.raises(ValueError, match="secret"),
    ):
        unseal(sealed)


def test_every_purpose_has_a_key_of_its_own() -> None:
    keys = [key_for(purpose) for purpose in ("log", "personal data", "voice", "sms")]
    assert len(set(keys)) == 4 and {len(key) for key in keys} == {32}


@given(plain.filter(lambda text: "*" not in text))
def test_a_mask_hides_at_least_four_signs_of_a_number_and_all_but_one_of_a_name(text: str) -> None:
    hidden = mask(text)
    if len(text) < 7:
        assert hidden[:1] == text[:1] and set(hidden[1:]) <= {"*"}
        assert len(hidden) > 1 or not text
    else:
        assert len(hidden) == len(text) and hidden.count("*") >= 4
        assert text.startswith(hidden.partition("*")[0]) and text.endswith(hidden.rpartition("*")[2])


@pytest.mark.parametrize(
    "text, shown",
    [
        ("13912345678", "139****5678"),
        ("8612345", "86****5"),
        ("25251234", "25****34"),
        ("张三丰", "张**"),
        ("李四", "李*"),
        ("王", "王*"),
        ("", ""),
        ("199-0000-0001", "199******0001"),
    ],
)
def test_masks(text: str, shown: str) -> None:
    assert mask(text) == shown


@pytest.mark.django_db
def test_a_telephone_number_is_not_readable_in_the_database() -> None:
    unit = Organisation.objects.create(number="B", name="bureau", kind="bureau")
    person = Person.objects.create(number="P", name="某人", organisation=unit, phone="13912345678")
    person.save()  # sealing what is sealed already would lock it away
    with connection.cursor() as cursor:
        cursor.execute("select phone, search_text from people_person")
        phone, search = cursor.fetchone()
    assert phone.startswith(SEALED) and "13912345678" not in phone + search
    assert Person.objects.get().phone == "13912345678"
