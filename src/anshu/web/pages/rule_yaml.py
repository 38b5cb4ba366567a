"""Sensing rules as YAML: handed out for review, and brought back with line, rule and field of all that is wrong."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anshu.access.policy import actor_of, may, require
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.rules.written import MOST_BYTES, Unreadable, write
from anshu.domains.warnings.tasks.rule_files import checked, take_in
from anshu.kernel.errors import Invalid
from anshu.workflow import log


@require_GET
def download(request: HttpRequest) -> HttpResponse:
    """All rules that the person may see, in one file. The log keeps who took them."""
    actor = actor_of(request)
    require(actor, "warnings.export")
    rules = Rule.objects.visible_to(actor).select_related("channel", "backup")
    with transaction.atomic():
        log.write("warnings.export", None, actor, details={"register": "rules", "form": "yaml", "rows": rules.count()})
    headers = {"Content-Disposition": 'attachment; filename="rules.yaml"', "Cache-Control": "no-store"}
    return HttpResponse(write(rules), content_type="application/yaml; charset=utf-8", headers=headers)


def upload(request: HttpRequest) -> HttpResponse:
    """Look a file over, or bring it in; every fault is shown with its line, and then nothing is brought in."""
    actor = actor_of(request)
    if not may(actor, "warnings.add"):
        require(actor, "warnings.change")
    context: dict[str, object] = {"may_export": may(actor, "warnings.export"), "text": request.POST.get("text", "")}
    status = 200
    if request.method == "POST":
        try:
            text = _text(request)
            context["text"] = text
            if request.POST.get("go"):
                context["count"] = take_in(text, by=actor)
            else:
                context["found"] = [(made, there) for _written, made, there in checked(text, actor)]
        except Unreadable as refused:
            context["faults"], status = refused.faults, 422
        except Invalid as refused:
            context["faults"], status = [str(refused)], 422
    return render(request, "rules/yaml.html", context, status=status)


def _text(request: HttpRequest) -> str:
    """What was pasted, or the file."""
    file = request.FILES.get("file")
    if file is None:
        return str(request.POST.get("text", ""))
    if (file.size or 0) > MOST_BYTES:
        raise Invalid(_("the file is larger than %(most)s MB"), field="file", most=MOST_BYTES // 1_000_000)
    try:
        return str(file.read(), "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(_("the file is not UTF-8 from byte %(at)s on"), field="file", at=error.start) from error
