"""Kill it anywhere: whatever is lost, late or doubled, each call-out ends once, in time, and no phone rings twice."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from anshu.domains.people.models import Organisation
from anshu.domains.warnings.models import Call, CallOut
from anshu.gateways.voice import client, delivery
from anshu.gateways.voice.events import take
from anshu.gateways.voice.mapping import decode
from anshu.kernel import clock
from anshu.workflow import clocks
from anshu.workflow.models import Change, Clock
from tests.domains.warnings.calling import NOON, district, person

ENDS = ("answered", "unanswered", "knocked", "stopped")
CHANNELS = ("voice", "sms")
KINDS = ("ringing", "answered", "pressed", "wrong", "refused", "hung_up", "failed")
ACTIVE = ("waiting", "ringing", "listening")


class Outside:
    """The telephones as they really are: what rings, whatever we believe. Ringing stops by itself after `ring_s`."""

    def __init__(self) -> None:
        self.calls: dict[str, dict[str, Any]] = {}
        self.live: dict[str, datetime | None] = {}  # call → when it stops by itself; None while somebody talks
        self.down = False

    def post(self, url: str, *, content: bytes, headers: dict[str, str], timeout: float) -> httpx.Response:
        request = httpx.Request("POST", url)
        if self.down:
            raise httpx.ConnectError("down", request=request)
        body = orjson.loads(content)
        if body["id"] not in self.calls:
            self.calls[body["id"]] = body
            self.live[body["id"]] = clock.now() + timedelta(seconds=body["ring_s"])
        return httpx.Response(201, json={"id": "g"}, request=request)

    def delete(self, url: str, *, headers: dict[str, str], timeout: float) -> httpx.Response:
        request = httpx.Request("DELETE", url)
        if self.down:
            raise httpx.ConnectError("down", request=request)
        self.live.pop(url.rsplit("/", 1)[1], None)
        return httpx.Response(204, request=request)

    def pass_time(self) -> None:
        self.live = {call: until for call, until in self.live.items() if until is None or until > clock.now()}


class Torture(RuleBasedStateMachine):
    """Two streets under one bureau, whose officers stand in both chains."""

    @initialize()
    def begin(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.standing = clock.FrozenTime(NOON)
        self.before = clock.source()
        clock.use(self.standing)
        self.outside = Outside()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(client.httpx, "post", self.outside.post)
        self.patch.setattr(client.httpx, "delete", self.outside.delete)
        here = district()
        other = Organisation.objects.create(
            number="S02", name="南岭街道办", kind="street", territory="440399002", superior=here.bureau
        )
        person("other_officer", other, 3)
        here.open()
        here.open(organisation=other, words={"level": "1", "place": "南岭街道", "action": "撤离"})
        self.told: list[tuple[str, bytes]] = []

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            try:
                self.finish()
            finally:
                self.patch.undo()
                clock.use(self.before)
                transaction.set_rollback(True)
                self.atomic.__exit__(None, None, None)

    @rule(seconds=st.sampled_from((1, 5, 16, 20, 36, 65, 200)))
    def wait(self, seconds: int) -> None:
        self.standing.advance(seconds=seconds)
        self.outside.pass_time()

    @rule()
    def one_clock(self) -> None:
        clocks.step()

    @rule(channel=st.sampled_from(CHANNELS), down=st.booleans())
    def deliver(self, channel: str, down: bool) -> None:
        self.outside.down = down
        delivery.deliver(channel)
        self.outside.down = False

    @rule(channel=st.sampled_from(CHANNELS), sent=st.booleans())
    def killed_while_delivering(self, channel: str, sent: bool) -> None:
        call = delivery.claim(channel)
        if call is not None and sent:
            client.place(call)

    @rule(data=st.data(), kind=st.sampled_from(KINDS))
    def somebody_acts(self, data: st.DataObject, kind: str) -> None:
        if not self.outside.live:
            return
        own_id = data.draw(st.sampled_from(sorted(self.outside.live)))
        call = Call.objects.get(pk=own_id)
        body: dict[str, Any] = {"id": own_id, "event": kind, "at": clock.now().isoformat()}
        if kind in ("pressed", "wrong"):
            digits = call.read_back["expected"] if kind == "pressed" else "000"
            body |= {"event": "pressed", "digits": digits, "heard_s": 25.0}
        if kind == "refused":
            body |= {"event": "hung_up"}
        if kind == "hung_up":
            body |= {"heard_s": 4.0}
        if kind in ("answered", "pressed", "wrong"):
            self.outside.live[own_id] = None
        if kind in ("refused", "hung_up", "failed"):
            self.outside.live.pop(own_id)
        self.told.append((call.channel, json.dumps(body).encode()))

    @rule(data=st.data())
    def a_report_arrives_perhaps_again(self, data: st.DataObject) -> None:
        if self.told:
            channel, body = data.draw(st.sampled_from(self.told))
            take(decode(body), channel)

    @invariant()
    def no_telephone_rings_twice_at_once(self) -> None:
        if hasattr(self, "outside"):
            placed = [self.outside.calls[own_id] for own_id in self.outside.live]
            ringing = Counter((call["to"], call["channel"]) for call in placed)
            assert max(ringing.values(), default=0) <= 1

    @invariant()
    def nobody_is_called_too_often_and_one_call_is_under_way(self) -> None:
        if not hasattr(self, "outside"):
            return
        tries = Counter(Call.objects.values_list("call_out", "person"))
        assert max(tries.values(), default=0) <= 3
        active = Counter(Call.objects.filter(state__in=ACTIVE).values_list("call_out", flat=True))
        assert active == Counter(CallOut.objects.filter(state="calling").values_list("pk", flat=True))

    @invariant()
    def whatever_is_open_has_a_clock(self) -> None:
        if not hasattr(self, "outside"):
            return
        open_records = [
            *CallOut.objects.filter(state__in=("calling", "unanswered")).values_list("pk", flat=True),
            *Call.objects.filter(state__in=ACTIVE).values_list("pk", flat=True),
        ]
        wound = Clock.objects.filter(stopped_at=None).values_list("subject_id", flat=True)
        assert Counter(wound) == Counter(open_records)

    def finish(self) -> None:
        """From wherever it was left, with nobody picking up any more, everything ends within the bound."""
        began = clock.now()
        while CallOut.objects.filter(state="calling").exists():
            assert clock.now() - began < timedelta(minutes=45)
            for go_on in (lambda: delivery.deliver("voice"), lambda: delivery.deliver("sms"), clocks.step):
                drain(go_on)
            self.no_telephone_rings_twice_at_once()
            self.standing.at = self.next_instant()
            self.outside.pass_time()
        for call_out in CallOut.objects.all():
            reached = [
                row.to_state for row in Change.objects.filter(subject_id=call_out.pk, to_state__in=ENDS).order_by("id")
            ]
            assert reached in (["answered"], ["unanswered"], ["unanswered", "answered"])
            assert (call_out.state == "answered") == Call.objects.filter(call_out=call_out, state="heard").exists()

    def next_instant(self) -> datetime:
        """When something is due next; at the latest when an abandoned claim has grown old."""
        now = clock.now()
        due = [*Clock.objects.filter(next_at__gt=now).values_list("next_at", flat=True)]
        due += Call.objects.filter(state="waiting", rings_at__gt=now).values_list("rings_at", flat=True)
        return min([*due, now + timedelta(seconds=16)])


def drain(step: Callable[[], bool]) -> None:
    for _ in range(200):
        if not step():
            return
    raise AssertionError("a step that never has enough")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.django_db
def test_whatever_happens_each_call_out_ends_once() -> None:
    run_state_machine_as_test(
        Torture,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
