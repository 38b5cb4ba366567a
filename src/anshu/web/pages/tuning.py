"""What verdicts say about rules: the worst offenders, and what another threshold would have spared and missed."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anshu.access.policy import actor_of, may, require
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.queries import tuning
from anshu.domains.warnings.tasks.tuning import adopt
from anshu.kernel.errors import AnshuError, Invalid
from anshu.workflow.models import Change


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The rules and channels that raise most alarms, and how many of these were false."""
    actor = actor_of(request)
    require(actor, "warnings.view")
    context = {
        "rules": tuning.rule_loads(actor),
        "channels": tuning.channel_loads(actor),
        "days": tuning.period().days,
    }
    return render(request, "tuning/rules.html", context)


def rule(request: HttpRequest, key: Any) -> HttpResponse:
    """One rule with its trials; posting adopts one of them."""
    actor = actor_of(request)
    require(actor, "warnings.view")
    found = Rule.objects.visible_to(actor).select_related("channel").filter(pk=key).first()
    if found is None:
        raise Http404(str(key))
    error: AnshuError | None = None
    if request.method == "POST":
        try:
            adopt(found, by=actor, raise_at=_number(request.POST.get("raise_at", "")), reason=_reason(request))
            return HttpResponseRedirect(f"/tuning/{found.pk}")
        except AnshuError as refusal:
            error = refusal
    context = {
        "rule": found,
        "unit": tuning.unit_of(found),
        "sweep": tuning.sweep(found, actor),
        "days": tuning.period().days,
        "history": history(found),
        "may_adopt": may(actor, "warnings.change", found.territory),
        "error": error,
    }
    return render(request, "tuning/rule.html", context, status=error.status if error else 200)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise Invalid(_("a threshold is a number"), field="raise_at") from error


def _reason(request: HttpRequest) -> str:
    """What the log keeps as the reason: that of the form, else that the verdicts spoke for it."""
    return request.POST.get("reason", "").strip() or _("adopted from the verdicts")


def history(rule: Rule) -> list[dict[str, Any]]:
    """Every change of the rule's thresholds, newest first: when, who, why, and the thresholds before and after."""
    rows = Change.objects.filter(subject="warnings.rule", subject_id=rule.pk).order_by("-id")
    found = []
    for change in rows:
        steps = change.details.get("changed", {}).get("steps")
        if steps:
            found.append({"change": change, "before": _raises(steps[0]), "after": _raises(steps[1])})
    return found


def _raises(steps: Any) -> list[float]:
    """The thresholds of a ladder as the log keeps it, the mildest first."""
    return [float(step["raise"]) for step in sorted(steps or [], key=lambda step: -int(step["level"]))]
