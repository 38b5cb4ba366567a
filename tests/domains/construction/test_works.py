"""Minor works: filed before they begin, looked at by somebody else, stopped and resumed; counted when nobody filed."""

from datetime import date, timedelta

import pytest

from anshu.domains.construction.models import MinorWork
from anshu.domains.construction.transitions import (
    begin_work,
    file_work,
    find_work,
    finish_work,
    inspect_work,
    resume_work,
    stop_work,
    withdraw_work,
)
from anshu.indicators.book import construction
from anshu.indicators.figures import Scope
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow import clocks

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def filed(street, **more):
    details = {
        "name": "外墙广告牌安装",
        "kind": MinorWork.Kind.FACADE,
        "contractor": "某广告公司",
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=5),
    } | more
    return file_work(by=street.owner, enterprise=street.firm, **details)


def test_a_work_goes_its_whole_way(street):
    work = filed(street, phone="13912345678")
    assert (work.territory, work.site) == (street.firm.territory, street.site)
    inspect_work(work, by=street.grid, inspection="脚手架已验收")
    begin_work(work, by=street.owner)
    finish_work(work, by=street.owner)
    assert work.state == "finished"
    assert clocks.running(work) is None


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"starts_on": TODAY - timedelta(days=1)}, "starts_on"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ({"contractor": " "}, "contractor"),
        ({"name": ""}, "name"),
    ],
)
def test_what_a_filing_needs(street, more, field):
    with pytest.raises(Invalid, check=lambda error: error.field == field):
        filed(street, **more)


def test_who_filed_does_not_inspect(street):
    work = file_work(
        by=street.street,
        enterprise=street.firm,
        name="拆墙",
        kind=MinorWork.Kind.DEMOLITION,
        contractor="甲",
        starts_on=TODAY,
        ends_on=TODAY,
    )
    with pytest.raises(Refused, check=lambda error: error.code == "own_work"):
        inspect_work(work, by=street.street, inspection="可")
    inspect_work(work, by=street.street_two, inspection="可")


def test_it_begins_in_its_days(street, time):
    work = filed(street, starts_on=TODAY + timedelta(days=2))
    inspect_work(work, by=street.grid, inspection="可")
    with pytest.raises(Refused, check=lambda error: error.code == "not_now"):
        begin_work(work, by=street.owner)
    time.advance(days=2)
    begin_work(work, by=street.owner)


def test_stopped_until_somebody_has_seen_that_it_is_in_order(street, time):
    work = filed(street)
    inspect_work(work, by=street.grid, inspection="可")
    begin_work(work, by=street.owner)
    stop_work(work, by=street.grid, reason="未系安全带")
    with pytest.raises(Forbidden):
        resume_work(work, by=street.owner, inspection="好了")
    time.advance(days=10)
    with pytest.raises(Invalid, check=lambda error: error.field == "ends_on"):
        resume_work(work, by=street.street, inspection="已整改")
    resume_work(work, by=street.street, inspection="已整改", ends_on=TODAY + timedelta(days=20))
    assert (work.state, work.stops) == ("in_progress", 1)


def test_a_work_nobody_filed_is_stopped_and_counted(street):
    filed(street)
    found = find_work(by=street.grid, site=street.site, name="动火焊接", kind=MinorWork.Kind.WELDING, contractor="")
    assert (found.state, found.unfiled, found.contractor) == ("stopped", True, "—")
    assert construction.small_works_registration_rate(Scope(street.section)) == 50
    assert construction.works_filed(Scope(street.section)) == 1
    assert construction.small_works_registration_rate(Scope(street.section, first=date(2027, 1, 1))) is None


def test_withdrawn_before_it_begins(street):
    work = filed(street)
    with pytest.raises(Invalid):
        withdraw_work(work, by=street.owner, reason="")
    withdraw_work(work, by=street.owner, reason="取消")
    assert work.state == "withdrawn"


def test_a_rival_files_nothing_for_it(street):
    with pytest.raises(Forbidden):
        file_work(
            by=street.rival,
            enterprise=street.firm,
            name="x",
            kind=MinorWork.Kind.OTHER,
            contractor="y",
            starts_on=TODAY,
            ends_on=TODAY,
        )
