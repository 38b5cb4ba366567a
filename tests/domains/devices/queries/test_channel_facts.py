"""What intake knows of channels is read again when one has changed, and only then."""

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from anshu.access.policy import Robot
from anshu.domains.devices.models import Channel, Device
from anshu.domains.devices.queries import channel_facts
from anshu.workflow import log

pytestmark = pytest.mark.django_db


def made(number: str, territory: str = "440306001") -> Channel:
    device = Device.objects.create(number=f"D-{number}", name=number, kind="gauge", territory=territory)
    return Channel.objects.create(
        number=number, name=number, device=device, quantity="road_water_depth", unit="m", minimum=0, maximum=9,
        territory=territory,
    )  # fmt: skip


def test_a_new_channel_is_known_at_once() -> None:
    made("a")
    assert set(channel_facts()) == {"a"}
    made("b")
    assert set(channel_facts()) == {"a", "b"}


def test_a_change_that_is_in_the_log_is_known_at_once() -> None:
    channel = made("a")
    assert channel_facts()["a"].maximum == 9
    with transaction.atomic():
        Channel.objects.filter(pk=channel.pk).update(maximum=5)
        log.write("devices.change", channel, Robot("import"))
    assert channel_facts()["a"].maximum == 5


def test_each_area_knows_its_own() -> None:
    made("a", "440306001")
    made("b", "440306002")
    assert set(channel_facts(("440306001",))) == {"a"}
    assert set(channel_facts(("440306",))) == {"a", "b"}
    assert set(channel_facts(("440305",))) == set()


def test_while_nothing_happens_two_look_ups_are_enough(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made("a")
    channel_facts()
    with django_assert_num_queries(2):
        channel_facts()
