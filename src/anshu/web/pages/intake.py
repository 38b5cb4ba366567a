"""Taking a telephone call: what is known, where, and whether we know of it already. What was typed is never lost."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from anshu.access.policy import actor_of, require
from anshu.domains.incidents.models import Incident
from anshu.domains.incidents.transitions import report_incident
from anshu.domains.places.models import Site
from anshu.domains.warnings.models import Level
from anshu.kernel.errors import AnshuError, Refused
from anshu.ledger import parameters
from anshu.workflow.transitions import arrows_of


def intake(request: HttpRequest) -> HttpResponse:
    """The form; a likely duplicate is shown beside it, and sent all the same only when somebody says it is another."""
    actor = actor_of(request)
    require(actor, "incidents.report_incident")
    error: AnshuError | None = None
    if request.method == "POST":
        try:
            arrow = arrows_of(Incident)["report_incident"]
            details: dict[str, Any] = parameters.read(arrow, actor, {k: str(v) for k, v in request.POST.items()})
            incident = report_incident(by=actor, **details)
            return HttpResponseRedirect(f"/incidents/{incident.pk}")
        except AnshuError as refusal:
            error = refusal
    twin = None
    if isinstance(error, Refused) and error.code == "likely_duplicate":
        twin = Incident.objects.visible_to(actor).filter(pk=error.params["incident_id"]).first()
    context = {
        "error": error,
        "twin": twin,
        "typed": request.POST,
        "levels": Level.choices,
        "categories": Incident.Category.choices,
        "kinds": Site.Kind.choices,
        "sources": Incident.Source.choices[1:3],
    }
    return render(request, "intake.html", context, status=error.status if error else 200)
