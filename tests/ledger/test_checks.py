"""What start-up refuses of a register, so that no screen has to meet it."""

from dataclasses import replace

import pytest
from django.db import models

from anshu.domains.teams.ledger import TEAMS
from anshu.ledger.checks import declarations_are_true, falsehoods, hidden, no_field_hides_what_records_have
from anshu.ledger.models import Registered

pytestmark = pytest.mark.once


def test_every_declaration_is_true_and_hides_nothing() -> None:
    assert declarations_are_true(None) == []
    assert no_field_hides_what_records_have(None) == []


def test_a_field_with_the_name_of_what_a_change_carries_is_refused() -> None:
    class Excuse(Registered):
        reason = models.CharField(max_length=10)

        class Meta:
            app_label = "never_installed"
            abstract = True

    ledger = replace(TEAMS, model=Excuse, edit=("reason",), columns=("number",), filters=(), facts=("number",))
    assert ["change has a reason" in text for text in falsehoods(ledger)] == [True]


@pytest.mark.parametrize("name", ["since", "order"])
def test_a_filter_with_the_name_of_what_a_list_is_asked_is_refused(name: str) -> None:
    found = list(falsehoods(replace(TEAMS, filters=(name,))))
    assert any("cannot be a filter" in text and name in text for text in found)


@pytest.mark.parametrize("name", ["holder", "position", "settle"])
def test_a_field_that_takes_the_name_of_an_attribute_is_refused(name: str) -> None:
    fields = {name: models.CharField(max_length=10), "number": models.CharField(max_length=9)}
    meta = type("Meta", (), {"abstract": True, "app_label": "never_installed"})
    model = type("Taking", (Registered,), {"__module__": __name__, "Meta": meta, **fields})
    assert [name in text for text in hidden(model)] == [True]
