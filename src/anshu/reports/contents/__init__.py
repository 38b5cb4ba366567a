"""What a document says, taken from its record: whoever makes it out corrects and adds, and types nothing twice.

One file per domain. `content` gives every fact of a record under the name that the forms have for it; a form takes what
it has fields for. `kinds` names the documents that are usually made out in the state of the record.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from anshu.domains.enforcement.models import Case
from anshu.domains.hazards.models import Hazard, Listing
from anshu.domains.inspections.models import Visit
from anshu.domains.supervision.models import Letter
from anshu.domains.tipoffs.models import TipOff
from anshu.kernel import clock
from anshu.ledger.models import Registered
from anshu.reports.contents import cases, hazards, letters, tipoffs, visits
from anshu.workflow import rules

Kinds = Callable[[Any], tuple[str, ...]]
Content = Callable[[Any], dict[str, Any]]

OF: Mapping[type[models.Model], tuple[Kinds, Content]] = {
    Case: (cases.kinds, cases.content),
    Hazard: (hazards.kinds, hazards.content),
    Listing: (hazards.listing_kinds, hazards.listing_content),
    Letter: (letters.kinds, letters.content),
    TipOff: (tipoffs.kinds, tipoffs.content),
    Visit: (visits.kinds, visits.content),
}


def kinds_for(record: Registered) -> tuple[str, ...]:
    """The documents usually made out in the state of the record; none for records that have none."""
    return OF[type(record)][0](record) if type(record) in OF else ()


def content_of(record: Registered) -> dict[str, Any]:
    """Every fact of the record and of the bureau, by the name that the forms have for it."""
    return {**_bureau(), "issued_on": timezone.localdate(clock.now()), **OF[type(record)][1](record)}


def _bureau() -> dict[str, str]:
    """How the bureau is called on paper, from the rule pack `bureau`."""
    named = {"issuer": "name", "phone": "phone", "bank": "bank", "account": "account", "court": "court"}
    named |= {"reconsideration_body": "reconsideration_body", "bureau_address": "address"}
    named |= {"issuer_address": "address", "issuer_phone": "phone"}
    return {ours: rules.at(f"bureau/{theirs}").text() for ours, theirs in named.items()}
