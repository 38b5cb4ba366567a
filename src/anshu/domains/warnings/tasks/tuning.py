"""Taking over a threshold that the verdicts speak for."""

from anshu.access.policy import Actor
from anshu.domains.warnings.ledger import RULES
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.queries.tuning import steps_with
from anshu.ledger import edit


def adopt(rule: Rule, *, by: Actor, raise_at: float, reason: str) -> Rule:
    """Give the mildest step of the rule this threshold: a change of the register with its row of the log, which holds
    both ladders, and a new version of the rule. Invalid when the ladder would not hold together."""
    changed = edit.change(RULES, rule, by=by, values={"steps": steps_with(rule, raise_at)}, reason=reason)
    assert isinstance(changed, Rule)  # noqa: S101  # the register of rules holds rules
    return changed
