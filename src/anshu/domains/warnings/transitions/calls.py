"""Call until answered (叫应): person after person rings until one has heard, read back and agreed; else to the door.

The chain goes on inside the transaction that ends a call, and every wait is a row in the table of clocks, so that a
killed process loses nothing and a restart rings nobody twice.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.people.models import Organisation, Person
from anshu.domains.places.models import Site
from anshu.domains.warnings.models import Call, CallOut
from anshu.domains.warnings.queries import calls as queries
from anshu.domains.warnings.rules.calls import Exhausted, Ring, Verdict, Wait, choices, judge, next_step
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.ledger.models import Registered
from anshu.workflow import clocks, log, rules
from anshu.workflow.clocks import WORK
from anshu.workflow.loop import Limit, Loop, declare
from anshu.workflow.transitions import opening, transition

State = CallOut.State
CallState = Call.State
ACTIVE = (CallState.WAITING, CallState.RINGING, CallState.LISTENING)
"""A right read-back counts even when the call was already given up: the news of it came late."""
MAY_STILL_BE_HEARD = (*ACTIVE, CallState.NO_ANSWER, CallState.CUT_SHORT)

CALL_OUT_LOOP = declare(
    Loop(
        CallOut,
        title=_("Call-out"),
        owner={State.CALLING: _("duty officer"), State.UNANSWERED: _("community")},
        limit={
            State.CALLING: Limit("call_outs/watch", expired="warnings.call_next"),
            State.UNANSWERED: Limit("call_outs/knock", asks="knock"),
        },
        ends=frozenset({State.ANSWERED, State.KNOCKED, State.STOPPED}),
    )
)
CALL_LOOP = declare(
    Loop(
        Call,
        title=_("Call"),
        owner={
            CallState.WAITING: _("gateway"),
            CallState.RINGING: _("the person called"),
            CallState.LISTENING: _("the person called"),
        },
        limit={
            CallState.WAITING: Limit(
                "call_outs/all_called_within", expired="warnings.fail_call", start=lambda call: call.rings_at
            ),
            CallState.RINGING: Limit("call_outs/ring", variant=lambda call: call.channel, expired="warnings.no_answer"),
            CallState.LISTENING: Limit("call_outs/listen", expired="warnings.cut_short"),
        },
        ends=frozenset(
            {
                CallState.HEARD,
                CallState.REFUSED,
                CallState.CUT_SHORT,
                CallState.NO_ANSWER,
                CallState.FAILED,
                CallState.STOPPED,
            }
        ),
    )
)


def call_next(call_out: CallOut, *, by: Actor) -> CallOut:
    """Ring whoever is next, or give up when nobody is left; nothing while a call is under way. Safe to repeat."""
    with transaction.atomic():
        log.lock()
        fresh = CallOut.objects.select_for_update().get(pk=call_out.pk)
        if fresh.state == State.CALLING:
            _go_on(fresh)
    return fresh


def _go_on(call_out: CallOut) -> None:
    made = list(Call.objects.filter(call_out=call_out).select_related("person").order_by("step", "attempt"))
    heard = next((call for call in made if call.state == CallState.HEARD), None)
    if heard is not None:
        answer_call(call_out, by=WORK, person=heard.person)
        return
    step = next_step(queries.links(call_out), [queries.past(call) for call in made], queries.pace(), clock.now())
    match step:
        case Ring():
            place_call(by=WORK, call_out=call_out, turn=asdict(step))
        case Exhausted():
            give_up(call_out, by=WORK)
            return
        case Wait():
            for call in made:
                if call.state in ACTIVE and clocks.running(call) is None:
                    clocks.wind(call)  # its clock ran out in vain: it gets another, so that it cannot lie still
    clocks.wind(call_out)


def _begin(call_out: CallOut) -> None:
    call_next(call_out, by=WORK)


def _next(call: Call) -> None:
    call_next(call.call_out, by=WORK)


def _answered(call: Call) -> None:
    if CallOut.objects.get(pk=call.call_out_id).state in (State.CALLING, State.UNANSWERED):
        answer_call(call.call_out, by=WORK, person=call.person)


def _stop_rest(call_out: CallOut) -> None:
    for call in Call.objects.filter(call_out=call_out, state__in=ACTIVE):
        stop_call(call, by=WORK)


@opening(to=State.CALLING, title=_("call until answered"), then=_begin)
def open_call_out(
    *,
    by: Actor,
    cause: Registered,
    organisation: Organisation | None,
    words: Mapping[str, str],
    site: Site | None = None,
) -> CallOut:
    """Call a unit, and those answerable for the site. `words`: level (1–4), place, action, and a message if not ours.

    Refused (`duplicate`) when the same cause has already called the same unit (without one: the place) at that level.
    """
    if missing := [name for name in ("level", "place", "action") if not words.get(name)]:
        raise Invalid(_("a call must say its level, the place and what to do"), field=missing[0])
    label = cause._meta.label_lower
    alike = CallOut.objects.filter(cause=label, cause_id=cause.pk, organisation=organisation, level=words["level"])
    same = (alike if organisation else alike.filter(place=words["place"])).first()
    if same is not None:
        raise Refused(_("already being called: %(number)s"), code="duplicate", number=same.number)
    territory = (site.territory if site else "") or (organisation.territory if organisation else "") or cause.territory
    chain, gaps = queries.preflight(organisation, site, territory)
    return CallOut(
        organisation=organisation,
        cause=label,
        cause_id=cause.pk,
        level=words["level"],
        place=words["place"],
        action=words["action"],
        message=words.get("message") or queries.message(words),
        chain=chain,
        gaps=gaps,
        territory=territory,
        lon=site.lon if site else cause.lon,
        lat=site.lat if site else cause.lat,
        exercise=cause.exercise,
        generated=cause.generated,
    )


@transition(State.CALLING, State.UNANSWERED, to=State.ANSWERED, title=_("answer"), then=_stop_rest)
def answer_call(call_out: CallOut, *, by: Actor, person: Person | None = None, remark: str = "") -> None:
    """Somebody has heard and agreed: by telephone, or here by hand. `person` is who; without it, whoever is acting."""
    account = account_of(by)
    if person is None and account is not None:
        person = Person.objects.filter(account=account).first()
    call_out.answered_by, call_out.answered_at = person, clock.now()


@transition(State.CALLING, to=State.UNANSWERED, title=_("nobody answered"))
def give_up(call_out: CallOut, *, by: Actor) -> dict[str, Any]:
    """The chain has ended. Somebody near has to go and knock at the door."""
    return {"calls": Call.objects.filter(call_out=call_out).count(), "people": len(queries.links(call_out))}


@transition(State.UNANSWERED, to=State.KNOCKED, title=_("told at the door"))
def knock(call_out: CallOut, *, by: Actor, note: str, lon: float | None = None, lat: float | None = None) -> None:
    """Somebody has been there and told them in person: whom, is in the note; where, in degrees WGS-84."""
    if not note.strip():
        raise Invalid(_("say who was told"), field="note")
    if (lon is None) != (lat is None) or not (-180 <= (lon or 0) <= 180 and -90 <= (lat or 0) <= 90):
        raise Invalid(_("a place needs both its longitude and its latitude, in degrees"), field="lon")
    call_out.answered_at = clock.now()


@transition(State.CALLING, State.UNANSWERED, to=State.STOPPED, title=_("stop calling"), grave=True, then=_stop_rest)
def stop_call_out(call_out: CallOut, *, by: Actor, reason: str) -> None:
    """What it was about is over."""
    if not reason.strip():
        raise Invalid(_("say why nobody needs to be called any more"), field="reason")


@opening(to=CallState.WAITING, title=_("place a call"))
def place_call(*, by: Actor, call_out: CallOut, turn: Mapping[str, Any]) -> Call:
    """Decide on a ring; `turn` is a `Ring` as a mapping. The gateway takes it up when its time has come."""
    call = Call(
        call_out=call_out,
        person=Person.objects.get(pk=turn["person"]),
        attempt=turn["attempt"],
        step=turn["step"],
        channel=turn["channel"],
        rings_at=turn["at"],
        territory=call_out.territory,
        exercise=call_out.exercise,
        generated=call_out.generated,
    )
    listed, position = choices(call_out.place, queries.decoys(call_out), call.id.int)
    call.read_back = {"choices": listed, "expected": f"{call_out.level}{position}1", "given": []}
    return call


@transition(CallState.WAITING, to=CallState.RINGING, title=_("ring"))
def ring(call: Call, *, by: Actor, outside_id: str = "") -> None:
    """The gateway has taken it up."""
    call.outside_id = outside_id or call.outside_id


@transition(CallState.WAITING, CallState.RINGING, to=CallState.LISTENING, title=_("pick up"))
def listen(call: Call, *, by: Actor) -> None:
    """Somebody has picked up; that is not yet an answer."""


@transition(MAY_STILL_BE_HEARD, to=CallState.HEARD, title=_("heard and read back"), then=_answered)
def hear(call: Call, *, by: Actor, read_back: str, heard_s: float | None = None, at: datetime | None = None) -> None:
    """Heard for as long as must be, and the keys for level, place and action were right."""
    if judge(call.read_back["expected"], read_back, whole=_whole(call, heard_s), wrong_before=0) is not Verdict.HEARD:
        raise Refused(_("that was not heard to the end and read back rightly"), code="not_understood")
    _note(call, read_back, Verdict.HEARD, heard_s, at)


@transition(ACTIVE, to=CallState.LISTENING, title=_("misread"))
def mishear(call: Call, *, by: Actor, read_back: str, heard_s: float | None = None, at: datetime | None = None) -> None:
    """The keys were wrong, or pressed before the end: the message is played once more."""
    _note(call, read_back, Verdict.AGAIN, heard_s, at)


@transition(ACTIVE, to=CallState.REFUSED, title=_("refuse"), then=_next)
def refuse_call(call: Call, *, by: Actor, reason: str, decided: bool = True) -> None:
    """Says it cannot be done; or (`decided=False`) the ring was pushed away, and the person may be tried again."""
    if not reason.strip():
        raise Invalid(_("say why you refuse"), field="reason")
    call.remark = reason[:200]
    call.read_back = {**call.read_back, "decided": decided}


@transition(ACTIVE, to=CallState.CUT_SHORT, title=_("cut short"), then=_next)
def cut_short(call: Call, *, by: Actor, heard_s: float | None = None, remark: str = "") -> None:
    """Hung up before the end, or the keys stayed wrong."""
    call.heard_s = heard_s if heard_s is not None else call.heard_s
    call.remark = remark[:200]


@transition(CallState.RINGING, to=CallState.NO_ANSWER, title=_("no answer"), then=_next)
def no_answer(call: Call, *, by: Actor) -> None:
    """It rang for as long as it may."""


@transition(ACTIVE, to=CallState.FAILED, title=_("fail"), then=_next)
def fail_call(call: Call, *, by: Actor, reason: str = "") -> None:
    """It could not be put through; the next try takes the other channel."""
    call.remark = str(reason)[:200]


@transition(ACTIVE, to=CallState.STOPPED, title=_("stop"))
def stop_call(call: Call, *, by: Actor) -> None:
    """No longer needed; the gateway lets the telephone fall silent."""


def take_keys(call: Call, *, by: Actor, keys: str, heard_s: float | None, at: datetime) -> Verdict:
    """Do what the keys mean. The same keys reported again (same instant) change nothing and get the same verdict."""
    with transaction.atomic():
        log.lock()
        fresh = Call.objects.select_related("person", "call_out").get(pk=call.pk)
        given = fresh.read_back.get("given", [])
        before = next((row for row in given if row["at"] == at.isoformat()), None)
        if before is not None:
            return Verdict(before["verdict"])
        wrong = sum(row["verdict"] == Verdict.AGAIN for row in given)
        verdict = judge(fresh.read_back["expected"], keys, whole=_whole(fresh, heard_s), wrong_before=wrong)
        return _carry_out(fresh, verdict, by, keys=keys, heard_s=heard_s, at=at)


def _carry_out(call: Call, verdict: Verdict, by: Actor, *, keys: str, heard_s: float | None, at: datetime) -> Verdict:
    if verdict is Verdict.HEARD and call.state in MAY_STILL_BE_HEARD:
        hear(call, by=by, read_back=keys, heard_s=heard_s, at=at)
    elif call.state not in ACTIVE:
        return Verdict.HEARD if call.state == CallState.HEARD else Verdict.NOT_UNDERSTOOD
    elif verdict is Verdict.DECLINED:
        refuse_call(call, by=by, reason=str(_("says it cannot be done")))
    elif verdict is Verdict.AGAIN:
        mishear(call, by=by, read_back=keys, heard_s=heard_s, at=at)
    else:
        cut_short(call, by=by, heard_s=heard_s, remark=str(_("not understood: %(keys)s") % {"keys": keys}))
    return verdict


def _whole(call: Call, heard_s: float | None) -> bool:
    """Whether enough was heard; a text message is read at the reader's own pace."""
    needed = rules.at("call_outs/message_heard").limit().elapsed
    return call.channel == "sms" or (heard_s is not None and needed is not None and heard_s >= needed.total_seconds())


def _note(call: Call, keys: str, verdict: Verdict, heard_s: float | None, at: datetime | None) -> None:
    row = {"keys": keys, "verdict": str(verdict), "at": (at or clock.now()).isoformat()}
    call.read_back = {**call.read_back, "given": [*call.read_back.get("given", []), row]}
    call.heard_s = heard_s if heard_s is not None else call.heard_s


clocks.EXPIRY.update(
    {
        "warnings.call_next": call_next,
        "warnings.no_answer": no_answer,
        "warnings.cut_short": cut_short,
        "warnings.fail_call": fail_call,
    }
)
