"""A campaign as a tree: actions, measures, sub-plans and tasks, each branch with how much of it is done."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from anshu.access.policy import actor_of, require
from anshu.domains.supervision import queries
from anshu.domains.supervision.ledger import CAMPAIGNS
from anshu.kernel import clock
from anshu.web.pages.registers import record_of


@require_GET
def page(request: HttpRequest, key: Any) -> HttpResponse:
    """The whole campaign that the node belongs to."""
    actor = actor_of(request)
    require(actor, "supervision.view")
    node: Any = record_of(CAMPAIGNS, actor, key)
    root: Any = record_of(CAMPAIGNS, actor, node.root_id) if node.root_id else node
    today = timezone.localdate(clock.now())
    context = {
        "root": root,
        "node": node,
        "top": queries.tree(root, actor, today),
        "counts": queries.counts_of(root, actor),
        "today": today,
    }
    return render(request, "campaign.html", context)
