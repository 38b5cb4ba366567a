"""A later date: asked for before the old one has passed, decided by whoever may order."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access import policy
from anshu.access.policy import Actor
from anshu.domains.hazards.models import Extension, Hazard, territory_of
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import opening, transition


@opening(to=Extension.State.REQUESTED, title=_("ask for an extension"))
def request_extension(*, by: Actor, hazard: Hazard, wanted_on: date, why: str, measures: str) -> Extension:
    """Asked while the date has not passed, with the reason and with what protects people until then."""
    if hazard.state != Hazard.State.RECTIFYING or hazard.due_on is None:
        raise Refused(_("only what is being rectified can be postponed"), code="wrong_state")
    if hazard.due_on < timezone.localdate(clock.now()):
        raise Refused(_("the date has passed; an extension is asked for before it"), code="too_late")
    if wanted_on <= hazard.due_on:
        raise Invalid(_("the new date lies after the old one"), field="wanted_on")
    for name, text in (("why", why), ("measures", measures)):
        if not text.strip():
            raise Invalid(_("an extension needs a reason and interim protection"), field=name)
    return Extension(
        hazard=hazard,
        was_due_on=hazard.due_on,
        wanted_on=wanted_on,
        why=why.strip(),
        measures=measures.strip(),
        **territory_of(hazard),
    )


@transition(Extension.State.REQUESTED, to=Extension.State.GRANTED, title=_("grant"))
def grant_extension(extension: Extension, *, by: Actor, answer: str, until: date | None = None) -> None:
    """The hazard is due later: on the date asked for, or on an earlier one that is named."""
    new_date = until or extension.wanted_on
    if not extension.was_due_on < new_date <= extension.wanted_on:
        raise Invalid(_("the new date lies after the old one and not after the one asked for"), field="until")
    if not answer.strip():
        raise Invalid(_("the answer gives its reason"), field="answer")
    extension.answer = answer.strip()
    postpone(extension.hazard, by=WORK, due_on=new_date)


@transition(Extension.State.REQUESTED, to=Extension.State.REFUSED, title=_("refuse"))
def refuse_extension(extension: Extension, *, by: Actor, answer: str) -> None:
    """The old date stands."""
    if not answer.strip():
        raise Invalid(_("the answer gives its reason"), field="answer")
    extension.answer = answer.strip()


@transition(Hazard.State.RECTIFYING, title=_("postpone"))
def postpone(hazard: Hazard, *, by: Actor, due_on: date) -> None:
    """The date moves with an extension that was granted, and by nothing else; its clock starts anew."""
    if policy.account_of(by) is not None:
        raise Refused(_("a date moves by an extension that was asked for and granted"), code="needs_extension")
    hazard.due_on = due_on
    Hazard.objects.filter(pk=hazard.pk).update(due_on=due_on)
    clocks.wind(hazard)
