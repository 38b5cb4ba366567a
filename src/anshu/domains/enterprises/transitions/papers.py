"""Certificates that run out by themselves and are renewed, and levels of standardisation that are reviewed."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.enterprises.models import Asset, Certificate, Enterprise, GradeEvent, Standardisation, within
from anshu.domains.enterprises.queries.packs import today
from anshu.domains.enterprises.transitions.grading import end_events, note_event
from anshu.domains.enterprises.transitions.loops import notice_on
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks, log, rules
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import opening, transition

State = Certificate.State
DAYS_A_YEAR = 365.25


@opening(to=State.VALID, title=_("enter a certificate"))
def enter_certificate(
    *,
    by: Actor,
    enterprise: Enterprise,
    kind: Certificate.Kind,
    number: str,
    expires_on: date,
    bearer: str = "",
    asset: Asset | None = None,
    rank: int | None = None,
    issuer: str = "",
    issued_on: date | None = None,
) -> Certificate:
    """A paper by its own number and end date; one that has run out already is shown as such at the next round."""
    if not number.strip():
        raise Invalid(_("the number on the paper is needed"), field="number")
    if Certificate.objects.filter(number=number.strip()).exists():
        raise Invalid(_("this number is entered already"), field="number")
    if issued_on is not None and issued_on > expires_on:
        raise Invalid(_("it cannot run out before it was issued"), field="expires_on")
    place = within(enterprise) | {"lon": None, "lat": None}
    return Certificate(
        enterprise=enterprise,
        kind=kind,
        number=number.strip(),
        expires_on=expires_on,
        bearer=bearer.strip(),
        asset=asset,
        rank=rank,
        issuer=issuer.strip(),
        issued_on=issued_on,
        **place,
    )


@transition(State.VALID, to=State.RUNNING_OUT, title=_("note that it is about to run out"))
def note_running_out(certificate: Certificate, *, by: Actor) -> None:
    """Its last weeks have begun."""
    if notice_on(certificate) > today():
        raise Refused(_("it is valid until %(until)s"), until=certificate.expires_on)


def _counts(certificate: Certificate) -> None:
    """An expired certificate counts towards the living grade until it is renewed or no longer needed."""
    words = f"{certificate.get_kind_display()} {certificate.number}"
    note_event(by=WORK, enterprise=certificate.enterprise, kind=EXPIRED, summary=words, cause=certificate, lasts=True)


EXPIRED = GradeEvent.Kind.CERTIFICATE_EXPIRED


@transition(State.RUNNING_OUT, to=State.EXPIRED, title=_("let it lapse"), then=_counts)
def lapse(certificate: Certificate, *, by: Actor) -> None:
    """Its day has passed and nobody renewed it."""
    if certificate.expires_on >= today():
        raise Refused(_("it is valid until %(until)s"), until=certificate.expires_on)


def _counts_no_more(certificate: Certificate) -> None:
    end_events(by=WORK, cause=certificate)


@transition(State.VALID, State.RUNNING_OUT, State.EXPIRED, to=State.VALID, title=_("renew"), then=_counts_no_more)
def renew(
    certificate: Certificate, *, by: Actor, expires_on: date, number: str = "", issued_on: date | None = None
) -> None:
    """The paper was renewed: its new end date, and its new number when it got one."""
    if expires_on <= certificate.expires_on or expires_on < today():
        raise Invalid(_("the new end lies after the old one and not in the past"), field="expires_on")
    if number.strip() and Certificate.objects.filter(number=number.strip()).exclude(pk=certificate.pk).exists():
        raise Invalid(_("this number is entered already"), field="number")
    certificate.expires_on, certificate.issued_on = expires_on, issued_on or certificate.issued_on
    certificate.number = number.strip() or certificate.number
    if certificate.state == State.VALID:  # the state stays, its end moves
        clocks.wind(certificate)


@transition(
    State.VALID, State.RUNNING_OUT, State.EXPIRED, to=State.WITHDRAWN, title=_("no longer needed"), then=_counts_no_more
)
def withdraw_certificate(certificate: Certificate, *, by: Actor, reason: str) -> None:
    """Its bearer has left, the equipment is gone, or the permit was given back."""
    if not reason.strip():
        raise Invalid(_("say why it is no longer needed"), field="reason")


clocks.EXPIRY["enterprises.note_running_out"] = note_running_out
clocks.EXPIRY["enterprises.lapse"] = lapse


@opening(to=Standardisation.State.APPLIED, title=_("apply for standardisation"))
def apply_standardisation(*, by: Actor, enterprise: Enterprise, rank: int = 3) -> Standardisation:
    """An enterprise asks for a level, 1 to 3; one application at a time."""
    if rank not in (1, 2, 3):
        raise Invalid(_("a level is 1, 2 or 3"), field="rank")
    open_ones = (Standardisation.State.APPLIED, Standardisation.State.REVIEWED)
    if Standardisation.objects.filter(enterprise=enterprise, state__in=open_ones).exists():
        raise Refused(_("an application is being dealt with already"), code="applied_already")
    return Standardisation(enterprise=enterprise, rank=rank, **within(enterprise))


@transition(Standardisation.State.APPLIED, to=Standardisation.State.REVIEWED, title=_("pass the first review"))
def pass_first_review(standardisation: Standardisation, *, by: Actor, score: float, online: bool = False) -> None:
    """The papers are complete and the score is enough for the level."""
    least = float(str(rules.at("enterprise_loops/standardisation.scores").items()[standardisation.rank - 1]))
    if not 0 <= score <= 100:
        raise Invalid(_("a score lies between 0 and 100"), field="score")
    if score < least:
        raise Refused(
            _("level %(rank)d needs a score of %(least)g"), rank=standardisation.rank, least=least, code="score_too_low"
        )
    standardisation.score, standardisation.online, standardisation.reviewed_on = score, online, today()


def _certify(standardisation: Standardisation) -> None:
    """The level is a certificate with an end date."""
    years = rules.at("enterprise_loops/standardisation.years").number()
    enter_certificate(
        by=WORK,
        enterprise=standardisation.enterprise,
        kind=Certificate.Kind.STANDARDISATION,
        number=standardisation.number,
        rank=standardisation.rank,
        issued_on=today(),
        expires_on=today() + timedelta(days=round(years * DAYS_A_YEAR)),
    )


@transition(
    Standardisation.State.REVIEWED, to=Standardisation.State.ACCEPTED, title=_("accept the level"), then=_certify
)
def accept_standardisation(standardisation: Standardisation, *, by: Actor, opinion: str = "") -> None:
    """The level is reached. Who passed the first review does not accept it."""
    _refuse_reviewer(standardisation, by)
    standardisation.opinion, standardisation.accepted_on = opinion.strip(), today()


@transition(
    Standardisation.State.APPLIED,
    Standardisation.State.REVIEWED,
    to=Standardisation.State.FAILED,
    title=_("not reached"),
)
def fail_standardisation(standardisation: Standardisation, *, by: Actor, opinion: str) -> None:
    """The level is not reached; the opinion says what is missing."""
    if not opinion.strip():
        raise Invalid(_("say what is missing"), field="opinion")
    standardisation.opinion = opinion.strip()


def _refuse_reviewer(standardisation: Standardisation, by: Actor) -> None:
    if log.had_hand_in(standardisation, by, ("pass_first_review", "apply_standardisation")):
        raise Refused(_("who reviewed it or applied for it does not accept it"), code="own_work")
