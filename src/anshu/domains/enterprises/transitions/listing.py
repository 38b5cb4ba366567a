"""Red, black and white lists: proposed by one, published by another, over by themselves."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.enterprises.models import Enterprise, ListEntry, within
from anshu.domains.enterprises.queries.packs import today
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks, log
from anshu.workflow.transitions import opening, transition


@opening(to=ListEntry.State.PROPOSED, title=_("propose for a list"))
def propose_entry(
    *,
    by: Actor,
    enterprise: Enterprise,
    kind: ListEntry.Kind,
    basis: str,
    reason: str,
    from_on: date,
    until_on: date,
    people_count: int | None = None,
) -> ListEntry:
    """An enterprise for a list, with the basis, the reason and the days from when until when."""
    for name, text in (("basis", basis), ("reason", reason)):
        if not text.strip():
            raise Invalid(_("a list entry has a basis and a reason"), field=name)
    if until_on < max(from_on, today()):
        raise Invalid(_("the last day lies after the first, and not in the past"), field="until_on")
    open_ones = (ListEntry.State.PROPOSED, ListEntry.State.PUBLISHED)
    if ListEntry.objects.filter(enterprise=enterprise, kind=kind, state__in=open_ones).exists():
        raise Refused(_("it stands on this list, or is proposed for it, already"), code="listed_already")
    return ListEntry(
        enterprise=enterprise,
        kind=kind,
        basis=basis.strip(),
        reason=reason.strip(),
        from_on=from_on,
        until_on=until_on,
        people_count=people_count,
        **within(enterprise),
    )


@transition(ListEntry.State.PROPOSED, to=ListEntry.State.PUBLISHED, title=_("publish"))
def publish_entry(entry: ListEntry, *, by: Actor, published_in: str) -> None:
    """On the list, and published where it says. Who proposed it does not publish it."""
    if log.had_hand_in(entry, by, ("propose_entry",)):
        raise Refused(_("who proposed it does not publish it"), code="own_work")
    if not published_in.strip():
        raise Invalid(_("where was it published?"), field="published_in")
    entry.published_in, entry.published_at = published_in.strip(), clock.now()


@transition(ListEntry.State.PROPOSED, to=ListEntry.State.REJECTED, title=_("do not list"))
def reject_entry(entry: ListEntry, *, by: Actor, reason: str) -> None:
    """Not on the list, for a reason that stays on record."""
    if not reason.strip():
        raise Invalid(_("say why"), field="reason")


@transition(ListEntry.State.PUBLISHED, to=ListEntry.State.ENDED, title=_("take off the list"))
def end_entry(entry: ListEntry, *, by: Actor, reason: str = "") -> None:
    """Off the list: on its last day by itself, or earlier by a person who says why."""
    if account_of(by) is not None and not reason.strip():
        raise Invalid(_("say why"), field="reason")


clocks.EXPIRY["enterprises.end_entry"] = end_entry
