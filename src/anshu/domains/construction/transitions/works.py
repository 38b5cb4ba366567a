"""Minor works: filed before they begin, looked at, begun, finished; stopped when something is wrong."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.construction.models import MinorWork
from anshu.domains.construction.queries.packs import today
from anshu.domains.enterprises.models import Enterprise, within
from anshu.domains.places.models import Site
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import log
from anshu.workflow.transitions import opening, transition

State = MinorWork.State


@opening(to=State.FILED, title=_("file a minor work"))
def file_work(
    *,
    by: Actor,
    enterprise: Enterprise,
    name: str,
    kind: MinorWork.Kind,
    contractor: str,
    starts_on: date,
    ends_on: date,
    scale: MinorWork.Scale = MinorWork.Scale.SPORADIC,
    address: str = "",
    owner: str = "",
    foreman: str = "",
    phone: str = "",
    workers: int = 1,
) -> MinorWork:
    """What is to be done where, by whom, from when until when; filed before it begins."""
    if starts_on < today():
        raise Invalid(_("file it before it begins"), field="starts_on")
    _check_days(starts_on, ends_on)
    for field, text in (("name", name), ("contractor", contractor)):
        if not text.strip():
            raise Invalid(_("say what is done and by whom"), field=field)
    return MinorWork(
        enterprise=enterprise,
        site=enterprise.site,
        name=name.strip(),
        kind=kind,
        scale=scale,
        contractor=contractor.strip(),
        address=address.strip() or enterprise.address,
        owner=owner.strip(),
        foreman=foreman.strip(),
        phone=phone.strip(),
        workers=workers,
        starts_on=starts_on,
        ends_on=ends_on,
        **within(enterprise),
    )


def _check_days(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise Invalid(_("it cannot end before it begins"), field="ends_on")


@opening(to=State.STOPPED, title=_("report a work that was not filed"))
def find_work(
    *, by: Actor, site: Site, name: str, kind: MinorWork.Kind, contractor: str, ends_on: date | None = None
) -> MinorWork:
    """Somebody works without having filed it: stopped on the spot, until it is put in order and resumed."""
    if not name.strip():
        raise Invalid(_("say what is done and by whom"), field="name")
    last = ends_on or today()
    _check_days(today(), last)
    return MinorWork(
        site=site,
        name=name.strip(),
        kind=kind,
        contractor=contractor.strip() or "—",
        address=site.address,
        starts_on=today(),
        ends_on=last,
        unfiled=True,
        stops=1,
        territory=site.territory,
        lon=site.lon,
        lat=site.lat,
        exercise=site.exercise,
    )


@transition(State.FILED, to=State.INSPECTED, title=_("inspected: may begin"))
def inspect_work(work: MinorWork, *, by: Actor, inspection: str) -> None:
    """Somebody from the street or the grid was there; who filed it does not inspect it."""
    if log.had_hand_in(work, by, ("file_work",)):
        raise Refused(_("who filed it does not inspect it"), code="own_work")
    if not inspection.strip():
        raise Invalid(_("say what was found"), field="inspection")
    work.inspection, work.inspected_at = inspection.strip(), clock.now()


@transition(State.INSPECTED, to=State.IN_PROGRESS, title=_("begin the work"))
def begin_work(work: MinorWork, *, by: Actor) -> None:
    """Not before the day that was filed, and not after the last one."""
    if not work.starts_on <= today() <= work.ends_on:
        raise Refused(
            _("it was filed for %(first)s to %(last)s"), first=work.starts_on, last=work.ends_on, code="not_now"
        )
    work.begun_at = clock.now()


@transition(State.FILED, State.INSPECTED, State.IN_PROGRESS, to=State.STOPPED, title=_("stop the work"), grave=True)
def stop_work(work: MinorWork, *, by: Actor, reason: str) -> None:
    """Something is dangerous or not as it was filed."""
    if not reason.strip():
        raise Invalid(_("say why it is stopped"), field="reason")
    work.stops += 1


@transition(State.STOPPED, to=State.IN_PROGRESS, title=_("let it go on"))
def resume_work(work: MinorWork, *, by: Actor, inspection: str, ends_on: date | None = None) -> None:
    """Put in order, as somebody has seen; with a new last day when the old one has passed."""
    if not inspection.strip():
        raise Invalid(_("say what was found"), field="inspection")
    last = ends_on or work.ends_on
    if last < today():
        raise Invalid(_("the last day has passed; set a new one"), field="ends_on")
    work.inspection, work.inspected_at, work.ends_on = inspection.strip(), clock.now(), last
    work.begun_at = work.begun_at or clock.now()


@transition(State.IN_PROGRESS, State.STOPPED, to=State.FINISHED, title=_("finish the work"))
def finish_work(work: MinorWork, *, by: Actor, note: str = "") -> None:
    """Done, and the place is cleared."""
    work.finished_at = clock.now()


@transition(State.FILED, State.INSPECTED, to=State.WITHDRAWN, title=_("withdraw the filing"))
def withdraw_work(work: MinorWork, *, by: Actor, reason: str) -> None:
    """It will not be done."""
    if not reason.strip():
        raise Invalid(_("say why"), field="reason")
