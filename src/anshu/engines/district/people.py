"""Organisations, posts and named people of the invented district, and the duty roster."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone

from numpy.random import Generator

from anshu.engines.district.shapes import Area, DutyShift, Level, Organisation, Person, Post
from anshu.engines.district.words import DISTRICT_CODE, DISTRICT_NAME, GIVEN_FIRST, GIVEN_SECOND, SURNAMES

BEIJING = timezone(timedelta(hours=8))
BUREAU = f"{DISTRICT_CODE}-B01"

DEPARTMENTS = (
    "水务局", "住房和建设局", "城市管理和综合执法局", "交通运输局", "规划和自然资源局",
    "卫生健康局", "教育局", "市场监督管理局", "民政局", "公安分局",
)  # fmt: skip
_BUREAU_POSTS = (
    *(("局长", 1), ("副局长", 3), ("总值班室主任", 1)),
    *(("值班员", 8), ("指挥协调科科长", 1), ("三防科科长", 1), ("执法大队队长", 1), ("执法人员", 12)),
)
_DEPARTMENT_POSTS = (("局长", 1), ("分管副局长", 1), ("安全管理科科长", 1), ("联络员", 2))
_STREET_POSTS = (
    *(("街道办主任", 1), ("分管副主任", 2), ("应急管理办公室主任", 1)),
    *(("值班员", 6), ("三防专员", 1), ("执法人员", 4)),
)
_COMMUNITY_POSTS = (("社区党委书记", 1), ("三防责任人", 1), ("灾害信息员", 1), ("安格员", 3))
DEFENCE_OWNER = "三防责任人"
SAFETY_OFFICER = "安格员"
DUTY_OFFICER = "值班员"
LEADERS = ("局长", "副局长", "街道办主任", "分管副主任")
ROSTER_DAYS = 14
DAY_BEGINS, NIGHT_BEGINS = time(8, 30), time(18, 0)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works where."""

    organisations: tuple[Organisation, ...]
    posts: tuple[Post, ...]
    people: tuple[Person, ...]


def personal_name(rng: Generator) -> str:
    """A full name of two or three characters."""
    draw = rng.integers((len(SURNAMES), len(GIVEN_FIRST), len(GIVEN_SECOND), 4))
    middle = GIVEN_FIRST[draw[1]] if draw[3] else ""
    return SURNAMES[draw[0]] + middle + GIVEN_SECOND[draw[2]]


def fictional_phone(number: int) -> str:
    """A number of the block 199-0000, which is not assigned to subscribers; it repeats after ten thousand."""
    return f"199-0000-{number % 10_000:04d}"


def first_posts(posts: tuple[Post, ...]) -> dict[tuple[str, str], str]:
    """(Organisation code, title) → code of the first post of that title there."""
    return {(post.organisation_code, post.title): post.code for post in reversed(posts)}


def staff(rng: Generator, areas: tuple[Area, ...]) -> Staff:
    """The bureau, ten sector departments, every street office and community committee, each post held by one person."""
    organisations = tuple(_organisations(areas))
    titles = {"bureau": _BUREAU_POSTS, "sector_dept": _DEPARTMENT_POSTS, "street": _STREET_POSTS}
    posts = tuple(
        Post(f"{organisation.code}-P{serial:02d}", title, organisation.code, generated=True)
        for organisation in organisations
        for serial, title in enumerate(_spelled_out(titles.get(organisation.kind, _COMMUNITY_POSTS)), start=1)
    )
    people = tuple(
        Person(f"{DISTRICT_CODE}-R{i:04d}", personal_name(rng), fictional_phone(i), post.code, generated=True)
        for i, post in enumerate(posts)
    )
    return Staff(organisations, posts, people)


def roster(staffing: Staff, at: datetime) -> tuple[DutyShift, ...]:
    """Two weeks from the local day of `at`, for the bureau and every street: shifts from 08:30 and 18:00 local time.

    Officers take turns shift by shift, moved on by one each round: nights fall to all, and rest follows each.
    """
    first = at.astimezone(BEIJING).date()
    shifts: list[DutyShift] = []
    for organisation in staffing.organisations:
        if organisation.kind not in ("bureau", "street"):
            continue
        officers = _holders(staffing, organisation.code, (DUTY_OFFICER,))
        leaders = _holders(staffing, organisation.code, LEADERS)
        for day in range(ROSTER_DAYS):
            morning = datetime.combine(first + timedelta(days=day), DAY_BEGINS, BEIJING).astimezone(UTC)
            evening = datetime.combine(first + timedelta(days=day), NIGHT_BEGINS, BEIJING).astimezone(UTC)
            leader = leaders[day % len(leaders)]
            for half, (starts_at, ends_at) in enumerate(((morning, evening), (evening, morning + timedelta(days=1)))):
                turn = 2 * day + half
                officer = officers[(turn + turn // len(officers)) % len(officers)]
                shifts.append(DutyShift(organisation.code, starts_at, ends_at, officer, leader, generated=True))
    return tuple(shifts)


def _spelled_out(titles: tuple[tuple[str, int], ...]) -> list[str]:
    return [title for title, count in titles for _ in range(count)]


def _organisations(areas: tuple[Area, ...]) -> Iterator[Organisation]:
    yield Organisation(BUREAU, f"{DISTRICT_NAME}应急管理局", "bureau", DISTRICT_CODE, "", generated=True)
    for serial, name in enumerate(DEPARTMENTS, start=1):
        code = f"{DISTRICT_CODE}-D{serial:02d}"
        yield Organisation(code, f"{DISTRICT_NAME}{name}", "sector_dept", DISTRICT_CODE, "", generated=True)
    for area in areas:
        if area.level is Level.STREET:
            yield Organisation(f"{area.code}-S", f"{area.name}办事处", "street", area.code, BUREAU, generated=True)
        elif area.level is Level.COMMUNITY:
            name = f"{area.name}居民委员会"
            yield Organisation(f"{area.code}-C", name, "community", area.code, f"{area.parent_code}-S", generated=True)


def _holders(staffing: Staff, organisation_code: str, titles: tuple[str, ...]) -> list[str]:
    codes = {p.code for p in staffing.posts if p.organisation_code == organisation_code and p.title in titles}
    return [person.code for person in staffing.people if person.post_code in codes]
