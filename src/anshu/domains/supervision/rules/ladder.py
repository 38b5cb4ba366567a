"""The ladder of letters: which rung follows which. The order is the rule pack's (`escalation/letters`)."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from anshu.kernel.errors import Invalid


def next_rung(ladder: Sequence[str], last: str) -> str:
    """The rung after `last`; the first when nothing was sent yet, the last again when it has been reached."""
    if not last:
        return ladder[0]
    return ladder[min(ladder.index(last) + 1, len(ladder) - 1)]


def require_reason_to_skip(ladder: Sequence[str], last: str, wanted: str, reason: str) -> bool:
    """Whether `wanted` skips a rung after `last`; Invalid (field `reason`) when it does and no reason is given, and
    (field `kind`) when it goes back down."""
    place, due = ladder.index(wanted), ladder.index(next_rung(ladder, last))
    if last and place < ladder.index(last):
        raise Invalid(_("a milder letter after a graver one on the same matter has no sense"), field="kind")
    if place > due and not reason.strip():
        raise Invalid(_("a rung of the ladder is skipped; say why"), field="reason")
    return place > due
