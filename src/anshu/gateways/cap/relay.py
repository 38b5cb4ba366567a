"""From a Signal to the warnings of the desk: relayed once, in its own words, taking the place of what it replaces."""

import logging
import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from anshu.access.policy import Actor, Robot
from anshu.domains.warnings.models import Warning
from anshu.domains.warnings.transitions import signals
from anshu.gateways.cap import whereabouts
from anshu.gateways.cap.chain import Match, Summary, match, summarise
from anshu.gateways.cap.check import check
from anshu.gateways.cap.decode import decode
from anshu.gateways.cap.facts import LIFTED, action, facts, issuer
from anshu.gateways.cap.signal import Finding, Signal
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.workflow import log

RELAY = Robot("relay")
DOUBTFUL = "succession_doubtful"
_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml[^>]*\?>")

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Relayed:
    """What became of a message: its warning, whether it is new, what it ended, what a person must judge."""

    warning: Warning
    new: bool
    ended: tuple[Warning, ...] = ()
    doubtful: tuple[Warning, ...] = ()
    findings: tuple[Finding, ...] = ()


def relay(signal: Signal, *, door: str, by: Actor = RELAY) -> Relayed:
    """Relay a message; the same message again changes nothing. Raises Invalid when it is no warning, and Forbidden.

    A message that is not of status Actual becomes an exercise, and so does nothing outside. What it replaces for
    certain is ended; where that is not certain, both stay in force and the log asks a person to judge.
    """
    given = facts(signal)
    findings = tuple(check(signal))
    with transaction.atomic():
        log.lock()
        same = Warning.objects.filter(
            identifier=signal.identifier, issuer=issuer(signal), sent_at=signal.sent_at
        ).first()
        if same is not None:
            return Relayed(same, new=False, findings=findings)
        matches = match(signal, [summary_of(warning) for warning in Warning.objects.filter(state__in=signals.OPEN)])
        given["action"] = action(signal, [found.open.level for found in matches if found.open.level is not None])
        place = whereabouts.find(signal, given["outline"])
        tenant = whereabouts.tenant_area()
        given |= {"areas": place.areas, "territory": place.territory, "generated": bool(tenant and tenant.generated)}
        given["flags"] += [whereabouts.ELSEWHERE] * place.elsewhere
        given["flags"] += [DOUBTFUL] * any(not found.certain for found in matches)
        warning = signals.relay(by=by, facts=given, door=door, exercise=not signal.is_real)
        ended, doubtful = _succeed(warning, matches)
        _settle(warning, bool(doubtful))
    return Relayed(warning, True, ended, doubtful, findings)


def _succeed(warning: Warning, matches: list[Match]) -> tuple[tuple[Warning, ...], tuple[Warning, ...]]:
    """End what the warning replaces for certain; write what is not certain into the log, for a person to judge."""
    ended, doubtful = [], []
    for found in matches:
        old = Warning.objects.get(pk=found.open.key)
        if not found.certain:
            doubtful.append(old)
            details = {"other": old, "found_by": found.basis}
            log.write("warnings.doubt_succession", warning, RELAY, reason=found.why_uncertain, details=details)
        elif warning.action == LIFTED:
            ended.append(signals.lift(old, by=RELAY, successor=warning, reason=found.basis))
        else:
            ended.append(signals.supersede(old, by=RELAY, successor=warning))
    return tuple(ended), tuple(doubtful)


def _settle(warning: Warning, doubtful: bool) -> None:
    """A lifting is not itself in force, unless a person has yet to say what it lifts; nor is what has run out."""
    if warning.action == LIFTED:
        if not doubtful:
            signals.lift(warning, by=RELAY, reason="the message itself lifts a warning")
    elif warning.expires_at is not None and warning.expires_at <= clock.now():
        signals.expire_signal(warning, by=RELAY)


def summary_of(warning: Warning) -> Summary:
    """What the matching needs to know of a warning: from its document, or from its fields where it has none."""
    if warning.original:
        try:
            text = _DECLARATION.sub("", warning.original)  # it was decoded long ago, so its encoding is no longer true
            return summarise(decode(text.encode()), str(warning.pk))
        except Invalid as error:
            _logger.warning("the document of %s can no longer be read: %s", warning.number, error)
    return Summary(
        key=str(warning.pk),
        identifier=warning.identifier,
        sender=warning.issuer,
        sent_at=warning.sent_at,
        status="Exercise" if warning.exercise else "Actual",
        hazard="",
        event=warning.hazard.strip().casefold(),
        level=int(warning.level) if warning.level else None,
        divisions=frozenset(code for area in _places(warning) for code in area.get("divisions", ())),
        places=frozenset(area["name"] for area in _places(warning) if area.get("name")),
    )


def _places(warning: Warning) -> list[dict[str, Any]]:
    return [area for area in warning.areas if isinstance(area, dict)]
