"""Clauses that may apply to a hazard: found in the statutes at hand, with their words, or none at all."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from anshu.access.policy import actor_of
from anshu.domains.hazards.models import Hazard
from anshu.gateways import law_files
from anshu.web.pages.pictures import require_seen
from anshu.workflow.transitions import arrows_of

SHOWN = 3


def folder() -> Path:
    """Where the statutes lie."""
    set_to: Path | None = settings.ANSHU.laws_dir
    return set_to or Path(settings.ANSHU.data_dir) / "laws"


@require_GET
def part(request: HttpRequest, key: Any) -> HttpResponse:
    """The part of a hazard's page that suggests clauses, as the page fetches it."""
    actor = actor_of(request)
    hazard = require_seen(actor, "hazards", key)
    index = law_files.index(folder())
    context = {
        "record": hazard,
        "hits": index.search(getattr(hazard, "summary", ""), limit=SHOWN),
        "held": bool(index.passages),
        "may_cite": arrows_of(Hazard)["cite"].allows(actor, hazard),
    }
    return render(request, "hazard/clauses.html", context)
