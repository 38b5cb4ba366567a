"""Works and permits at the enterprises of the demonstration, and how a record about one of them refers to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from anshu.domains.construction.models import MinorWork, WorkPermit
from anshu.engines.district.regulated import Firm
from anshu.kernel import clock

STAFF = ("二楼车间", "仓库一角", "厂房北侧")


@dataclass(frozen=True)
class Place:
    """An enterprise that is there already, as its records refer to it."""

    firm: Firm
    number: str
    key: Any
    site: Any
    today: date

    @property
    def common(self) -> dict[str, Any]:
        """What every record about it carries."""
        return {"enterprise_id": self.key, "territory": self.firm.site.area_code, "generated": True}

    def on(self, days: int) -> date:
        """A day, counted from that of the demonstration."""
        return self.today + timedelta(days=days)

    def at(self, days: int, hour: int = 10) -> datetime:
        """An hour of such a day."""
        return timezone.make_aware(datetime.combine(self.on(days), time(hour)))


def works(places: Sequence[Place]) -> Iterator[MinorWork]:
    """Minor works of these days, in every state."""
    kinds = list(MinorWork.Kind.values)
    for n, place in enumerate(place for place in places if place.firm.work):
        state = place.firm.work
        over = state == MinorWork.State.FINISHED
        begun = state in (MinorWork.State.IN_PROGRESS, MinorWork.State.FINISHED)
        yield MinorWork(
            number=f"XS-{place.number[3:]}",
            name=("外墙广告牌更换", "车间隔断拆改", "空调外机安装", "管道焊接维修")[n % 4],
            kind=kinds[n % len(kinds)],
            site_id=place.site,
            address=place.firm.site.address,
            contractor="示例装饰工程队",
            workers=2 + n % 6,
            starts_on=place.on(-10 if over else -2 if begun else 1),
            ends_on=place.on(-3 if over else 6),
            unfiled=state == MinorWork.State.STOPPED,
            inspection="现场已核查，防护到位" if begun or state == "inspected" else "",
            begun_at=place.at(-2) if begun else None,
            finished_at=place.at(-3, 17) if over else None,
            state=state,
            lon=place.firm.site.position.lon,
            lat=place.firm.site.position.lat,
            **place.common,
        )


def permits(places: Sequence[Place]) -> Iterator[WorkPermit]:
    """Permits of these hours: hot work, confined spaces, work at height."""
    kinds = (("hot_work", "1", "管道动火"), ("confined_space", "", "清理污水池"), ("work_at_height", "2", "检修行车"))
    now = clock.now()
    for n, place in enumerate(place for place in places if place.firm.permit):
        kind, rank, summary = kinds[n % len(kinds)]
        state, tested = place.firm.permit, place.firm.permit != WorkPermit.State.APPLIED
        test = {"at": now.isoformat(), "tester": "吴检测", "oxygen": 20.9, "combustible": 0.0, "passed": True}
        working = state == WorkPermit.State.WORKING
        yield WorkPermit(
            number=f"ZY-{place.number[3:]}",
            kind=kind,
            rank=rank,
            size=8.0 if kind == "work_at_height" else None,
            summary=summary,
            place=STAFF[n % len(STAFF)],
            measures="清理可燃物，配灭火器，专人监护",
            applicant=place.firm.site.contact_name,
            guardian="周监护",
            approver=place.firm.legal_person if state in ("approved", "working") else "",
            workers=2,
            starts_at=now,
            ends_at=now + timedelta(hours=6 + n % 2),
            tests=[test] if tested and kind != "work_at_height" else [],
            tested_at=now if tested else None,
            started_at=now if working else None,
            valid_until=now + timedelta(hours=6 + n % 2) if working else None,
            state=state,
            lon=place.firm.site.position.lon,
            lat=place.firm.site.position.lat,
            **place.common,
        )
