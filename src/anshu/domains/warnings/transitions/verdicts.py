"""One verdict for a group: each of its alarms gets it, and keeps a row of the log of its own."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.warnings.models import Alarm, AlarmGroup
from anshu.domains.warnings.transitions.alarms import confirm, mark_test, reject
from anshu.domains.warnings.transitions.groups import UNJUDGED, waiting
from anshu.kernel import clock
from anshu.kernel.errors import Refused
from anshu.workflow.transitions import transition

State = AlarmGroup.State


@transition(UNJUDGED, to=State.SETTLED, title=_("true"), key="t")
def confirm_group(group: AlarmGroup, *, by: Actor, reason: str = "") -> dict[str, Any]:
    """It is true. Further alarms of the group that are no graver follow this verdict for a while."""
    return _judge(group, AlarmGroup.Verdict.CONFIRMED, confirm, by=by, reason=reason)


@transition(UNJUDGED, to=State.SETTLED, title=_("false alarm"), key="f")
def reject_group(group: AlarmGroup, *, by: Actor, reason: str) -> dict[str, Any]:
    """All of it is false; the reason is kept with each alarm, because it is what rules are tuned by."""
    return _judge(group, AlarmGroup.Verdict.FALSE, reject, by=by, reason=reason)


@transition(UNJUDGED, to=State.SETTLED, title=_("test"), key="e")
def mark_group_test(group: AlarmGroup, *, by: Actor, reason: str = "") -> dict[str, Any]:
    """Somebody was testing the devices."""
    return _judge(group, AlarmGroup.Verdict.TEST, mark_test, by=by, reason=reason)


def _judge(
    group: AlarmGroup, verdict: AlarmGroup.Verdict, judge: Callable[..., Alarm], *, by: Actor, reason: str
) -> dict[str, Any]:
    alarms = list(waiting(group))
    if not alarms:
        raise Refused(_("nothing in %(number)s waits for a verdict"), number=group.number)
    # Judged before its alarms are, lest the last of them find that nothing is left and judge the group once more.
    AlarmGroup.objects.filter(pk=group.pk).update(state=State.SETTLED)
    for alarm in alarms:
        judge(alarm, by=by, reason=reason)
    group.verdict, group.verdict_level, group.verdict_reason = verdict, group.level, reason
    group.judged_at, group.judged_by = clock.now(), by.name
    return {"alarms": len(alarms)}
