"""Steps that are due only now and then."""

from datetime import UTC, datetime

from anshu.kernel import clock
from anshu.project.processes import Every

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_step_is_due_every_so_often_and_at_once_while_more_waits():
    answers = iter([True, True, False, False])
    step = Every(30, lambda: next(answers))
    with clock.frozen(NOW) as time:
        assert [step(), step(), step()] == [True, True, False]
        time.advance(seconds=29)
        assert step() is False
        assert next(answers) is False  # it was not asked again
        time.advance(seconds=-3600)
        answers = iter([False])
        assert step() is False
        assert next(answers, "asked") == "asked"


def test_nothing_more_means_the_next_time():
    asked = []
    step = Every(30, lambda: bool(asked.append(1)))
    with clock.frozen(NOW) as time:
        for _round in range(3):
            step()
            step()
            time.advance(seconds=30)
    assert len(asked) == 3
