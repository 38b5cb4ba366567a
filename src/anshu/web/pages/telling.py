"""The public door (随手报): telling what one saw without a log-in, and following it by a tracking code.

The code travels in the body of a request, never in an address: addresses stay in histories and in logs.
"""

import re
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from anshu.access.policy import Robot
from anshu.domains.incidents.queries import territory_at
from anshu.domains.tipoffs import queries, transitions
from anshu.domains.tipoffs.models import TipOff
from anshu.domains.tipoffs.rules.codes import grouped, read_code
from anshu.domains.tipoffs.rules.rewards import money
from anshu.domains.vault import queries as vault
from anshu.domains.vault.transitions import keep_identity
from anshu.kernel.errors import AnshuError, Invalid, Refused
from anshu.kernel.geometry import Position
from anshu.ledger.attachments import LARGEST, Taken, keep_picture
from anshu.ledger.stripping import Stripped, stripped
from anshu.web import gate
from anshu.web.pages.maps import BASE, base_layer
from anshu.web.pages.pictures import number
from anshu.web.shell import tenant
from anshu.workflow import log, rules

PUBLIC = Robot("public")
PHONE = re.compile(r"\+?[\d\s-]{7,20}")
State = TipOff.State
"""Each kind in words that nobody has to learn first."""
PLAIN_KINDS = {
    TipOff.Kind.FIRE: gettext_lazy("Fire exits, locked doors, extinguishers"),
    TipOff.Kind.EBIKE: gettext_lazy("E-bikes charged indoors"),
    TipOff.Kind.ELECTRIC: gettext_lazy("Wires and electricity"),
    TipOff.Kind.GAS: gettext_lazy("Gas, gas bottles"),
    TipOff.Kind.CONSTRUCTION: gettext_lazy("Building and fitting out"),
    TipOff.Kind.HEIGHT: gettext_lazy("Work high up"),
    TipOff.Kind.CHEMICAL: gettext_lazy("Poisonous or inflammable goods"),
    TipOff.Kind.DUST: gettext_lazy("Thick dust in a workshop"),
    TipOff.Kind.CONFINED_SPACE: gettext_lazy("Going down into pits and tanks"),
    TipOff.Kind.MACHINERY: gettext_lazy("Machines, lifts, cranes"),
    TipOff.Kind.STRUCTURE: gettext_lazy("Cracks in houses, slopes, roads"),
    TipOff.Kind.UNLICENSED: gettext_lazy("Working without a licence"),
    TipOff.Kind.MANAGEMENT: gettext_lazy("Nobody cares about safety there"),
    TipOff.Kind.CONCEALED: gettext_lazy("An accident that was hidden"),
    TipOff.Kind.OTHER: gettext_lazy("something else"),
}
"""How far it has got, as the one who told sees it: each step with the states in which it is the present one."""
STEPS = (
    (gettext_lazy("Received"), (State.RECEIVED,)),
    (gettext_lazy("Being looked into"), (State.ACCEPTED, State.VERIFYING, State.JOINED, State.TRANSFERRED)),
    (gettext_lazy("Result being written"), (State.SUBSTANTIATED, State.UNSUBSTANTIATED)),
    (
        gettext_lazy("Answered"),
        (
            State.REPLIED,
            State.REJECTED,
            State.REWARD_DUE,
            State.REWARD_PROPOSED,
            State.APPROVED,
            State.CLAIMED,
            State.PAID,
            State.ARCHIVED,
        ),
    ),
)
"""What the present state means for the one who told."""
NOW = {
    State.RECEIVED: gettext_lazy("We have it, and will say within five working days whether we take it up."),
    State.ACCEPTED: gettext_lazy("We have taken it up and are sending somebody to look."),
    State.REJECTED: gettext_lazy("We could not take it up. Why, you read below."),
    State.TRANSFERRED: gettext_lazy("Another authority deals with it: %(to)s. We ask them for the result."),
    State.JOINED: gettext_lazy("Somebody told of the same before you; both are looked into together."),
    State.VERIFYING: gettext_lazy("Somebody is looking into it on the spot."),
    State.SUBSTANTIATED: gettext_lazy("We have looked. The answer is being written."),
    State.UNSUBSTANTIATED: gettext_lazy("We have looked. The answer is being written."),
    State.REPLIED: gettext_lazy("We have answered."),
    State.REWARD_DUE: gettext_lazy("We have answered, and your reward is being reckoned."),
    State.REWARD_PROPOSED: gettext_lazy("We have answered, and your reward is before those who approve it."),
    State.APPROVED: gettext_lazy("Your reward is ready."),
    State.CLAIMED: gettext_lazy("You have claimed your reward; it waits for you at the counter."),
    State.PAID: gettext_lazy("Your reward has been paid. Thank you."),
    State.ARCHIVED: gettext_lazy("It is finished and has been filed."),
}
ANSWERED = STEPS[-1][1]


def tell(request: HttpRequest) -> HttpResponse:
    """The form; sent, the tracking code, once."""
    error: AnshuError | None = None
    if request.method == "POST":
        try:
            code = send(request)
            return unkept(request, "tell/done.html", {"code": grouped(code), **words()})
        except AnshuError as refusal:
            error = refusal
    context = {
        "error": error,
        "typed": request.POST,
        "kinds": PLAIN_KINDS,
        "challenge": gate.CHALLENGES.make(),
        "bits": int(rules.at("tip_offs/page.proof_bits").number()),
        "pictures": int(rules.at("tip_offs/page.pictures").number()),
        "names_taken": vault.key_in_use() is not None,
        "named_only": bool(rules.at("tip_offs/reward.named_only").value),
        **words(),
    }
    return unkept(request, "tell/form.html", context, status=error.status if error else 200)


def unkept(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page that no browser keeps, so that a later user of the same telephone does not find it."""
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def words() -> dict[str, Any]:
    """What every public page says: the telephone number of the hotline."""
    return {"hotline": rules.at("tip_offs/hotline").text()}


def send(request: HttpRequest) -> str:
    """Keep what was told, its pictures without metadata, the name in the vault if one was given, and return the code:
    all of it or nothing."""
    asked = request.POST
    if asked.get("kind") not in TipOff.Kind.values:
        raise Invalid(_("Choose what it is about."), field="kind")
    if not asked.get("text", "").strip():
        raise Invalid(_("Say what you saw."), field="text")
    identity = name_given(request)
    pictures = pictures_of(request)
    here = place_of(request, pictures)
    if here is None and not asked.get("place", "").strip():
        raise Invalid(_("Say where it is: an address, your position, or a point on the map."), field="place")
    gate.admit(request)
    with transaction.atomic():
        log.lock()
        tip_off = transitions.tell(
            by=PUBLIC,
            text=asked["text"][:4000],
            kind=TipOff.Kind(asked["kind"]),
            channel=TipOff.Way.WEB,
            place=asked.get("place", "")[:200],
            reported_name=asked.get("reported_name", "")[:120],
            territory=area_of(here),
            lon=here.lon if here else None,
            lat=here.lat if here else None,
            insider="insider" in asked,
            deaths_alleged="deaths" in asked,
            named=bool(identity),
        )
        if identity:
            keep_identity(tip_off, identity)
        for place, picture in enumerate(pictures, start=1):
            keep_picture(tip_off, picture.content, f"{place}.jpg", Taken(), by=PUBLIC)
        return transitions.issue_ticket(tip_off)


def name_given(request: HttpRequest) -> dict[str, str]:
    """Name and telephone, if they are given at all; Invalid when only one of them is, or the number is none."""
    asked = request.POST
    if asked.get("who") != "named":
        return {}
    name, phone = asked.get("name", "").strip()[:60], asked.get("phone", "").strip()[:20]
    if not name:
        raise Invalid(_("Give your name, or tell without one."), field="name")
    if not PHONE.fullmatch(phone):
        raise Invalid(_("Give a telephone number at which we reach you, or tell without a name."), field="phone")
    return {"name": name, "phone": phone}


def pictures_of(request: HttpRequest) -> list[Stripped]:
    """The pictures sent, without anything the camera wrote into them."""
    files = request.FILES.getlist("pictures")
    most = int(rules.at("tip_offs/page.pictures").number())
    if len(files) > most:
        raise Invalid(_("At most %(most)d pictures."), field="pictures", most=most)
    return [stripped(file.read(LARGEST + 1)) for file in files]


def place_of(request: HttpRequest, pictures: list[Stripped]) -> Position | None:
    """Where it is: as pointed out, or, only if that was allowed, where a picture was taken."""
    lon, lat = number(request.POST.get("lon")), number(request.POST.get("lat"))
    if (lon is None or lat is None) and "picture_place" in request.POST:
        lon, lat = next(((each.lon, each.lat) for each in pictures if each.lon is not None), (None, None))
    if lon is None or lat is None:
        return None
    if abs(lon) > 180 or abs(lat) > 90:
        raise Invalid(_("This is no place on earth."), field="place")
    return Position(round(lon, 6), round(lat, 6))


def area_of(here: Position | None) -> str:
    """The area whose office hears of it: where it lies, else the whole district."""
    district = tenant()
    root = district.number if district else ""
    found = territory_at(here) if here else ""
    return found if found.startswith(root) and found else root


@require_GET
def similar(request: HttpRequest) -> HttpResponse:
    """A hint, asked for by the form as it is filled in: whether others told of the same here lately; never what."""
    lon, lat = number(request.GET.get("lon")), number(request.GET.get("lat"))
    here = Position(lon, lat) if lon is not None and lat is not None and abs(lon) <= 180 and abs(lat) <= 90 else None
    known = here is not None and queries.others_told(request.GET.get("kind", ""), here)
    return unkept(request, "tell/similar.html", {"known": known})


def status(request: HttpRequest) -> HttpResponse:
    """What has become of it: for whoever has the code."""
    if request.method != "POST":
        return unkept(request, "tell/ask.html", words())
    try:
        code, tip_off = looked_up(request)
    except AnshuError as refusal:
        return unkept(request, "tell/ask.html", {"error": refusal, **words()}, status=refusal.status)
    return shown(request, code, tip_off)


def looked_up(request: HttpRequest) -> tuple[str, TipOff]:
    """Code and tip-off; a wrong code is counted against the address, a mistyped one is not."""
    gate.may_try_code(request)
    code = read_code(request.POST.get("code", ""))
    tip_off = queries.tip_off_for(code)
    if tip_off is None:
        gate.WRONG_CODES.note(request)
        raise Invalid(_("There is nothing under this code. Compare it digit by digit."), field="code")
    return code, tip_off


def shown(request: HttpRequest, code: str, tip_off: TipOff, **more: Any) -> HttpResponse:
    """The page of one tip-off: nothing on it names a person, an office's view, or another tip-off."""
    present = next(place for place, (_title, states) in enumerate(STEPS) if tip_off.state in states)
    context = {
        "code": code,
        "grouped": grouped(code),
        "tip_off": tip_off,
        "steps": [
            {"title": title, "done": place < present or tip_off.state in ANSWERED, "current": place == present}
            for place, (title, _states) in enumerate(STEPS)
        ],
        "now_words": str(NOW[State(tip_off.state)]) % {"to": tip_off.transferred_to},
        "reward": money(tip_off.reward_yuan) if tip_off.reward_yuan is not None else "",
        "answered": tip_off.state in ANSWERED,
        "may_reopen": tip_off.state in (State.REPLIED, State.REJECTED, State.REWARD_DUE),
        "may_claim": tip_off.state in (State.APPROVED, State.CLAIMED),
        **words(),
        **more,
    }
    error = more.get("error")
    return unkept(request, "tell/status.html", context, status=error.status if error else 200)


@require_POST
def act(request: HttpRequest, verb: str) -> HttpResponse:
    """What the one who told does with the answer: is satisfied, is not, claims the reward, tells of retaliation."""
    try:
        code, tip_off = looked_up(request)
    except AnshuError as refusal:
        return unkept(request, "tell/ask.html", {"error": refusal, **words()}, status=refusal.status)
    complaint, pin = request.POST.get("complaint", "")[:2000], ""
    try:
        match verb:
            case "satisfied":
                transitions.express_satisfaction(tip_off, by=PUBLIC)
            case "reopen":
                transitions.reopen(tip_off, by=PUBLIC, complaint=complaint)
            case "retaliation":
                transitions.flag_retaliation(tip_off, by=PUBLIC, complaint=complaint)
            case "claim":
                pin = transitions.claim_with(code, by=PUBLIC)
            case _:
                raise Http404(verb)
    except (Refused, Invalid) as refusal:
        return shown(request, code, tip_off, error=refusal, verb=verb)
    tip_off.refresh_from_db()
    return shown(request, code, tip_off, did=verb, pin=pin)


@require_GET
def base(request: HttpRequest, key: str) -> HttpResponse:
    """A layer of the base map, to point on; there is nothing on it that a street map does not show."""
    if key not in BASE:
        raise Http404(key)
    return base_layer(key)
