"""Risk points that are kept in check and looked at again; high-risk areas with a leader who answers for them."""

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.enterprises.models import Enterprise, Method, RiskArea, RiskPoint, Threat, within
from anshu.domains.enterprises.queries.packs import assess, today
from anshu.domains.enterprises.rules.colors import CODES, gravest
from anshu.domains.people.models import Organisation, Person
from anshu.domains.places.models import Site
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.workflow import clocks
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import opening, transition

State = RiskPoint.State
OVERRIDDEN = "!"


def _reckon(point: RiskPoint) -> None:
    point.score, point.risk_color, point.basis = assess(point.method, point.likelihood, point.exposure, point.severity)
    point.assessed_on = today()


def _color_area(point: RiskPoint) -> None:
    if point.area is not None:
        follow_points(point.area, by=WORK)


@opening(to=State.IDENTIFIED, title=_("identify a risk point"), then=_color_area)
def identify_risk(
    *,
    by: Actor,
    name: str,
    threat: Threat,
    method: Method,
    likelihood: float,
    severity: float,
    exposure: float | None = None,
    enterprise: Enterprise | None = None,
    site: Site | None = None,
    area: RiskArea | None = None,
    place: str = "",
    measures: str = "",
    responsible: str = "",
) -> RiskPoint:
    """One danger at one place, graded by its method; it lies at an enterprise, a site or in a listed area."""
    where = within(enterprise) if enterprise else _lying(site or area)
    point = RiskPoint(
        name=name.strip(),
        threat=threat,
        method=method,
        likelihood=likelihood,
        exposure=exposure if method == Method.LEC else None,
        severity=severity,
        enterprise=enterprise,
        site=site or (enterprise.site if enterprise else None),
        area=area,
        place=place.strip(),
        measures=measures.strip(),
        responsible=responsible.strip(),
        **where,
    )
    _reckon(point)
    return point


def _lying(there: Site | RiskArea | None) -> dict[str, object]:
    if there is None:
        raise Invalid(_("say at which enterprise, site or area it is"), field="site")
    return {"territory": there.territory, "lon": there.lon, "lat": there.lat, "exercise": there.exercise}


@transition(State.IDENTIFIED, to=State.CONTROLLED, title=_("measures are in place"))
def control_risk(point: RiskPoint, *, by: Actor, measures: str, responsible: str) -> None:
    """What keeps it in check is there, and somebody answers for it."""
    for name, text in (("measures", measures), ("responsible", responsible)):
        if not text.strip():
            raise Invalid(_("measures and a person in charge are needed"), field=name)
    point.measures, point.responsible = measures.strip(), responsible.strip()


@transition(State.IDENTIFIED, State.CONTROLLED, title=_("assess again"), then=_color_area)
def reassess_risk(
    point: RiskPoint, *, by: Actor, likelihood: float, severity: float, exposure: float | None = None, reason: str = ""
) -> None:
    """New factors, a new colour; the clock until the next look starts anew."""
    point.likelihood, point.severity = likelihood, severity
    point.exposure = exposure if point.method == Method.LEC else None
    _reckon(point)
    clocks.wind(point)


@transition(State.IDENTIFIED, State.CONTROLLED, to=State.REMOVED, title=_("remove"), then=_color_area)
def remove_risk(point: RiskPoint, *, by: Actor, reason: str) -> None:
    """The danger is gone: the plant was taken down, the material is no longer used."""
    if not reason.strip():
        raise Invalid(_("say why it is no risk any more"), field="reason")


@opening(to=RiskArea.State.LISTED, title=_("list a high-risk area"))
def list_area(
    *,
    by: Actor,
    name: str,
    threat: Threat,
    site: Site | None = None,
    territory: str = "",
    point: bool = False,
    risk_color: str = "",
    color_reason: str = "",
    lon: float | None = None,
    lat: float | None = None,
) -> RiskArea:
    """An area, or a single point, that needs a leader of its own. Its colour is that of its gravest risk point, unless
    another is given with a reason."""
    area = RiskArea(
        name=name.strip(),
        threat=threat,
        point=point,
        site=site,
        territory=territory or (site.territory if site else ""),
        lon=lon if lon is not None or site is None else site.lon,
        lat=lat if lat is not None or site is None else site.lat,
        exercise=site.exercise if site else False,
    )
    if not area.territory:
        raise Invalid(_("the area is needed"), field="territory")
    if risk_color:
        _override(area, risk_color, color_reason)
    return area


def _override(area: RiskArea, risk_color: str, reason: str) -> None:
    if risk_color not in CODES.values():
        raise Invalid(_("there is no such colour"), field="risk_color")
    if not reason.strip():
        raise Invalid(_("say why"), field="color_reason")
    area.risk_color, area.color_reason = risk_color, reason.strip()


@transition(RiskArea.State.LISTED, RiskArea.State.SPONSORED, to=RiskArea.State.SPONSORED, title=_("name the leader"))
def assign_sponsor(
    area: RiskArea, *, by: Actor, sponsor: Person, unit: Organisation | None = None, measures: str = ""
) -> None:
    """A leader answers for it, with a unit that does the work."""
    area.sponsor, area.unit = sponsor, unit or sponsor.organisation
    area.measures = measures.strip() or area.measures


@transition(RiskArea.State.SPONSORED, title=_("the leader was there"))
def visit_area(area: RiskArea, *, by: Actor, note: str) -> None:
    """The leader has looked at it on the spot; the clock until the next visit starts anew."""
    if not note.strip():
        raise Invalid(_("say what was seen and settled"), field="note")
    area.visited_at = clock.now()
    clocks.wind(area)


@transition(RiskArea.State.LISTED, RiskArea.State.SPONSORED, title=_("set the colour by hand"))
def recolor_area(area: RiskArea, *, by: Actor, risk_color: str = "", color_reason: str = "") -> None:
    """Another colour than that of its gravest point, with a reason; without a colour the points decide again."""
    if risk_color:
        _override(area, risk_color, color_reason)
    else:
        area.risk_color, area.color_reason = _worst(area), ""


@transition(RiskArea.State.LISTED, RiskArea.State.SPONSORED, title=_("follow the risk points"))
def follow_points(area: RiskArea, *, by: Actor) -> None:
    """The colour is that of the gravest risk point in it, unless somebody has set another."""
    if not area.color_reason:
        area.risk_color = _worst(area)


def _worst(area: RiskArea) -> str:
    present = RiskPoint.objects.filter(area=area).exclude(state=State.REMOVED)
    return gravest(present.values_list("risk_color", flat=True))


@transition(
    RiskArea.State.LISTED,
    RiskArea.State.SPONSORED,
    to=RiskArea.State.DELISTED,
    title=_("take off the list"),
    grave=True,
)
def delist_area(area: RiskArea, *, by: Actor, outcome: str) -> None:
    """What was done, and why it is no high-risk area any more."""
    if not outcome.strip():
        raise Invalid(_("say what was done"), field="outcome")
    area.outcome = outcome.strip()
