"""Listed supervision from proposal to published delisting; a hazard is not closed while it is listed."""

from datetime import date

import pytest
from django.test import Client

from anshu.domains.hazards.models import Listing
from anshu.domains.hazards.transitions import (
    accept,
    approve_listing,
    close_out,
    delist,
    extend_listing,
    fail_acceptance,
    file_plan,
    pass_recheck,
    propose_listing,
    publish_delisting,
    publish_listing,
    request_acceptance,
    serve_notice,
    start_work,
)
from anshu.domains.people.models import Organisation
from anshu.domains.places.models import Area
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.ledger.parameters import asks, to_name
from anshu.workflow.transitions import arrow_called

pytestmark = pytest.mark.django_db
SPRING = date(2027, 3, 31)


@pytest.fixture
def listed(street):
    def make(**target):
        listing = propose_listing(
            by=street.section,
            subject="宏达五金厂房重大火灾隐患",
            clause="深应急规〔2020〕5号",
            supervisor=street.office,
            leader="李副区长",
            due_on=SPRING,
            **target,
        )
        approve_listing(listing, by=street.commission)
        serve_notice(listing, by=street.commission, receiver="王厂长")
        publish_listing(listing, by=street.commission, published_in="区政府网站")
        file_plan(listing, by=street.owner if listing.enterprise else street.street, plan="三个月内改造")
        start_work(listing, by=street.owner if listing.enterprise else street.street)
        return listing

    return make


def test_a_listed_hazard_goes_its_whole_way(street, submitted, listed):
    hazard = submitted(major=True)
    listing = listed(hazard=hazard)
    with pytest.raises(Refused, check=lambda error: error.code == "not_rechecked"):
        request_acceptance(listing, by=street.owner, note="已改造")
    pass_recheck(hazard, by=street.officer, lon=street.lon, lat=street.lat)
    with pytest.raises(Refused, check=lambda error: error.code == "listed"):
        close_out(hazard, by=street.section)
    request_acceptance(listing, by=street.owner, note="已改造")
    accept(listing, by=street.section)
    delist(listing, by=street.commission)
    publish_delisting(listing, by=street.commission, published_in="区政府网站")
    close_out(hazard, by=street.section)
    assert listing.state == Listing.State.DELISTING_PUBLISHED


def test_a_failed_acceptance_lists_one_rank_higher(street, submitted, listed):
    hazard = submitted(major=True)
    pass_recheck(hazard, by=street.officer, lon=street.lon, lat=street.lat)
    listing = listed(hazard=hazard)
    for rank in (Listing.Rank.CITY, Listing.Rank.CITY):
        request_acceptance(listing, by=street.owner, note="已改造")
        fail_acceptance(listing, by=street.section, refusal="喷淋未接通", due_on=SPRING)
        assert listing.rank == rank
    assert listing.failures == 2


def test_a_whole_street_may_be_listed(street, listed):
    area = Area.objects.create(number="440307001", name="龙城街道", level="street", territory="440307001")
    listing = listed(area=area)
    assert (listing.enterprise, listing.territory) == (None, "440307001")
    request_acceptance(listing, by=street.street, note="亡人数已降至均值以下")
    with pytest.raises(Refused, check=lambda error: error.code == "own_work"):
        both = street.street
        both.account.grants.create(role="section_officer", territory="440307")
        del both.account._grants
        both._reach.clear()
        accept(listing, by=both)
    accept(listing, by=street.section)


def test_exactly_one_target_and_only_a_major_hazard(street, ordered, submitted, listed):
    with pytest.raises(Invalid):
        listed()
    with pytest.raises(Invalid):
        listed(hazard=submitted(major=True), enterprise=street.firm)
    with pytest.raises(Refused, check=lambda error: error.code == "not_major"):
        listed(hazard=ordered())


def test_a_later_date_is_asked_for_early_enough(street, listed, time):
    listing = listed(enterprise=street.firm)
    extend_listing(listing, by=street.commission, due_on=date(2027, 6, 30), reason="设备到货延迟")
    assert listing.postponed[0]["was"] == "2027-03-31"
    time.advance(days=205)  # mid-June: fewer than twenty working days are left
    with pytest.raises(Refused, check=lambda error: error.code == "too_late"):
        extend_listing(listing, by=street.commission, due_on=date(2027, 9, 30), reason="再次延迟")


def test_no_listing_runs_longer_than_the_rule_allows(street):
    with pytest.raises(Invalid, check=lambda error: error.field == "due_on"):
        propose_listing(
            by=street.section,
            subject="x",
            clause="y",
            supervisor=street.office,
            leader="z",
            due_on=date(2028, 1, 1),
            enterprise=street.firm,
        )


def test_a_street_names_the_bureau_above_it_as_supervisor_and_no_unit_beside_it(street):
    bureau = Organisation.objects.create(number="JU", name="区应急管理局", kind="bureau", territory="440307")
    beside = Organisation.objects.create(number="JD2", name="坂田街道", kind="street", territory="440307002")
    proposing, instructing = arrow_called("hazards.propose_listing"), arrow_called("incidents.instruct")
    supervisor = next(ask for ask in asks(proposing) if ask.name == "supervisor")
    elsewhere = next(ask for ask in asks(instructing) if ask.model is Organisation)
    offered = [numbers(to_name(Organisation, street.street, above=ask.above)) for ask in (supervisor, elsewhere)]
    assert offered == [["JD", "JU"], ["JD"]]

    browser = Client()
    browser.force_login(street.street.account, backend="django.contrib.auth.backends.ModelBackend")
    told = {"subject": "宏达五金", "clause": "深应急规〔2020〕5号", "leader": "李副区长", "due_on": SPRING.isoformat()}
    told["enterprise"] = str(street.firm.pk)
    doors = ((f"/begin/enterprises/{street.firm.pk}/hazards.propose_listing", "number", {}),)
    doors += (("/api/listings/actions/propose_listing", "pk", {"content_type": "application/json"}),)
    for address, name, how in doors:
        answers = [
            browser.post(address, told | {"supervisor": str(getattr(unit, name))}, **how) for unit in (bureau, beside)
        ]
        assert [answer.status_code for answer in answers] in ([302, 422], [200, 422], [201, 422]), address
    proposed = Listing.objects.order_by("number")
    assert [each.supervisor for each in proposed] == [bureau, bureau]
    with pytest.raises(Forbidden):
        approve_listing(proposed[0], by=street.street)
    assert browser.post(f"/r/organisations/{bureau.pk}/edit", {"name": "x"}).status_code == 404


def numbers(units):
    return [unit.number for unit in units.order_by("number")]
