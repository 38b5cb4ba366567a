"""A year of regulation in a generated district: hazards found, put right and rechecked, visits, and whoever cheats.

Everything is invented and seeded. Honest people work in the day, take days to put something right and write what they
did in their own words; some of each kind of cheat are planted among them, and told, so that whoever looks is checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

import numpy as np

from anshu.engines.bypass import Case, Picture, Sign, Visit

"""Signs of which cheats are planted."""
PLANTED = tuple(sign for sign in Sign if sign is not Sign.SELF_VERIFIED)
SET_PHRASES = ("已整改", "已清理", "已更换", "已整改完毕", "已按要求整改")
PARTS = ("疏散通道", "配电箱", "灭火器", "应急照明", "消防栓", "气瓶间", "货架", "排风管道", "安全出口", "操作平台")
DEEDS = ("清理杂物", "更换损坏部件", "重新张贴标识", "加装防护罩", "检测合格后恢复", "重新布线", "补充台账", "培训员工")
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高"


@dataclass(frozen=True)
class Year:
    """A year of work, and the planted truth: sign → those who show it."""

    cases: tuple[Case, ...]
    visits: tuple[Visit, ...]
    pictures: tuple[Picture, ...]
    truth: Mapping[Sign, frozenset[str]]


def year(seed: int, *, cases: int, visits: int, people: int, firms: int, start: datetime) -> Year:
    """A year of so many cases and visits by so many officers and firms, beginning at `start` (local time)."""
    return _Maker(np.random.default_rng(seed), people, firms, start).make(cases, visits)


@dataclass
class _Maker:
    random: np.random.Generator
    people: int
    firms: int
    start: datetime

    def make(self, cases: int, visits: int) -> Year:
        cheats = self._cheats()
        made = [self._case(n, cheats) for n in range(cases)]
        made += self._extra(cheats)
        seen = tuple(self._visit(n, cheats) for n in range(visits))
        pictures = tuple(
            Picture(f"c{int(self.random.integers(cases))}", f"c{int(self.random.integers(cases))}", who)
            for who in sorted(cheats[Sign.REUSED_PICTURE])
            for _time in range(4)
        )
        return Year(tuple(made), seen, pictures, MappingProxyType(cheats))

    def _cheats(self) -> dict[Sign, frozenset[str]]:
        """Two officers, firms or units for each sign; nobody shows two."""
        officers = iter(self.random.permutation(self.people))
        firms = iter(self.random.permutation(self.firms))
        units = iter(self.random.permutation(10))
        pools = {Sign.MOVED_DATES: ("f", firms), Sign.COPIED_TEXT: ("f", firms), Sign.MONTH_END: ("u", units)}
        found: dict[Sign, frozenset[str]] = {}
        for sign in PLANTED:
            letter, pool = pools.get(sign, ("p", officers))
            found[sign] = frozenset(f"{letter}{next(pool)}" for _two in range(1 if letter == "u" else 2))
        return found

    def _case(self, number: int, cheats: Mapping[Sign, frozenset[str]]) -> Case:
        random = self.random
        finder, verifier = (f"p{n}" for n in random.choice(self.people, 2, replace=False))
        firm, unit = f"f{random.integers(self.firms)}", f"u{number % 10}"
        ordered = self._daytime(int(random.integers(330)))
        submitted = ordered + timedelta(hours=float(random.gamma(2.0, 60.0)) + 0.5)
        rechecked = self._working(submitted + timedelta(hours=float(random.gamma(2.0, 24.0)) + 0.1))
        if unit in cheats[Sign.MONTH_END] and random.random() < 0.4:
            rechecked = self._month_end(rechecked)
        if verifier in cheats[Sign.NIGHT] and random.random() < 0.5:
            rechecked = rechecked.replace(hour=int(random.choice([23, 0, 1, 2, 3, 4])))
            rechecked = max(rechecked, submitted + timedelta(minutes=5))
        postponed = int(random.choice([2, 3])) if firm in cheats[Sign.MOVED_DATES] else int(random.random() < 0.02)
        return Case(
            key=f"c{number}",
            place=f"s{firm}",
            unit=unit,
            firm=firm,
            finder=finder,
            fixer=firm,
            verifier=verifier,
            ordered_at=ordered,
            submitted_at=submitted,
            rechecked_at=rechecked,
            text=self._words(),
            postponed=postponed,
        )

    def _extra(self, cheats: Mapping[Sign, frozenset[str]]) -> list[Case]:
        """What cheats do beside their honest work: a dozen at a desk in a quarter of an hour, seconds, one text."""
        made: list[Case] = []
        for who in sorted(cheats[Sign.BULK]):
            at = self._daytime(200)
            made += [self._quick(f"b{who}{n}", who, at + timedelta(minutes=n)) for n in range(12)]
        for who in sorted(cheats[Sign.SECONDS]):
            for n in range(6):
                at = self._daytime(30 * n + 10)
                made.append(self._quick(f"q{who}{n}", who, at, wait=timedelta(seconds=20)))
        for who in sorted(cheats[Sign.COPIED_TEXT]):
            text = "已对现场进行全面整改，消除安全隐患，并举一反三加强管理"
            made += [self._quick(f"t{who}{n}", f"p{n}", self._daytime(20 * n), firm=who, text=text) for n in range(8)]
        return made

    def _quick(
        self, key: str, verifier: str, at: datetime, wait: timedelta = timedelta(hours=30), **other: str
    ) -> Case:
        firm = other.get("firm", f"f{self.random.integers(self.firms)}")
        return Case(
            key=key,
            place=f"s{key}",
            unit=f"u{self.random.integers(10)}",
            firm=firm,
            finder="p-none",
            fixer=firm,
            verifier=verifier,
            ordered_at=at - wait - timedelta(days=3),
            submitted_at=at - wait,
            rechecked_at=at,
            text=other.get("text", self._words()),
        )

    def _visit(self, number: int, cheats: Mapping[Sign, frozenset[str]]) -> Visit:
        officer = f"p{self.random.integers(self.people)}"
        share = 0.97 if officer in cheats[Sign.NO_FINDING] else 0.4
        findings = 0 if self.random.random() < share else 1 + int(self.random.poisson(1.0))
        return Visit(f"v{number}", officer, findings)

    def _words(self) -> str:
        """What an honest firm writes: a set phrase, or its own words."""
        random = self.random
        if random.random() < 0.3:
            return str(random.choice(SET_PHRASES))
        part, deed, who = random.choice(PARTS), random.choice(DEEDS), random.choice(list(SURNAMES))
        return f"{who}师傅{int(random.integers(1, 29))}日对{part}{deed}，共{int(random.integers(1, 90))}处"

    def _daytime(self, day: int) -> datetime:
        minutes = float(self.random.uniform(9 * 60, 17 * 60))
        return self.start + timedelta(days=day, minutes=minutes)

    def _working(self, at: datetime) -> datetime:
        """The same moment if people are at work then, else the next morning; one in two hundred stays late at night."""
        if 8 <= at.hour < 19 or self.random.random() < 0.005:
            return at
        morning = (at + timedelta(days=at.hour >= 19)).replace(hour=9, minute=0)
        return morning + timedelta(minutes=float(self.random.uniform(0, 420)))

    def _month_end(self, at: datetime) -> datetime:
        """The last day of the month, at the same hour."""
        following = (at.replace(day=28) + timedelta(days=5)).replace(day=1)
        return max(at, at.replace(month=following.month, year=following.year, day=1) - timedelta(days=1))
