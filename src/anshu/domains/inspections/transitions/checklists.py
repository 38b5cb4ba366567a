"""Checklists: written, published for good, retired when the next version is; several joined into one."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.policy import Actor
from anshu.domains.inspections.models import Checklist, VisitKind
from anshu.domains.inspections.rules import content, joining
from anshu.domains.inspections.rules.forms import form_of
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow.transitions import opening, transition

SELF_CHECK = "self_check"
USES = (*VisitKind.values, SELF_CHECK)


@opening(to=Checklist.State.DRAFT, title=_("write a checklist"))
def draft_checklist(
    *,
    by: Actor,
    code: str,
    title: str,
    content: dict[str, Any],
    uses: Sequence[str] = (),
    field: str = "",
    domain_class: str = "",
    department: str = "",
    licence_field: str = "",
    source: str = "",
    territory: str = "",
) -> Checklist:
    """A new list, or the next version of the one with this code. Its items must hold together from the beginning."""
    if not code.strip() or not title.strip():
        raise Invalid(_("a checklist has a code and a title"), field="code" if not code.strip() else "title")
    if unknown := [use for use in uses if use not in USES]:
        raise Invalid(_("%(use)s is no kind of visit"), field="uses", use=unknown[0])
    last = Checklist.objects.filter(code=code).order_by("-version").first()
    version = 1 if last is None else last.version + 1
    made = Checklist(
        number=f"{code}-v{version}",
        code=code,
        version=version,
        title=title.strip(),
        content=content,
        uses=list(uses) or list(USES),
        field=field,
        domain_class=domain_class,
        department=department,
        licence_field=licence_field,
        source=source,
        territory=territory or min(by.reach("inspections.draft_checklist"), key=len, default=""),
    )
    made.content = as_stored(made)
    made.item_count = len(form_of(made).items)
    return made


def as_stored(checklist: Checklist) -> dict[str, Any]:
    """The content in its plain form; Invalid when it does not hold together."""
    return content.as_data(form_of(checklist))


@opening(to=Checklist.State.DRAFT, title=_("join checklists"))
def join_checklists(*, by: Actor, code: str, title: str, parts: list[Checklist]) -> Checklist:
    """One list of several departments' published lists, so that one visit serves them all (综合查一次)."""
    if len(parts) < 2:
        raise Invalid(_("name two lists at least"), field="parts")
    if any(part.state != Checklist.State.PUBLISHED for part in parts):
        raise Refused(_("only lists in force are joined"), code="not_published")
    form = joining.joined([(part.department or part.title, form_of(part)) for part in parts])
    last = Checklist.objects.filter(code=code).order_by("-version").first()
    version = 1 if last is None else last.version + 1
    return Checklist(
        number=f"{code}-v{version}",
        code=code,
        version=version,
        title=title.strip(),
        content=content.as_data(form),
        item_count=len(form.items),
        uses=[VisitKind.JOINT],
        field=parts[0].field,
        department="、".join(dict.fromkeys(part.department or part.title for part in parts)),
        source="、".join(part.number for part in parts),
        territory=min((part.territory for part in parts), key=len),
    )


@transition(
    Checklist.State.DRAFT, to=Checklist.State.PUBLISHED, title=pgettext_lazy("checklist", "publish"), grave=True
)
def publish(checklist: Checklist, *, by: Actor) -> dict[str, object]:
    """In force from now on, and unchangeable; the version before it is retired with it."""
    form = form_of(checklist)
    for earlier in Checklist.objects.filter(code=checklist.code, state=Checklist.State.PUBLISHED):
        retire(earlier, by=by, reason=str(_("the next version is in force")))
    checklist.content, checklist.digest = content.as_data(form), content.digest(form)
    checklist.item_count, checklist.published_at = len(form.items), clock.now()
    return {"digest": checklist.digest}


@transition(Checklist.State.DRAFT, Checklist.State.PUBLISHED, to=Checklist.State.RETIRED, title=_("retire"), grave=True)
def retire(checklist: Checklist, *, by: Actor, reason: str) -> None:
    """No visit is planned with it any more; visits that were begun with it are ended with it."""
    if not reason.strip():
        raise Invalid(_("say why it is retired"), field="reason")
    checklist.retired_at = clock.now()
