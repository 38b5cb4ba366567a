"""Chinese warning notices in plain text to fields, to fill a form that a person then confirms."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from anshu.gateways.cap.hazards import CHINESE_NAMES
from anshu.gateways.cap.signal import COLOUR_BY_CHINESE, LEVEL_BY_COLOUR
from anshu.gateways.cap.written import CHINA

MAX_CHARACTERS = 2_000
_HAN = "\u4e00-\u9fff"
_OFFICES = (
    "气象台|气象局|气象中心|应急管理局|水务局|水利局|规划和自然资源局|自然资源局|海洋局|林业局|"
    "指挥部|预警信息发布中心|人民政府"
)
_TIME = (
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日"
    r"(?P<hour>\d{1,2})[时点:：](?P<minute>\d{1,2})?"
)
_ISSUE = re.compile(rf"(?P<agency>[{_HAN}]{{0,20}}?(?:{_OFFICES}))于?{_TIME}", re.ASCII)
_AGENCY = re.compile(rf"(?:据|由|经)?(?P<agency>[{_HAN}]{{0,20}}?(?:{_OFFICES}))")
_HAZARDS = "|".join(CHINESE_NAMES)
_GRADED = re.compile(rf"(?P<hazard>{_HAZARDS})(?:气象风险)?(?P<colour>[红橙黄蓝白])色")
_CHANGED = re.compile(r"(?:升级|降级|变更|调整|升|降)(?:为|至|成)[^，。]{0,12}?(?P<colour>[红橙黄蓝白])色")
_COMING = re.compile(rf"(?:出现|发生|遭遇)(?P<hazard>{_HAZARDS})")
_ACTIONS = (
    ("解除", "解除"),
    ("升级", "升级"),
    ("降级", "降级"),
    ("变更", "变更"),
    ("扩展", "扩展"),
    ("继续", "继续"),
    ("发布", "发布"),
)
_REGION = re.compile(rf"[{_HAN}]{{1,12}}?(?:自治区|自治州|自治县|省|市|县|区|旗)")
_UNIT = r"(?:新区|海区|自治县|街道|省|市|县|区|镇|乡|湾)"
_PART = r"(?:大部分地区|部分地区|大部(?:及[\u4e00-\u9fff]{2,6}(?=地区))?)"
_OWN = re.compile(r"[我本全](?P<rank>[省市县区])(?P<part>大部.*|部分.*)?")
_NAME = rf"(?![我本全][省市县区])[{_HAN}]{{1,6}}?{_UNIT}(?![{_HAN}]{{0,4}}(?:{_OFFICES}))"
_BEFORE = r"(?:^|[，。：:,；]|影响|小时内?)(?:预计|目前|今[天晚日]|明天|未来)*"
_PLACED = re.compile(
    rf"{_BEFORE}(?:(?:我[省市县区])?(?P<names>{_NAME}(?:[、和及与]{_NAME})*)(?P<part>{_PART})?"
    rf"|(?P<own>[我本全][省市县区](?:{_PART})?))"
)
_STATED = re.compile(
    rf"(?:继续)?(?:发布|解除|扩展|将)(?:分区)?(?P<places>[^色，：]+?)(?:分区)?(?:{_HAZARDS})(?:气象风险)?[红橙黄蓝白]色"
)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says, hazards as written; empty where it is silent. `level` is the gravest: 1 red to 4 blue."""

    agency: str = ""
    issued_at: datetime | None = None
    hazards: tuple[str, ...] = ()
    colour: str = ""
    level: int | None = None
    action: str = ""
    areas: tuple[str, ...] = ()


def read_notice(text: str, *, received_on: date | None = None) -> Notice:
    """Fields of one notice; never raises. A date without year or month is completed from `received_on`, if given."""
    plain = re.sub(r"\s+", "", text[:MAX_CHARACTERS]).translate(_DIGITS)
    plain = re.sub(r"[（(]预警信息来源[^）)]*[）)]", "", plain)
    titles = "".join(re.findall(r"【([^】]*)】", plain))
    body = re.sub(r"【[^】]*】", "", plain)
    issue = _ISSUE.search(body)
    agency = _agency(issue, body)
    act = _act(body, issue)
    graded = list(_GRADED.finditer(act)) or list(_GRADED.finditer(titles)) or list(_GRADED.finditer(body))
    colours = [match.group("colour") for match in graded]
    if changed := _CHANGED.search(act):
        colours = [changed.group("colour")]
    hazards = tuple(dict.fromkeys(match.group("hazard") for match in graded))
    coming = _COMING.search(body)
    if not hazards and coming:
        hazards = (coming.group("hazard"),)
    colour = min(colours, key="红橙黄蓝白".index, default="")
    return Notice(
        agency=agency,
        issued_at=_issued_at(issue, received_on) if issue else None,
        hazards=hazards,
        colour=f"{colour}色" if colour else "",
        level=LEVEL_BY_COLOUR.get(COLOUR_BY_CHINESE.get(colour, "")),
        action=_action(act, titles) if hazards else "天气提示",
        areas=_areas(body, act, _region(agency)),
    )


_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def _agency(issue: re.Match[str] | None, body: str) -> str:
    found = issue or _AGENCY.search(body)
    return re.sub("^[据由经]", "", found.group("agency")) if found else ""


def _act(body: str, issue: re.Match[str] | None) -> str:
    """The clause that says what was done: from the time of issue to the colon, full stop or forecast after it."""
    rest = body[issue.end() :].removeprefix("分") if issue else body
    return re.split(r"[：:。；]|，预计", rest, maxsplit=1)[0]


def _action(act: str, titles: str) -> str:
    for place in (act, titles):
        for word, action in _ACTIONS:
            if word in place:
                return action
    return "发布"


def _issued_at(issue: re.Match[str], received_on: date | None) -> datetime | None:
    """The time of issue in +08:00; a missing year or month is the latest one not after the day of receipt."""
    year, month, day, hour, minute = (issue.group(name) for name in ("year", "month", "day", "hour", "minute"))
    if not (year and month) and received_on is None:
        return None
    on = received_on or date.max
    whole_month = int(month) if month else on.month - (int(day) > on.day)
    whole_year = int(year) if year else on.year - ((whole_month, int(day)) > (on.month, on.day))
    if whole_month == 0:
        whole_year, whole_month = whole_year - 1, 12
    try:
        return datetime(whole_year, whole_month, int(day), int(hour), int(minute or 0), tzinfo=CHINA)
    except ValueError:
        return None


def _region(agency: str) -> str:
    """The place an agency answers for: 深圳市气象台 is 深圳市."""
    found = _REGION.match(agency)
    return found.group() if found and len(found.group()) > 1 else ""


def _areas(body: str, act: str, region: str) -> tuple[str, ...]:
    """The places named between the verb and the hazard, else those the forecast names first, else the whole region."""
    stated = _STATED.search(act)
    if stated and stated.group("places") != "分区":
        return tuple(_resolve(place, region) for place in _split(stated.group("places")))
    placed = _PLACED.search(body)
    if not placed:
        return (region,) if region else ()
    if placed.group("own"):
        return (_resolve(placed.group("own"), region),)
    return tuple(place + (placed.group("part") or "") for place in _split(placed.group("names")))


def _split(places: str) -> list[str]:
    """Split a list of places, but not inside brackets."""
    return re.findall(r"(?:[^、和及与，（(]|[（(][^）)]*[）)])+", places)


def _resolve(place: str, region: str) -> str:
    """全市, 我县, 本区 … as the region's own name, where it is known."""
    own = _OWN.fullmatch(place)
    return (region or f"全{own.group('rank')}") + (own.group("part") or "") if own else place
