"""What a gateway reports becomes what happened to the call. Repeated, late or reordered reports change nothing."""

from django.db import transaction

from anshu.domains.warnings.models import Call
from anshu.domains.warnings.transitions.calls import ACTIVE, cut_short, fail_call, listen, refuse_call, ring, take_keys
from anshu.gateways.voice.delivery import release
from anshu.gateways.voice.mapping import NEXT, Event
from anshu.kernel.errors import Invalid
from anshu.workflow import log
from anshu.workflow.clocks import WORK

State = Call.State


def take(event: Event, channel: str) -> str:
    """Let the event happen and say what the gateway does next; Invalid (field `id`) for a call that is not ours."""
    with transaction.atomic():
        log.lock()
        call = Call.objects.select_related("call_out", "person").filter(pk=event.id, channel=channel).first()
        if call is None:
            raise Invalid("there is no such call: %(id)s", field="id", code="unknown_call", id=str(event.id))
        if event.event == "pressed":
            return NEXT[take_keys(call, by=WORK, keys=event.digits, heard_s=event.heard_s, at=event.at)]
        if event.event in ("hung_up", "failed"):
            release(call)
        _follow(call, event)
        return "go_on" if call.state in ACTIVE else "hang_up"


def _follow(call: Call, event: Event) -> None:
    match event.event:
        case "ringing" if call.state == State.WAITING:
            ring(call, by=WORK)
        case "answered" if call.state in (State.WAITING, State.RINGING):
            listen(call, by=WORK)
        case "hung_up" if call.state == State.LISTENING or (call.state in ACTIVE and event.heard_s):
            cut_short(call, by=WORK, heard_s=event.heard_s)
        case "hung_up" if call.state in ACTIVE:
            refuse_call(call, by=WORK, reason="the ring was pushed away", decided=False)
        case "failed" if call.state in ACTIVE:
            fail_call(call, by=WORK, reason=event.reason or "the gateway could not put it through")
