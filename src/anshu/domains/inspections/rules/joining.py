"""One list of several departments' lists, so that one visit serves them all (综合查一次)."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from anshu.domains.inspections.rules.content import Form, Group, Item
from anshu.kernel.errors import Invalid


def joined(parts: Sequence[tuple[str, Form]]) -> Form:
    """(Department, its form) of each → one form: what two ask under the same clause in the same words is asked once,
    for both. Keys that mean different things in two lists are Invalid (field `parts`): one of the lists must rename
    its own.
    """
    items: dict[str, Item] = {}
    groups: dict[str, Group] = {}
    for department, form in parts:
        for group in form.groups:
            if groups.setdefault(group.key, group) != group:
                raise _clash(group.key)
        for item in form.items:
            known = items.get(item.key)
            if known is None:
                items[item.key] = replace(item, departments=(department,))
            elif replace(known, departments=()) != replace(item, departments=()):
                raise _clash(item.key)
            else:
                items[item.key] = replace(known, departments=(*known.departments, department))
    return Form(tuple(items.values()), tuple(groups.values()))


def _clash(key: str) -> Invalid:
    return Invalid(
        _("“%(key)s” means different things in two of the lists; rename it in one of them"), field="parts", key=key
    )
