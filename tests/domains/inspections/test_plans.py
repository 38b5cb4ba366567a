"""Plans with their frame, and draws that anybody can repeat."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from anshu.domains.enterprises.models import Enterprise
from anshu.domains.inspections.models import Draw, InspectionPlan, PlanTarget, Recusal, Visit
from anshu.domains.inspections.queries import draws
from anshu.domains.inspections.queries.plans import progress
from anshu.domains.inspections.transitions import (
    approve_plan,
    draft_plan,
    draw_again,
    draw_lots,
    end_plan,
    plan_drawn,
    publish_draw,
    replace,
    reveal,
    run_plan,
)
from anshu.domains.places.models import Area, Site
from anshu.engines import sampling
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.project import drawing
from anshu.workflow.models import Change
from tests.domains.inspections.conftest import COMMUNITY, LAT, LON, STREET, licence, person_with_account

FIRMS = 30


@pytest.fixture
def plan(street: SimpleNamespace) -> InspectionPlan:
    """A running plan over a street of thirty firms: three red, one key without colour, the others to be drawn from."""
    for serial in range(FIRMS):
        site = Site.objects.create(
            number=f"S-{serial:02d}", name=f"site {serial}", kind="enterprise", territory=COMMUNITY, lon=LON, lat=LAT
        )
        Enterprise.objects.create(
            number=f"F-{serial:02d}",
            name=f"firm {serial}",
            site=site,
            territory=COMMUNITY,
            risk_color="1" if serial < 3 else "4" if serial % 2 else "",
            key=serial == 3,
            sector="dust" if serial % 3 == 0 else "retail",
        )
    for name in ("three", "four"):
        licence(person_with_account(name, "enforcement_officer", STREET, street.office).person)
    return running(street)


def running(street: SimpleNamespace, **more: Any) -> InspectionPlan:
    area, _made = Area.objects.get_or_create(
        number=STREET, defaults={"name": "街道", "level": Area.Level.STREET, "territory": STREET}
    )
    day = clock.now().date()
    usual = {"name": "2026年度监督检查计划", "area": area, "starts_on": day, "ends_on": day + timedelta(days=364)}
    made = draft_plan(by=street.section.actor, checklist=street.list, **(usual | more))
    approve_plan(made, by=street.commission.actor, document="深应急〔2026〕1号")
    return run_plan(made, by=street.section.actor)


def test_a_frame_is_fixed_when_the_plan_is_approved(street: SimpleNamespace, plan: InspectionPlan) -> None:
    assert (plan.frame_size, plan.key_count) == (FIRMS + 1, 4)  # and the workshop of the street
    owed = dict(PlanTarget.objects.filter(plan=plan).values_list("enterprise__number", "owed"))
    assert (owed["F-00"], owed["F-03"], owed["F-04"]) == (4, 1, 0)
    Enterprise.objects.filter(number="F-04").update(risk_color="1")
    assert PlanTarget.objects.get(plan=plan, enterprise__number="F-04").owed == 0
    again = running(street, name="again")
    assert again.frame_hash != plan.frame_hash


def test_a_short_plan_owes_its_part(street: SimpleNamespace, plan: InspectionPlan) -> None:
    month = running(street, ends_on=clock.now().date() + timedelta(days=29))
    owed = dict(PlanTarget.objects.filter(plan=month).values_list("enterprise__number", "owed"))
    assert (owed["F-00"], owed["F-03"]) == (1, 1)


def test_who_drafts_does_not_approve(street: SimpleNamespace, plan: InspectionPlan) -> None:
    fresh = draft_plan(
        by=street.section.actor, name="x", area=Area.objects.get(), starts_on=date(2026, 7, 1),
        ends_on=date(2026, 7, 31), checklist=street.list,
    )  # fmt: skip
    with pytest.raises(Forbidden):
        approve_plan(fresh, by=street.section.actor, document="x")
    with pytest.raises(Refused):
        draw_lots(by=street.section.actor, plan=fresh, wanted=1)
    with pytest.raises(Invalid):
        approve_plan(fresh, by=street.commission.actor, document="")
    empty = Area.objects.create(number="440399", name="empty", level="district", territory="440399")
    elsewhere = draft_plan(
        by=street.section.actor, name="x", area=Area.objects.get(number=STREET), starts_on=date(2026, 7, 1),
        ends_on=date(2026, 7, 31), checklist=street.list,
    )  # fmt: skip
    InspectionPlan.objects.filter(pk=elsewhere.pk).update(territory="440303999")
    assert empty
    with pytest.raises(Refused, match="no enterprise"):
        approve_plan(elsewhere, by=street.commission.actor, document="x")


def test_a_draw_is_fixed_before_it_is_seen_and_can_be_repeated(
    street: SimpleNamespace, plan: InspectionPlan, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = draw_lots(by=street.section.actor, plan=plan, wanted=6)
    assert (draw.drawn, draw.record) == ([], {})
    with pytest.raises(Invalid):
        drawing.verify(draw.number)
    kept = Draw.objects.filter(pk=draw.pk).values_list("sealed", flat=True).get()
    seed = draws.unsealed(kept)["seed"]
    assert seed not in str(list(Draw.objects.values())) + str(list(Change.objects.values()))
    reveal(draw, by=street.section.actor)
    assert (draw.record["seed"], len(draw.drawn), draw.sealed) == (seed, 6, "")
    assert seed not in str(list(Change.objects.values()))
    keys = {"F-00", "F-01", "F-02", "F-03"}
    assert not keys & {row["site"] for row in draw.drawn}
    assert all(len(set(row["officers"])) == 2 for row in draw.drawn)
    assert drawing.verify(draw.number) == 0
    published = tmp_path / "draw.json"
    touched = json.loads(json.dumps(draw.record))
    touched["drawn"][0]["officers"] = (
        ["one", "two"] if touched["drawn"][0]["officers"] != ["one", "two"] else ["two", "one"]
    )
    published.write_text(json.dumps(touched))
    assert drawing.verify(str(published)) == 1
    assert "differs" in capsys.readouterr().out
    published.write_text("[]")
    with pytest.raises(Invalid, match="is not a draw"):
        drawing.verify(str(published))
    publish_draw(draw, by=street.section.actor, published_in="区政府网站")


def test_a_draw_that_was_touched_is_not_opened(street: SimpleNamespace, plan: InspectionPlan) -> None:
    draw = draw_lots(by=street.section.actor, plan=plan, wanted=4)
    other = draw_lots(by=street.section.actor, plan=plan, wanted=4)
    touched = draws.unsealed(draw.sealed)
    touched["drawn"][0]["site"] = "F-29" if touched["drawn"][0]["site"] != "F-29" else "F-28"
    for kept in (draws.sealed(touched), draw.sealed[:-9] + "AAAAAAAA=", "", other.sealed):
        Draw.objects.filter(pk=draw.pk).update(sealed=kept)
        with pytest.raises(Refused, match="not as it was made"):
            reveal(draw, by=street.section.actor)


def test_drawing_again_says_why_and_binds_the_reason(street: SimpleNamespace, plan: InspectionPlan) -> None:
    first = draw_lots(by=street.section.actor, plan=plan, wanted=4)
    with pytest.raises(Invalid):
        draw_again(by=street.section.actor, draw=first, reason=" ")
    second = draw_again(by=street.section.actor, draw=first, reason="名录有误")
    first.refresh_from_db()
    assert (first.state, second.replaces) == (Draw.State.REPLACED, first)
    kept = draws.unsealed(second.sealed)
    assert kept["terms"]["reason"] == "名录有误"
    kept["terms"]["reason"] = "别的原因"
    assert [each.what for each in sampling.differences(kept)][:1] == ["commitment"]


def test_who_was_drawn_is_not_drawn_again_and_pairs_do_not_repeat(
    street: SimpleNamespace, plan: InspectionPlan
) -> None:
    one = reveal(draw_lots(by=street.section.actor, plan=plan, wanted=3), by=street.section.actor)
    plan_drawn(one, by=street.section.actor, planned_on=clock.now().date())
    assert Visit.objects.filter(draw=one).count() == 3
    plan_drawn(one, by=street.section.actor, planned_on=clock.now().date())
    assert Visit.objects.filter(draw=one).count() == 3
    with pytest.raises(Refused, match="visits have been planned"):
        replace(one, by=street.section.actor, reason="x")
    two = reveal(draw_lots(by=street.section.actor, plan=plan, wanted=3), by=street.section.actor)
    assert not {row["site"] for row in one.drawn} & {row["site"] for row in two.drawn}
    sent = {frozenset(row["officers"]) for row in one.drawn}
    assert not sent & {frozenset(row["officers"]) for row in two.drawn}  # four officers make six pairs


def test_who_is_recused_is_not_drawn_for_that_firm(street: SimpleNamespace, plan: InspectionPlan) -> None:
    for serial in range(FIRMS):
        Recusal.objects.create(
            number=f"H{serial}",
            person=street.one.person,
            enterprise=Enterprise.objects.get(number=f"F-{serial:02d}"),
            ground="x",
            since=date(2026, 1, 1),
        )
    draw = reveal(draw_lots(by=street.section.actor, plan=plan, wanted=10), by=street.section.actor)
    named = [row for row in draw.drawn if "one" in row["officers"]]
    assert {row["site"] for row in named} <= {"E1"}


@pytest.mark.parametrize(("wanted", "count"), [(0, 3), (5, 5)])
def test_the_share_of_the_plan_is_drawn_unless_a_number_is_given(
    street: SimpleNamespace, plan: InspectionPlan, wanted: int, count: int
) -> None:
    draw = draw_lots(by=street.section.actor, plan=plan, wanted=wanted)
    assert len(draws.unsealed(draw.sealed)["drawn"]) == count


def test_sizes_follow_the_strata(street: SimpleNamespace, plan: InspectionPlan) -> None:
    frame = draws.frame_for(plan)
    for wanted in range(1, len(frame.sites) + 1):
        sizes = draws.sizes(frame, wanted)
        assert sum(sizes.values()) == wanted
        for stratum, size in sizes.items():
            count = sum(site.stratum == stratum for site in frame.sites)
            assert abs(size - wanted * count / len(frame.sites)) < 1


def test_a_plan_ends_with_what_it_came_to(
    street: SimpleNamespace, plan: InspectionPlan, finished: Callable[..., Visit]
) -> None:
    draw = reveal(draw_lots(by=street.section.actor, plan=plan, wanted=2), by=street.section.actor)
    plan_drawn(draw, by=street.section.actor, planned_on=clock.now().date())
    finished(Visit.objects.filter(draw=draw).first())
    assert progress(plan)[1:] == (1, FIRMS + 1, 1)
    with pytest.raises(Invalid):
        end_plan(plan, by=street.section.actor, conclusion="")
    end_plan(plan, by=street.section.actor, conclusion="完成")


@pytest.fixture
def finished() -> Callable[..., Visit]:
    """Brings a visit to where it counts as made."""

    def end(visit: Visit) -> Visit:
        Visit.objects.filter(pk=visit.pk).update(state=Visit.State.SUBMITTED)
        return visit

    return end
