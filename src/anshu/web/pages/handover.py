"""The handover sheet: drawn up from what is open, answered point by point, signed by both."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from anshu.access.policy import actor_of, require
from anshu.domains.duty import queries
from anshu.domains.duty.models import Shift
from anshu.domains.duty.transitions import prepare_handover, sign_in, sign_out
from anshu.kernel.errors import AnshuError


def sheet(request: HttpRequest) -> HttpResponse:
    """The sheet of the shift that has the watch; posting draws it up, signs out or signs in."""
    actor = actor_of(request)
    require(actor, "duty.view")
    shift = queries.watch_over(actor.territory)
    error: AnshuError | None = None
    if request.method == "POST" and shift is not None:
        try:
            act(request, shift)
            return HttpResponseRedirect("/handover")
        except AnshuError as refusal:
            error = refusal
    following = (
        Shift.objects.filter(state=Shift.State.PLANNED, starts_at__gte=shift.starts_at, territory=shift.territory)
        if shift
        else None
    )
    context = {
        "shift": shift,
        "error": error,
        "typed": request.POST if error else {},
        "unread": queries.unread_warnings(shift).count() if shift else 0,
        "unjudged": queries.unjudged_alarms(shift).count() if shift else 0,
        "following": following.select_related("officer", "leader").order_by("starts_at")[:3]
        if following is not None
        else (),
    }
    return render(request, "handover.html", context, status=error.status if error else 200)


def act(request: HttpRequest, shift: Shift) -> None:
    """What the button pressed asks for."""
    actor = actor_of(request)
    match request.POST.get("act"):
        case "prepare":
            prepare_handover(shift, by=actor)
        case "sign_out":
            answers = {
                name.removeprefix("answer:"): str(value)
                for name, value in request.POST.items()
                if name.startswith("answer:")
            }
            sign_out(shift, by=actor, answers=answers, remarks=request.POST.get("remarks", ""))
        case "sign_in":
            successor = Shift.objects.visible_to(actor).get(pk=request.POST["successor"])
            sign_in(shift, by=actor, successor=successor)
