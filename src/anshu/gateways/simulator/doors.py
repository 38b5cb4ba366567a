"""The simulator's two sides: the gateway that programs call, and the telephones that people see."""

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anshu.access.policy import actor_of, require
from anshu.access.secrets import mask
from anshu.domains.warnings.models import Call
from anshu.gateways.simulator.exchange import Phone
from anshu.gateways.simulator.tasks import exchange
from anshu.gateways.voice.signature import HEADER, genuine
from anshu.kernel import clock

"""Whoever may note that a call was heard may also play the people who hear it."""
PERMISSION = "warnings.hear"
NEEDED = {"id", "to", "channel", "exercise", "text", "spoken", "questions", "ring_s", "hear_s", "callback"}


@csrf_exempt
@require_POST
def accept(request: HttpRequest) -> JsonResponse:
    """Take a call: 201 with our number for it, 403 unsigned, 422 unreadable."""
    try:
        call = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        call = None
    if not isinstance(call, dict) or not call.keys() >= NEEDED:
        return JsonResponse({"error": "call"}, status=422)
    if not genuine(request.body, request.headers.get(HEADER, ""), str(call["channel"])):
        return JsonResponse({"error": "signature"}, status=403)
    return JsonResponse({"id": exchange().place(call, clock.now().timestamp())}, status=201)


@csrf_exempt
@require_http_methods(["DELETE"])
def take_back(request: HttpRequest, call: str) -> HttpResponse:
    """End a call that is no longer needed: 204, also when it has ended already."""
    signature = request.headers.get(HEADER, "")
    if not any(genuine(call.encode(), signature, channel) for channel in ("voice", "sms")):
        return JsonResponse({"error": "signature"}, status=403)
    exchange().cancel(call, clock.now().timestamp())
    return HttpResponse(status=204)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The telephones, as cards."""
    require(actor_of(request), PERMISSION)
    own = exchange()
    phones = own.phones()
    rows = Call.objects.select_related("person__organisation").filter(pk__in=[phone.id for phone in phones])
    calls = {str(call.pk): call for call in rows}
    now = clock.now().timestamp()
    cards = [
        {
            "phone": phone, "call": calls.get(phone.id), "number": mask(phone.number),
            "seconds": int(now - (phone.answered_at or phone.placed_at)), "keys": _keys(phone),
        }
        for phone in phones
    ]
    return render(request, "simulator.html", {"cards": cards, "behaviour": own.option("behaviour", "hand")})


def _keys(phone: Phone) -> list[tuple[str, str]]:
    """The keys of the question that is being asked now."""
    questions = phone.request["questions"]
    return list(questions[min(len(phone.keys), len(questions) - 1)]["keys"].items())


@require_POST
def act(request: HttpRequest, call: str, act: str) -> HttpResponse:
    """Do something with a telephone: answer, refuse, ignore, hang_up, or press one key (`key`)."""
    require(actor_of(request), PERMISSION)
    own, now = exchange(), clock.now().timestamp()
    match act:
        case "answer":
            own.answer(call, now)
        case "refuse":
            own.refuse(call, now)
        case "hang_up":
            own.hang_up(call, now)
        case "ignore":
            own.ignore(call)
        case "press" if request.POST.get("key", "") in tuple("0123456789"):
            own.dial(call, request.POST["key"], now)
        case _:
            return HttpResponse(status=422)
    return HttpResponseRedirect(reverse("simulator"))


@require_POST
def behave(request: HttpRequest) -> HttpResponse:
    """Let people act by themselves (`auto`), or leave every telephone to the hand (`hand`)."""
    require(actor_of(request), PERMISSION)
    exchange().set_option("behaviour", "auto" if request.POST.get("behaviour") == "auto" else "hand")
    return HttpResponseRedirect(reverse("simulator"))
