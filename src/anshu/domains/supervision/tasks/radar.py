"""The night's look for closings that may be on paper only: what is new comes onto cards, and nothing twice."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from anshu.domains.supervision.models import BypassCard, BypassRow
from anshu.domains.supervision.queries.radar import findings
from anshu.domains.supervision.rules.bypass import Finding, worth_opening_again
from anshu.domains.supervision.transitions.bypass import JUDGED, add_to_card, keep_rows, open_card
from anshu.kernel import clock
from anshu.workflow import log, rules
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Bookmark

NAME = "bypass radar"


def look_nightly() -> bool:
    """Look once on each day, from the hour on that the rule names; there is never more to do at once."""
    now = clock.now()
    last = Bookmark.objects.filter(name=NAME).values_list("saved_at", flat=True).first()
    if timezone.localtime(now).hour < rules.at("bypass_radar/look_from_h").number() or _same_day(last, now):
        return False
    put_on_cards(findings(now))
    Bookmark.objects.update_or_create(name=NAME, defaults={"saved_at": now})
    return False


def _same_day(last: datetime | None, now: datetime) -> bool:
    """Whether it was looked today. A mark from later than now was set by a clock that has been put back since."""
    return last is not None and timezone.localdate(last) == timezone.localdate(now)


def put_on_cards(found: Iterable[Finding]) -> int:
    """Open a card for each new sign and put further rows onto those there are; how many cards that touched. A card that
    was judged is asked anew only by so many further rows as the rule names."""
    rule = rules.at("bypass_radar/again")
    again = {name: rule.number(name) for name in rule.value} if isinstance(rule.value, Mapping) else {}
    known = {(card.sign, card.key): card for card in BypassCard.objects.all()}
    return sum(_put(finding, known.get((finding.sign, finding.key)), again) for finding in found)


def _put(finding: Finding, card: BypassCard | None, again: dict[str, float]) -> bool:
    there = set() if card is None else set(BypassRow.objects.filter(card=card).values_list("subject_id", flat=True))
    fresh = tuple(row for row in finding.rows if row.subject_id not in there)
    if not fresh:
        return False
    if card is not None and card.state in JUDGED and not worth_opening_again(finding.sign, len(fresh), again):
        return False
    with transaction.atomic():
        log.lock()
        if card is None:
            card = open_card(by=WORK, finding=finding)
        else:
            card = add_to_card(card, by=WORK, finding=replace(finding, rows=fresh))
        keep_rows(card, replace(finding, rows=fresh))
    return True
