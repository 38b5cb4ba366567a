"""The loops of this domain: who owns each state, and how long it may last."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.domains.enterprises.models import (
    Certificate,
    GradeOverride,
    ListEntry,
    Policy,
    RiskArea,
    RiskDeclaration,
    RiskPoint,
    SelfCheck,
    Standardisation,
)
from anshu.domains.enterprises.rules.colors import name_of
from anshu.domains.people.models import Person
from anshu.workflow import rules
from anshu.workflow.loop import Limit, Loop, declare


def end_of_day(day: date) -> datetime:
    """The last instant of a local day."""
    return timezone.make_aware(datetime.combine(day, time.max))


def start_of_day(day: date) -> datetime:
    """The first instant of a local day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def notice_on(certificate: Certificate) -> date:
    """The day from which it counts as about to run out."""
    return certificate.expires_on - timedelta(days=rules.at("enterprise_loops/certificate.notice_d").number())


def officers_own(account: Any) -> Callable[[Any], bool]:
    """What concerns an enterprise with an officer in charge waits for that officer, else for whoever may do it."""
    mine = set(Person.objects.filter(account=account).values_list("pk", flat=True))
    return lambda record: record.enterprise.officer_id is None or record.enterprise.officer_id in mine


def _color(record: Any) -> str:
    return name_of(record.risk_color)


CERTIFICATE_LOOP = declare(
    Loop(
        Certificate,
        title=_("certificate"),
        owner={
            Certificate.State.VALID: _("enterprise"),
            Certificate.State.RUNNING_OUT: _("enterprise, watched by its officer"),
            Certificate.State.EXPIRED: _("enterprise, watched by its officer"),
        },
        limit={
            Certificate.State.VALID: Limit(
                "enterprise_loops/certificate.valid",
                until=lambda certificate: start_of_day(notice_on(certificate)),
                expired="enterprises.note_running_out",
            ),
            Certificate.State.RUNNING_OUT: Limit(
                "enterprise_loops/certificate.renew",
                until=lambda certificate: end_of_day(certificate.expires_on),
                expired="enterprises.lapse",
                asks="renew",
            ),
            Certificate.State.EXPIRED: Limit("enterprise_loops/certificate.expired", asks="renew"),
        },
        ends=frozenset({Certificate.State.WITHDRAWN}),
        mine=officers_own,
    )
)

STANDARDISATION_LOOP = declare(
    Loop(
        Standardisation,
        title=_("safety standardisation"),
        owner={
            Standardisation.State.APPLIED: _("bureau section"),
            Standardisation.State.REVIEWED: _("bureau section"),
        },
        limit={
            Standardisation.State.APPLIED: Limit("enterprise_loops/standardisation.review", asks="pass_first_review"),
            Standardisation.State.REVIEWED: Limit(
                "enterprise_loops/standardisation.accept", asks="accept_standardisation"
            ),
        },
        ends=frozenset({Standardisation.State.ACCEPTED, Standardisation.State.FAILED}),
    )
)

DECLARATION_LOOP = declare(
    Loop(
        RiskDeclaration,
        title=_("risk declaration"),
        owner={
            RiskDeclaration.State.DRAFT: _("enterprise"),
            RiskDeclaration.State.SUBMITTED: _("street"),
            RiskDeclaration.State.RETURNED: _("enterprise"),
            RiskDeclaration.State.REVIEWED: _("enterprise, to declare again in time"),
        },
        limit={
            RiskDeclaration.State.DRAFT: Limit("enterprise_loops/declaration.fill", asks="submit_declaration"),
            RiskDeclaration.State.SUBMITTED: Limit("enterprise_loops/declaration.review", asks="review_declaration"),
            RiskDeclaration.State.RETURNED: Limit("enterprise_loops/declaration.complete", asks="submit_declaration"),
            RiskDeclaration.State.REVIEWED: Limit(
                "enterprise_loops/declaration.again", _color, until=lambda found: end_of_day(found.again_on)
            ),
        },
        ends=frozenset({RiskDeclaration.State.SUPERSEDED, RiskDeclaration.State.VOID}),
    )
)

RISK_POINT_LOOP = declare(
    Loop(
        RiskPoint,
        title=_("risk point"),
        owner={RiskPoint.State.IDENTIFIED: _("enterprise"), RiskPoint.State.CONTROLLED: _("enterprise")},
        limit={
            RiskPoint.State.IDENTIFIED: Limit("enterprise_loops/risk_point.control", _color, asks="control_risk"),
            RiskPoint.State.CONTROLLED: Limit("enterprise_loops/risk_point.reassess", _color, asks="reassess_risk"),
        },
        ends=frozenset({RiskPoint.State.REMOVED}),
    )
)

RISK_AREA_LOOP = declare(
    Loop(
        RiskArea,
        title=_("high-risk area"),
        owner={
            RiskArea.State.LISTED: _("safety commission office"),
            RiskArea.State.SPONSORED: _("leader who answers for it"),
        },
        limit={
            RiskArea.State.LISTED: Limit("enterprise_loops/risk_area.sponsor", asks="assign_sponsor"),
            RiskArea.State.SPONSORED: Limit("enterprise_loops/risk_area.visit", asks="visit_area"),
        },
        ends=frozenset({RiskArea.State.DELISTED}),
    )
)

LIST_LOOP = declare(
    Loop(
        ListEntry,
        title=_("list entry"),
        owner={
            ListEntry.State.PROPOSED: _("safety commission office"),
            ListEntry.State.PUBLISHED: _("safety commission office"),
        },
        limit={
            ListEntry.State.PROPOSED: Limit("enterprise_loops/list.publish", asks="publish_entry"),
            ListEntry.State.PUBLISHED: Limit(
                "enterprise_loops/list.stand",
                until=lambda entry: end_of_day(entry.until_on),
                expired="enterprises.end_entry",
            ),
        },
        ends=frozenset({ListEntry.State.ENDED, ListEntry.State.REJECTED}),
    )
)

OVERRIDE_LOOP = declare(
    Loop(
        GradeOverride,
        title=_("grade set by hand"),
        owner={GradeOverride.State.IN_FORCE: _("bureau section")},
        limit={
            GradeOverride.State.IN_FORCE: Limit(
                "enterprise_loops/override.stand",
                until=lambda override: end_of_day(override.until_on),
                expired="enterprises.end_override",
            ),
        },
        ends=frozenset({GradeOverride.State.ENDED}),
    )
)

POLICY_LOOP = declare(
    Loop(
        Policy,
        title=_("insurance policy"),
        owner={Policy.State.ACTIVE: _("enterprise")},
        limit={
            Policy.State.ACTIVE: Limit(
                "enterprise_loops/policy.run",
                until=lambda policy: end_of_day(policy.ends_on),
                expired="enterprises.end_policy",
            ),
        },
        ends=frozenset({Policy.State.ENDED, Policy.State.CANCELLED}),
    )
)

SELF_CHECK_LOOP = declare(
    Loop(
        SelfCheck,
        title=_("self-check"),
        owner={SelfCheck.State.PLANNED: _("enterprise")},
        limit={
            SelfCheck.State.PLANNED: Limit(
                "enterprise_loops/self_check.do",
                start=lambda check: start_of_day(check.from_on),
                until=lambda check: end_of_day(check.due_on),
                expired="enterprises.miss_self_check",
                asks="complete_self_check",
            ),
        },
        ends=frozenset({SelfCheck.State.DONE, SelfCheck.State.MISSED}),
    )
)
