"""The burden of filling in: seconds with forms, the same words asked for twice, pictures that nobody looked at."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Length
from django.utils import translation

from anshu.access.policy import Actor, under
from anshu.access.secrets import PersonalField
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.places.models import Site
from anshu.domains.supervision.models import FormTime, RoleDay
from anshu.ledger.declaration import LEDGERS, Ledger
from anshu.ledger.models import Attachment, Registered
from anshu.workflow import rules
from anshu.workflow.models import Change
from anshu.workflow.transitions import arrows_of

OTHERS = ""
WORDS = (models.CharField, models.TextField)


def period_d() -> int:
    """How many days are counted."""
    return int(rules.at("burden/period_d").number())


@dataclass
class RoleTime:
    """What people of a role spent with forms: seconds in all, days of people, and form → (times, seconds)."""

    role: str
    seconds: int = 0
    days: int = 0
    forms: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def each(self) -> float | None:
        """Seconds per person and day; None when nobody was counted."""
        return self.seconds / self.days if self.days else None

    @property
    def longest(self) -> list[tuple[str, int, int]]:
        """(form, times, seconds), what took longest in all first."""
        return sorted(((form, *sums) for form, sums in self.forms.items()), key=lambda row: (-row[2], row[0]))


def typing(today: date) -> list[RoleTime]:
    """Every role with enough days of people to be told apart, by its name; the others together under `OTHERS`."""
    since, fewest = today - timedelta(days=period_d()), rules.at("burden/fewest_days").number()
    days = dict(RoleDay.objects.filter(day__gt=since).values_list("role").annotate(n=Sum("people")).order_by())
    found: dict[str, RoleTime] = {}
    for role, people in days.items():
        told = role if people >= fewest else OTHERS
        found.setdefault(told, RoleTime(told)).days += people
    rows = FormTime.objects.filter(day__gt=since).values_list("role", "form")
    for role, form, times, seconds in rows.annotate(t=Sum("times"), s=Sum("seconds")).order_by("role", "form"):
        told = role if days.get(role, 0) >= fewest else OTHERS
        time = found.setdefault(told, RoleTime(told))
        time.seconds += seconds
        before = time.forms.get(form, (0, 0))
        time.forms[form] = (before[0] + times, before[1] + seconds)
    return sorted(found.values(), key=lambda time: (time.role == OTHERS, time.role))


@dataclass(frozen=True)
class Asked:
    """A field that people fill in about a subject: `subject` is the path to it (`pk` in the subject's own register)."""

    ledger: Ledger
    name: str
    subject: str

    @property
    def label(self) -> str:
        """The name of the field, in the reader's language."""
        return str(self.ledger.model._meta.get_field(self.name).verbose_name)  # type: ignore[union-attr]


@dataclass(frozen=True)
class Twice:
    """Two fields of one name in two registers about the same kind of subject."""

    first: Asked
    second: Asked

    @property
    def key(self) -> str:
        """How an address names the pair."""
        both = (self.first, self.second)
        return "~".join(f"{asked.ledger.slug}.{asked.name}.{asked.subject}" for asked in both)


def pairs() -> list[Twice]:
    """Every pair of fields that may ask for the same, from the declarations: the same name, words to be typed, about
    the same enterprise (or else the same site), in two registers."""
    found: dict[frozenset[tuple[str, str]], Twice] = {}
    for subject in (Enterprise, Site):
        alike: dict[str, list[Asked]] = defaultdict(list)
        with translation.override("en"):  # the name as it stands in the source, which no translation makes alike
            for asked in (asked for ledger in LEDGERS.values() for asked in _asked(ledger, subject)):
                alike[asked.label].append(asked)
        for one, other in (pair for together in alike.values() for pair in combinations(together, 2)):
            if one.ledger is not other.ledger:
                names = frozenset(((one.ledger.slug, one.name), (other.ledger.slug, other.name)))
                found.setdefault(names, Twice(one, other))
    return list(found.values())


def _asked(ledger: Ledger, subject: type[Registered]) -> Iterator[Asked]:
    """Each field of words that a form of the register asks for about a subject of that kind."""
    model = ledger.model
    typed = {*ledger.edit, *(p.name for arrow in arrows_of(model).values() for p in arrow.parameters)}
    paths = [f.name for f in model._meta.concrete_fields if getattr(f, "related_model", None) is subject]
    paths += ["pk"] if model is subject else []
    for each in model._meta.concrete_fields:
        words = isinstance(each, WORDS) and not isinstance(each, PersonalField) and not each.choices
        if words and each.name in typed and each.name not in ("number", "territory"):
            yield from (Asked(ledger, each.name, path) for path in paths)


def written_twice(pair: Twice, actor: Actor, now: datetime) -> "QuerySet[Registered]":
    """Records of the pair's second register that say about a subject word for word what a record of the first says."""
    rows, others = _written(pair.second, actor, now), _written(pair.first, actor, now)
    same = {pair.first.subject: OuterRef(pair.second.subject), pair.first.name: OuterRef(pair.second.name)}
    return rows.filter(Exists(others.filter(**same)))


def twin_of(pair: Twice, record: Registered, actor: Actor, now: datetime) -> Registered | None:
    """The newest record of the pair's first register that says the same."""
    path = pair.second.subject
    subject = record.pk if path == "pk" else getattr(record, f"{path}_id")
    same = {pair.first.subject: subject, pair.first.name: getattr(record, pair.second.name)}
    return _written(pair.first, actor, now).filter(**same).order_by("-created_at").first()


def _written(asked: Asked, actor: Actor, now: datetime) -> "QuerySet[Registered]":
    """Records of the last days with enough words in the field, which a person entered or changed by hand and no file
    brought in; a subject's own register counts whatever its age."""
    model = asked.ledger.model
    hands = Change.objects.filter(subject=model._meta.label_lower, subject_id=OuterRef("pk"), actor_id__isnull=False)
    rows = model.objects.visible_to(actor).real().filter(Exists(hands.exclude(details__has_key="import")))
    if asked.subject != "pk":
        rows = rows.filter(created_at__gte=now - timedelta(days=period_d()))
    least = int(rules.at("burden/same_signs").number())
    return rows.annotate(signs=Length(asked.name)).filter(signs__gte=least)


def pictures(actor: Actor, now: datetime) -> "QuerySet[Attachment]":
    """Pictures of the counted days that have been there long enough for somebody to look at them."""
    until = now - timedelta(days=rules.at("burden/unopened_after_d").number())
    rows = Attachment.objects.filter(under(actor.reach("supervision.weigh_burden")))
    return rows.filter(uploaded_at__gte=until - timedelta(days=period_d()), uploaded_at__lt=until)


def pictures_by_kind(actor: Actor, now: datetime) -> list[tuple[str, str, int, int]]:
    """(kind of record, purpose, pictures kept, of which nobody looked at) for each kind and purpose there is."""
    rows = pictures(actor, now).values_list("subject", "purpose")
    counted = rows.annotate(kept=Count("pk"), unopened=Count("pk", filter=Q(opened_at=None)))
    return list(counted.order_by("subject", "purpose"))
