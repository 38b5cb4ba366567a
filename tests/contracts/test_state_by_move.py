"""Every loop, every state, every move: what the table of arrows allows asks for permission, all else is refused, and
neither leaves a row in the log or changes the record."""

from importlib import import_module
from typing import Any

import pytest
from filling import filled

from anshu.access.models import Account
from anshu.access.policy import Person
from anshu.kernel.errors import Forbidden, Refused
from anshu.workflow.loop import LOOPS
from anshu.workflow.models import Change
from anshu.workflow.transitions import ARROWS

pytestmark = pytest.mark.django_db
MODELS = sorted(LOOPS, key=lambda model: model._meta.label)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_moves_are_those_of_the_table(model):
    record = filled(model)
    nobody = Person(Account.objects.create(username="nobody", name="nobody"))
    rows = Change.objects.count()
    moves = [arrow for arrow in ARROWS[model].values() if not arrow.opens]
    assert moves
    for state in LOOPS[model].states.values:
        model._default_manager.filter(pk=record.pk).update(state=state)
        record.refresh_from_db()
        for arrow in moves:
            move = changing(arrow)
            if state in arrow.sources:
                with pytest.raises(Forbidden):
                    move(record, by=nobody)
            else:
                with pytest.raises(Refused, check=lambda error: error.code == "wrong_state"):
                    move(record, by=nobody)
            record.refresh_from_db()
            assert record.state == state
    assert Change.objects.count() == rows


def changing(arrow: Any) -> Any:
    """The decorated function of an arrow, found where its body stands."""
    return getattr(import_module(arrow.call.__module__), arrow.verb)
