"""Signs that a loop was closed on paper only: each a card with the rows behind it, for a person to judge.

    cards = look(cases, visits, Limits(...))

A *card* names a sign, who it points at, the rows, how often it occurred and how often it would be expected. It is
never an accusation: a crew that finishes a block in one evening looks just like one that signs at its desk. The signs:

| sign | what is counted | when a card is made |
|---|---|---|
| `self_verified` | rechecked by the finder or the fixer (only what was brought in from elsewhere can hold it) | each |
| `bulk` | rechecks by one person within minutes, at different places | at least so many in so long |
| `night` | rechecks in the small hours | far more than everybody's share |
| `seconds` | put right within seconds of the order, or rechecked within seconds of the submission | at least so many |
| `reused_picture` | a picture that was kept with another case before | each pair, by whoever brought the later |
| `moved_dates` | dates postponed | one case so many times, or far more than everybody's share |
| `copied_text` | the very same account of what was done, too long to be a set phrase | at least so many by one person |
| `month_end` | closed in the last days of a month | far more than everybody's share |
| `no_finding` | visits that found nothing | far more than everybody's share |

“Far more than everybody's share” is a one-sided binomial test against the share of all others, at a level that is
divided by the number of people tested (Bonferroni), so that a year of honest work of a thousand people makes a card
less often than the level says. Everything here is a pure function of its arguments.
"""

from anshu.engines.bypass.cases import Card, Case, Limits, Picture, Sign, Visit
from anshu.engines.bypass.signs import look

__all__ = ["Card", "Case", "Limits", "Picture", "Sign", "Visit", "look"]
