"""What a checklist asks, read from what is stored."""

from anshu.domains.inspections.models import Checklist
from anshu.domains.inspections.rules import content
from anshu.domains.inspections.rules.content import Form


def form_of(checklist: Checklist) -> Form:
    """The form of a list; Invalid when a draft does not hold together yet."""
    return content.read(checklist.content)
