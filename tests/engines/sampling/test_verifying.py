"""Whoever changes anything of a record is found out, and told where."""

from dataclasses import replace

import pytest

from anshu.engines.sampling import Frame, Officer, Site, Terms, draw, verify
from anshu.engines.sampling.drawing import result_hash
from anshu.kernel.errors import Invalid

SEED = "ab" * 32
FRAME = Frame(tuple(Site(f"s{at}", "x", 1 + at) for at in range(9)), tuple(Officer(name) for name in "pqrs"))
RECORD = draw(SEED, FRAME, Terms({"x": 3}, "monthly"))


def told(record, frame=FRAME):
    return {one.what for one in verify(record, frame)}


def test_a_true_record_has_no_difference():
    assert verify(RECORD, FRAME) == ()
    assert verify(RECORD, replace(FRAME, sites=FRAME.sites[::-1])) == ()


def test_a_site_put_in_place_of_another_is_found_even_when_the_hash_was_mended():
    other = next(site.key for site in FRAME.sites if site.key not in {one.site for one in RECORD.result})
    gone = RECORD.result[0].site
    result = (replace(RECORD.result[0], site=other), *RECORD.result[1:])
    assert told(replace(RECORD, result=result)) == {"result_hash", other, gone}
    mended = replace(RECORD, result=result, result_hash=result_hash(RECORD.commitment, result))
    assert told(mended) == {other, gone}


def test_other_officers_and_another_order_are_found():
    one = RECORD.result[0]
    changed = replace(one, officers=tuple(sorted({*"pqrs"} - {one.officers[0]}))[:2])
    assert f"{one.site} officers" in told(replace(RECORD, result=(changed, *RECORD.result[1:])))
    assert told(replace(RECORD, result=RECORD.result[::-1])) == {"result_hash", "order"}


def test_another_frame_or_seed_is_found():
    heavier = replace(FRAME, sites=(replace(FRAME.sites[0], weight=50), *FRAME.sites[1:]))
    assert {"frame_hash", "commitment"} <= told(RECORD, heavier)
    assert "commitment" in told(replace(RECORD, seed="cd" * 32))


def test_a_record_that_cannot_be_repeated_is_refused():
    with pytest.raises(Invalid):
        verify(RECORD, replace(FRAME, sites=FRAME.sites[:2]))
