"""Files of sensing rules brought in: each rule added or changed like one typed in a form, or none of them."""

from collections import Counter
from typing import Any

from django.db import transaction

from anshu.access.policy import Actor
from anshu.domains.devices.models import Channel
from anshu.domains.warnings.ledger import RULES
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.rules.drafts import Fault, draft
from anshu.domains.warnings.rules.written import FIELDS, Unreadable, Written, read, told_fault
from anshu.kernel.errors import AnshuError
from anshu.ledger import edit


def checked(text: str, by: Actor) -> list[tuple[Written, Rule, Rule | None]]:
    """Each rule of the file, the rule that it makes, and the one that is there under its number.

    Unreadable naming line, rule and field of all that is wrong in the file.
    """
    channels = Channel.objects.visible_to(by)
    found: list[tuple[Written, Rule, Rule | None]] = []
    faults: list[tuple[int, str]] = []
    for written in read(text):
        there = Rule.objects.visible_to(by).filter(number=written.number).first()
        made, wrong = draft(_values(written), channels, there)
        faults += [(written.line(fault), told_fault(written.line(fault), written.number, fault)) for fault in wrong]
        found.append((written, made, there))
    if faults:
        raise Unreadable([words for _line, words in sorted(faults)])
    return found


def take_in(text: str, *, by: Actor) -> Counter[str]:
    """Bring a file in; how many rules were added, changed, or said the same already. All or none: Unreadable, or what
    the register refuses, with line, rule and field."""
    count: Counter[str] = Counter(added=0, changed=0, same=0)
    with transaction.atomic():
        for written, made, there in checked(text, by):
            values = {name: _plain(made, name) for name in FIELDS}
            try:
                if there is None:
                    edit.add(RULES, by=by, values=values)
                    count["added"] += 1
                else:
                    saved: Any = edit.change(RULES, there, by=by, values=values)
                    count["changed" if saved.version != there.version else "same"] += 1
            except AnshuError as error:
                fault = Fault(error.field or "", str(error))
                raise Unreadable([told_fault(written.line(fault), written.number, fault)]) from error
    return count


def _values(written: Written) -> dict[str, Any]:
    """Every field: those that the file leaves out as empty as in a new rule."""
    blank = Rule()
    return {name: written.values.get(name, _plain(blank, name)) for name in FIELDS}


def _plain(rule: Rule, name: str) -> Any:
    value = getattr(rule, name)
    return value.number if name in ("channel", "backup") and value is not None else value
