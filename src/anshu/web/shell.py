"""The frame around every page: the rail by the rhythm of the work, the level strip, the clock, who is there."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from shapely.geometry import shape

from anshu.access.models import Account
from anshu.access.policy import Person, actor_of, may
from anshu.domains.places.models import Area
from anshu.domains.warnings.models import Warning
from anshu.domains.warnings.queries.lines import waiting_levels
from anshu.kernel import clock
from anshu.ledger.declaration import LEDGERS
from anshu.workflow.models import Change


@dataclass(frozen=True)
class Place:
    """An entry of the rail, shown to those who hold the permission: `own` to those who act for an enterprise alone."""

    key: str
    title: str | Promise
    address: str
    icon: str
    code: str
    keys: str = ""
    own: bool = False


RAIL = (
    Place("firm", _("My enterprise"), "/firm", "home-shield", "enterprises.submit_declaration", own=True),
    Place("today", _("Today"), "/today", "sun", "situation.view", "g t"),
    Place("desk", _("Duty"), "/desk", "headset", "duty.view", "g d"),
    Place("map", _("Map"), "/map", "map-2", "situation.view", "g m"),
    Place("warnings", _("Warnings"), "/r/warnings/", "bell", "warnings.view", "g w"),
    Place("incidents", _("Incidents"), "/r/incidents/", "alert-triangle", "incidents.view", "g i"),
    Place("enterprises", _("Enterprises"), "/r/enterprises/", "building", "enterprises.view", "g e"),
    Place("hazards", _("Hazards"), "/r/hazards/", "hand-stop", "hazards.view", "g h"),
    Place("enforcement", _("Enforcement"), "/r/cases/", "gavel", "enforcement.view"),
    Place("inspections", _("Inspections"), "/r/visits/", "clipboard-list", "inspections.view", "g v"),
    Place("tipoffs", _("Tip-offs"), "/r/tip-offs/", "speakerphone", "tipoffs.view", "g b"),
    Place("supervision", _("Supervision"), "/weekly", "list-check", "supervision.view", "g s"),
    Place("figures", pgettext_lazy("indicators", "Figures"), "/figures", "report", "indicators.view", "g n"),
    Place("burden", _("Burden"), "/burden", "keyboard", "supervision.weigh_burden"),
    Place("vault", _("Vault"), "/vault", "lock", "vault.view"),
    Place("places", _("Places"), "/r/sites/", "shield-check", "places.view", "g p"),
    Place("resources", _("Resources"), "/r/teams/", "packages", "teams.view", "g r"),
    Place("people", _("People"), "/r/people/", "users", "people.view"),
    Place("devices", _("Devices"), "/r/channels/", "activity", "devices.view"),
    Place("admin", _("Administration"), "/admin/", "settings", "system.operate", "g a"),
    Place("access", _("Accounts"), "/admin/accounts", "user", "access.view"),
    Place("audit", _("Audit"), "/admin/audit", "report", "workflow.audit"),
)

RAIL_KEYS = frozenset(place.key for place in RAIL)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the frame; almost nothing before log-in."""
    common = {
        "tenant": tenant(),
        "now": clock.now(),
        "pace": pace(),
        "language": get_language(),
        "bounds": bounds(),
        "theme": request.COOKIES.get("theme", "light"),
    }
    if not isinstance(getattr(request, "user", None), Account):
        return common
    actor = actor_of(request)
    return common | {
        "actor": actor,
        "rail": [place for place in RAIL if may(actor, place.code) and place.own == outsider(actor)],
        "here": here(request),
        "waiting": waiting(actor),
        "may_watch": may(actor, "situation.view"),
        "strip": strip(actor),
        "last_change": Change.objects.order_by("-id").values_list("id", flat=True).first() or 0,
        "online_map": settings.ANSHU.online_map,
    }


def outsider(actor: Person) -> bool:
    """Whether somebody acts for enterprises and holds nothing else: their pages are few."""
    return not actor.account.grant_rows and bool(actor.account.own_rows)


def address_of(request: HttpRequest) -> str:
    """The address of the page the reader is on; of a part that a page fetches by itself, that of the page."""
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    if not page.path:
        return request.get_full_path()
    return f"{page.path}?{page.query}" if page.query else page.path


def tenant() -> Area | None:
    """The district this installation serves: as set, or where the area tree begins."""
    rows = Area.objects.filter(number=settings.ANSHU.division) if settings.ANSHU.division else Area.objects.all()
    return rows.order_by("number").defer("outline").first()


_bounds: dict[str, list[list[float]]] = {}


def bounds() -> list[list[float]] | None:
    """West-south and east-north corners of the tenant's district (degrees, WGS-84), for maps that show it whole."""
    area = tenant()
    if area is None:
        return None
    if area.number not in _bounds and area.outline:
        west, south, east, north = shape(area.outline).bounds
        _bounds[area.number] = [[west, south], [east, north]]
    return _bounds.get(area.number)


def pace() -> dict[str, Any]:
    """Whether time is simulated, and how fast it runs."""
    source = clock.source()
    running = source.pace() if isinstance(source, clock.SharedTime) else None
    return {"simulated": running is not None, "rate": running.speed if running else 1}


def here(request: HttpRequest) -> str:
    """The entry of the rail the person stands on."""
    path = request.path
    by_register = {
        "alarms": "warnings",
        "alarm-groups": "warnings",
        "silences": "warnings",
        "call-outs": "warnings",
        "calls": "warnings",
        "rules": "warnings",
        "tasks": "incidents",
        "reports": "incidents",
        "instructions": "incidents",
        "areas": "places",
        "organisations": "people",
        "responsibilities": "people",
        "shifts": "desk",
    } | {ledger.slug: ledger.group for ledger in LEDGERS.values() if ledger.group in RAIL_KEYS}
    if path.startswith("/r/"):
        slug = path.split("/")[2]
        found = next((p.key for p in RAIL if p.address == f"/r/{slug}/"), None)
        return found or by_register.get(slug, "")
    rooms = {"/tipoffs/": "tipoffs", "/campaigns/": "supervision", "/silences/": "desk", "/tuning/": "desk"}
    found = next((key for start, key in rooms.items() if path.startswith(start)), "")
    return found or next((p.key for p in RAIL if path.startswith(p.address)), "")


def waiting(actor: Person) -> dict[str, Any]:
    """Lines of the desk that nobody has judged, and the gravest of their levels."""
    levels = waiting_levels(actor)
    return {"count": len(levels), "level": min(levels, default="")}


def strip(actor: Person) -> list[Warning]:
    """The gravest warnings in force, one of each hazard."""
    rows = (
        Warning.objects.visible_to(actor)
        .filter(state__in=(Warning.State.RECEIVED, Warning.State.IN_FORCE))
        .exclude(level="")
    )
    worst: dict[str, Warning] = {}
    for warning in rows.only("id", "hazard", "level", "headline").order_by("level", "-sent_at")[:20]:
        worst.setdefault(warning.hazard, warning)
    return list(worst.values())[:3]
