"""What is in the registers once the invented district was loaded."""

import argparse
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest
from django.db import transaction
from django.utils import timezone

from anshu.access.models import Account, Grant
from anshu.domains.devices.models import Channel
from anshu.domains.duty.models import Shift
from anshu.domains.enforcement.models import Case
from anshu.domains.hazards.models import Extension, Hazard, Listing, LookBack
from anshu.domains.people.models import Organisation, Person
from anshu.domains.places.models import BaseLayer, Site
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.queries.backtest import Recording, Yardstick, try_out
from anshu.domains.warnings.queries.watched import channels_of
from anshu.domains.warnings.rules import ladders
from anshu.domains.warnings.rules.compounds import Place
from anshu.domains.warnings.rules.surroundings import Surroundings
from anshu.engines.backtest import Round, Span
from anshu.engines.district import generate, storm
from anshu.engines.sensing import Batch
from anshu.kernel import clock
from anshu.ledger.attachments import pictures_of
from anshu.ledger.declaration import LEDGERS
from anshu.ledger.evidence import doubts
from anshu.ledger.papers import papers_of
from anshu.project import demo
from anshu.project.demo import accounts, playing
from anshu.project.settings import settings
from anshu.workflow import clocks
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
KEPT_BY_HAND = (
    *("accidents", "accident-bulletins", "stations", "expert-groups", "experts", "grid-teams", "targets", "assistance"),
    *("treatments", "rating-rounds", "confiscations", "risk-studies", "closures", "hotline-notices"),
)
SEED = 20230907


@pytest.fixture(scope="module", autouse=True)
def loaded(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The district, loaded once for all tests of this file and taken back after the last."""
    before = settings().state_dir
    settings().state_dir = tmp_path_factory.mktemp("state")
    with django_db_blocker.unblock(), transaction.atomic():
        demo.run(argparse.Namespace(what="district", generated=True, seed=SEED, sites=50))
        yield
        transaction.set_rollback(True)
    settings().state_dir = before


def test_what_save_would_fill_in_is_filled_in() -> None:
    slots = list(Channel.objects.values_list("slot", flat=True))
    assert sorted(slots) == list(range(1, len(slots) + 1))
    site = Site.objects.order_by("number").first()
    kept = site.search_text
    site.save()
    assert site.search_text == kept != ""
    assert not Site.objects.filter(search_text="").exists()


def test_what_is_kept_by_hand_has_rows_that_a_clerk_could_have_entered() -> None:
    for slug in KEPT_BY_HAND:
        rows = list(LEDGERS[slug].model.objects.all())
        assert rows and all(row.generated for row in rows), slug
        for row in rows[:10]:
            row.full_clean()


def test_rules_hold_together_and_watch_every_road_gauge() -> None:
    table, meanings = ladders.table()
    watched = Counter(watch.channel.quantity for watch in meanings.values() if isinstance(watch, ladders.Watch))
    assert watched == {"road_water_depth": 80, "rain_1h": 25, "displacement": 60, "water_level": 4}
    places = Counter(place.rule.number for place in meanings.values() if isinstance(place, Place))
    assert places == {"GZ-flooding": 80, "GZ-spreading": 80}
    assert set(meanings) == set(table.keys)
    assert all(rule.basis for rule in Rule.objects.all())
    depth = Rule.objects.get(number="GZ-road_water_depth")
    assert [step["raise"] for step in depth.steps] == [0.15, 0.25, 0.4]
    assert all(step["clear"] == pytest.approx(step["raise"] - 0.03) for step in depth.steps)


def test_the_storm_brings_both_compounds() -> None:
    """Judged on the storm's readings in the order of their own times."""
    slots = dict(Channel.objects.values_list("number", "slot"))
    start = datetime(2026, 6, 11, 16, tzinfo=UTC)
    rows = [
        (slots[one.channel_code], round(one.at.timestamp() * 1000), one.value)
        for one in playing.with_hours(storm(generate(SEED, at=start), start=start, seed=SEED))
        if one.channel_code in slots
    ]
    rows.sort(key=lambda row: row[1])
    channel, at_ms, value = (np.array(column) for column in zip(*rows, strict=True))
    begin_ms, end_ms = int(at_ms[0]), int(at_ms[-1]) + 1
    rules = list(Rule.objects.filter(judged=Rule.Judged.CONDITIONS).order_by("number"))
    places = {one.slot: one.number for one in channels_of(rules[0])}
    recording = Recording(
        Span(begin_ms, end_ms, len(places)), places, {}, lambda _further: [Round(Batch(channel, at_ms, value), end_ms)],
        Surroundings.of(rules, Channel.objects.all()),
    )  # fmt: skip
    trials = try_out(rules, recording, Yardstick())
    assert {trial.rule.number: trial.score.alarms for trial in trials} == {"GZ-flooding": 12, "GZ-spreading": 7}


def test_everybody_can_be_called_and_log_in() -> None:
    for street in Organisation.objects.filter(kind="street"):
        assert {1, 2, 3} <= set(Person.objects.filter(organisation=street).values_list("rank", flat=True))
    assert all(phone.startswith("199-0000-") for phone in Person.objects.values_list("phone", flat=True))
    officer = Person.objects.get(account__username="zhiban")
    shift = Shift.objects.get(state=Shift.State.ON_DUTY, territory="990101")
    assert shift.officer == officer and shift.starts_at <= clock.now() < shift.ends_at
    assert Account.objects.get(username="zhiban").check_password(accounts.PASSWORD)
    assert Grant.objects.get(account__username="jiedao1").territory == "990101007"
    assert all(clocks.running(planned) for planned in Shift.objects.filter(state=Shift.State.PLANNED))


def test_base_layers_are_small_and_the_road_graph_is_whole() -> None:
    content = dict(BaseLayer.objects.values_list("key", "content"))
    assert set(content) == {"districts", "streets", "water", "roads_lines", "roads"}
    graph = content["roads"]
    assert all(max(edge[0], edge[1]) < len(graph["nodes"]) and edge[3] > 0 for edge in graph["edges"])
    assert {item["geometry"]["type"] for item in content["streets"]["features"]} <= {"Polygon", "MultiPolygon"}


def test_hazards_stand_at_every_step_and_their_history_runs_forward() -> None:
    assert set(Hazard.objects.values_list("state", flat=True)) == set(Hazard.State.values)
    assert set(Listing.objects.values_list("state", flat=True)) >= {"proposed", "published", "delisting_published"}
    assert set(Extension.objects.values_list("state", flat=True)) == set(Extension.State.values)
    assert set(LookBack.objects.values_list("state", flat=True)) == set(LookBack.State.values)
    today = timezone.localdate(clock.now())
    assert Hazard.objects.filter(state=Hazard.State.RECTIFYING, due_on__lt=today).exists()
    assert Hazard.objects.exclude(earlier=None).exists()
    for model in (Hazard, Listing, Extension, LookBack, Case):
        assert not model.objects.filter(generated=False).exists()
        for record in model.objects.all():
            times = list(Change.objects.filter(subject_id=record.pk).order_by("pk").values_list("at", flat=True))
            assert times == sorted(times) and times[-1] <= clock.now(), record
    closed = Hazard.objects.filter(state=Hazard.State.CLOSED).order_by("number").first()
    assert {picture.purpose for picture in pictures_of(closed)} == {"before", "after"}
    assert doubts(closed) == [], "a picture of the demonstration is made there, then, and is like no other"


def test_penalty_cases_stand_at_different_steps_with_their_documents() -> None:
    states = Counter(Case.objects.values_list("state", flat=True))
    wanted = {"reported", "investigating", "under_review", "notified", "hearing", "delivered", "overdue", "archived"}
    assert states.keys() >= wanted
    kinds = {paper.kind for paper in papers_of(Case.objects.get(state=Case.State.ARCHIVED))}
    assert kinds >= {"case_opening_approval", "penalty_notice", "penalty_decision", "file_contents"}
