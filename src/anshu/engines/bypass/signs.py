"""Each sign as one function from cases to cards."""

import calendar
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from scipy.stats import binom

from anshu.engines.bypass.cases import Card, Case, Limits, Picture, Sign, Visit

Row = TypeVar("Row", Case, Visit)


def look(cases: Sequence[Case], visits: Sequence[Visit], pictures: Sequence[Picture], limits: Limits) -> list[Card]:
    """Every card of a period, by sign and then the most telling first."""
    found = [
        *_self_verified(cases),
        *_bulk(cases, limits),
        *_often(Sign.NIGHT, cases, lambda case: case.verifier, lambda case: _at_night(case, limits), limits),
        *_seconds(cases, limits),
        *_reused(pictures),
        *_postponed(cases, limits),
        *_copied(cases, limits),
        *_often(Sign.MONTH_END, cases, lambda case: case.unit, lambda case: _at_end(case, limits), limits),
        *_often(Sign.NO_FINDING, visits, lambda visit: visit.officer, lambda visit: visit.findings == 0, limits),
    ]
    order = {sign: place for place, sign in enumerate(Sign)}
    return sorted(found, key=lambda card: (order[card.sign], -card.count, card.who))


def _self_verified(cases: Iterable[Case]) -> list[Card]:
    by_hand: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        if case.verifier and case.verifier in (case.finder, case.fixer):
            by_hand[case.verifier].append(case.key)
    return [Card(Sign.SELF_VERIFIED, who, tuple(keys), len(keys), len(keys)) for who, keys in by_hand.items()]


def _bulk(cases: Iterable[Case], limits: Limits) -> list[Card]:
    """For each verifier, the longest run of rechecks at different places that all lie within the time."""
    span, found = timedelta(minutes=limits.bulk_min), []
    for who, done in _by(cases, lambda case: case.verifier).items():
        done.sort(key=lambda case: case.rechecked_at)
        hit: dict[str, None] = {}
        first = 0
        for last, case in enumerate(done):
            while case.rechecked_at - done[first].rechecked_at > span:
                first += 1
            window = done[first : last + 1]
            if len({each.place for each in window}) >= limits.bulk_count:
                hit |= dict.fromkeys(each.key for each in window)
        if hit:
            found.append(Card(Sign.BULK, who, tuple(hit), len(hit), len(done)))
    return found


def _at_night(case: Case, limits: Limits) -> bool:
    hour = case.rechecked_at.hour
    return hour >= limits.night_from_h or hour < limits.night_until_h


def _seconds(cases: Iterable[Case], limits: Limits) -> list[Card]:
    """Whoever was faster than anybody can be: the fixer after the order, the verifier after the submission."""
    quick: dict[str, dict[str, None]] = defaultdict(dict)
    for case in cases:
        if (case.submitted_at - case.ordered_at).total_seconds() < limits.seconds:
            quick[case.fixer][case.key] = None
        if (case.rechecked_at - case.submitted_at).total_seconds() < limits.seconds:
            quick[case.verifier][case.key] = None
    return [
        Card(Sign.SECONDS, who, tuple(keys), len(keys), len(keys))
        for who, keys in quick.items()
        if len(keys) >= limits.seconds_count
    ]


def _reused(pictures: Iterable[Picture]) -> list[Card]:
    pairs: dict[str, dict[str, None]] = defaultdict(dict)
    count: dict[str, int] = defaultdict(int)
    for picture in pictures:
        pairs[picture.maker] |= {picture.case: None, picture.earlier_case: None}
        count[picture.maker] += 1
    return [Card(Sign.REUSED_PICTURE, who, tuple(keys), count[who], count[who]) for who, keys in pairs.items()]


def _postponed(cases: Sequence[Case], limits: Limits) -> list[Card]:
    """A firm whose dates move again and again: one case too often, or too many of its cases."""
    found = {
        card.who: card
        for card in _often(Sign.MOVED_DATES, cases, lambda case: case.firm, lambda case: case.postponed > 0, limits)
    }
    for who, own in _by(cases, lambda case: case.firm).items():
        again = [case.key for case in own if case.postponed >= limits.postponed_count]
        if again and who not in found:
            found[who] = Card(Sign.MOVED_DATES, who, tuple(again), len(again), len(own))
    return list(found.values())


def _copied(cases: Iterable[Case], limits: Limits) -> list[Card]:
    same: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        text = "".join(case.text.split())
        if len(text) >= limits.text_length:
            same[case.fixer, text].append(case)
    return [
        Card(Sign.COPIED_TEXT, who, tuple(case.key for case in alike), len(alike), len(alike))
        for (who, _text), alike in same.items()
        if len({case.place for case in alike}) >= limits.text_count
    ]


def _at_end(case: Case, limits: Limits) -> bool:
    at: datetime = case.rechecked_at
    return at.day > calendar.monthrange(at.year, at.month)[1] - limits.month_end_days


def _by(rows: Iterable[Row], whose: Callable[[Row], str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if who := whose(row):
            found[who].append(row)
    return found


def _often(
    sign: Sign, rows: Iterable[Row], whose: Callable[[Row], str], such: Callable[[Row], bool], limits: Limits
) -> list[Card]:
    """Those whose rows are such far more often than the rows of all others."""
    owned = _by(rows, whose)
    hits = {who: [row.key for row in own if such(row)] for who, own in owned.items()}
    total, all_hits = sum(map(len, owned.values())), sum(map(len, hits.values()))
    level = limits.level / max(len(owned), 1)
    found = []
    for who, own in owned.items():
        others = total - len(own)
        if len(hits[who]) < limits.fewest or not others:
            continue
        # One more of each kind among the others: where nobody else ever does it, it is rare and not impossible.
        share = (all_hits - len(hits[who]) + 1) / (others + 2)
        if binom.sf(len(hits[who]) - 1, len(own), share) < level:
            found.append(Card(sign, who, tuple(hits[who]), len(hits[who]), len(own), round(share * len(own), 1)))
    return found
