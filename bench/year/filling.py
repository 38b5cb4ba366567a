"""The tables of the year: registers, log and clocks, written column by column without making a record in memory."""

import itertools
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.apps import apps
from django.db import connection, models, transaction

from anshu.access.models import Account, Grant
from anshu.access.roles import ROLES
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.places.models import Area, Site
from anshu.engines.district import generate
from anshu.engines.district.enterprises import credit_codes
from anshu.kernel import clock
from anshu.kernel.identifiers import uuid7
from anshu.ledger.models import Registered
from anshu.workflow.loop import LOOPS
from anshu.workflow.models import Bookmark, Change, Clock, Head
from anshu.workflow.transitions import arrows_of
from year.volumes import MOVES, MOVES_ELSE, RESTING, VOLUMES

MARK = "bench.year"
DAYS, AT_ONCE = 365, 20_000
UNFINISHED = 0.05
"""Of the records not at rest so many are past their limit."""
LATE = 0.3
WORDS = (
    "疏散通道堆放货物",
    "配电箱无盖板",
    "灭火器过期",
    "应急照明不亮",
    "气瓶未固定",
    "未戴安全带",
    "粉尘未清理",
    "台账不全",
    "设备未检验",
    "有限空间无警示",
    "电动车楼道充电",
    "防护罩缺失",
)


def filled(scale: float) -> bool:
    """Whether this database has the year of that scale already."""
    known = Bookmark.objects.filter(name=MARK).first()
    return known is not None and known.position == round(scale * 1000)


def fill(scale: float) -> None:
    """Write the year; `scale` 1 is the whole district. The database must be empty."""
    maker = _Maker(scale, np.random.default_rng(2026), clock.now().replace(second=0, microsecond=0))
    began = time.perf_counter()
    maker.ground()
    for label, count in VOLUMES.items():
        with transaction.atomic():
            maker.register(apps.get_model(label), max(20, round(count * scale)))
    with transaction.atomic():
        maker.finish()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    Bookmark.objects.create(name=MARK, position=round(scale * 1000))
    print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)


class _Maker:
    """What has been written so far, that what follows can point at."""

    def __init__(self, scale: float, random: np.random.Generator, now: datetime) -> None:
        self.scale, self.random, self.now = scale, random, now
        self.keys: dict[type[models.Model], list[Any]] = {}
        self.places: list[tuple[str, float, float]] = []
        self.names: list[str] = []
        self.changes = 0

    def ground(self) -> None:
        """Areas, the names and places of enterprises, and an account for each role."""
        count = round(VOLUMES["places.site"] * self.scale)
        district = generate(7, at=datetime(2026, 6, 1, tzinfo=UTC), sites=count)
        Area.objects.bulk_create(
            [Area(number=a.code, name=a.name, level=a.level, territory=a.code) for a in district.areas]
        )
        self.places = [(site.area_code, site.position.lon, site.position.lat) for site in district.sites]
        self.names = [site.name for site in district.sites]
        root = min((area.code for area in district.areas), key=len)
        accounts = [Account.objects.create(username=name, name=name, post=name) for name in ROLES]
        self.keys[Account] = [account.pk for account in accounts]
        street = self.places[0][0][:9]
        given = [Grant(account=a, role=a.username, territory=root) for a in accounts if not ROLES[a.username].own]
        for username, territory in (("whole district", root), ("one street", street)):
            everything = Account.objects.create(username=username, name=username)
            given += [Grant(account=everything, role=n, territory=territory) for n in ROLES if not ROLES[n].own]
        code = str(credit_codes(np.arange(1, 2))[0])
        given += [Grant(account=a, role=a.username, holder=code) for a in accounts if ROLES[a.username].own]
        Grant.objects.bulk_create(given)

    def register(self, model: type[models.Model], count: int) -> None:
        """So many records of one register."""
        keys = [uuid7() for _n in range(count)]
        self.keys.setdefault(model, keys)
        states = self._states(model, count)
        fields = model._meta.concrete_fields
        known = {"id": keys, **self._own(model, count), **({"state": states} if states else {})}
        if issubclass(model, Registered):
            known["search_text"] = self._searched(model, known, count)
        columns = [self._column(field, count, known.get(field.name)) for field in fields]
        _write(model, [field.column for field in fields], columns)
        if states and model in LOOPS:
            self._history(model, known, states)

    def _states(self, model: type[models.Model], count: int) -> list[str]:
        """Mostly where records of this kind rest; some anywhere on the way."""
        loop = LOOPS.get(model)
        if loop is None:
            return []
        rest = RESTING.get(model._meta.label_lower) or next(state for state in loop.states.values if state in loop.ends)
        drawn = self.random.choice(np.array(loop.states.values), count)
        found: list[str] = np.where(self.random.random(count) < UNFINISHED, drawn, rest).tolist()
        if model._meta.label_lower == "enterprises.selfcheck":
            found[: count // 2] = [rest] * (count // 2)
        return found

    def _own(self, model: type[models.Model], count: int) -> dict[str, Sequence[Any]]:
        """What every record of a register has, and what enterprises and sites have beside it."""
        noun, names = model._meta.label_lower, {field.name for field in model._meta.concrete_fields}
        itself = noun in ("places.site", "enterprises.enterprise")
        order = range(len(self.places)) if itself else self.random.permutation(len(self.places)).tolist()
        which = list(itertools.islice(itertools.cycle(order), count))
        spots = [self.places[n] for n in which]
        own: dict[str, Sequence[Any]] = {
            "number": [f"{model._meta.model_name.upper()[:4]}-{n:06}" for n in range(count)],
            "territory": [spot[0] for spot in spots],
            "lon": [spot[1] for spot in spots],
            "lat": [spot[2] for spot in spots],
            "created_at": [self.now - timedelta(days=DAYS) * (1 - n / count) for n in range(count)],
        }
        for name, target in (("site", Site), ("enterprise", Enterprise)):
            if name in names and target in self.keys:
                own[name] = [self.keys[target][n] for n in which]
        days = self.random.integers(1, DAYS, size=count).tolist()
        if "starts_on" in names:
            own["starts_on"] = [self.now.date() - timedelta(days=d) for d in days]
            own["ends_on"] = [day + timedelta(days=DAYS) for day in own["starts_on"]]
        if "starts_at" in names:
            own["starts_at"] = [self.now - timedelta(days=d) for d in days]
            own["ends_at"] = [moment + timedelta(hours=8) for moment in own["starts_at"]]
        if noun == "inspections.checklist":
            own["code"] = own["number"]
        if noun == "enterprises.selfcheck":  # two of each enterprise: the last month's and this month's
            own["from_on"] = [self.now.date() - timedelta(days=40 * (n < len(order))) for n in range(count)]
        if noun == "people.organisation":
            own["territory"] = [spot[0][:9] for spot in spots]
        if itself:
            own["name"] = [self.names[n % len(self.names)] for n in range(count)]
        if noun == "enterprises.enterprise":
            own["credit_code"] = [str(code) for code in credit_codes(np.arange(1, count + 1))]
        return own

    def _searched(self, model: type[Registered], known: dict[str, Sequence[Any]], count: int) -> list[str]:
        """What a search reads of each record."""
        for name in model.searchable:
            field = model._meta.get_field(name)
            if name not in known and isinstance(field, (models.CharField, models.TextField)) and not field.choices:
                known[name] = [WORDS[n % len(WORDS)][: field.max_length] for n in range(count)]
        parts = [known[name] for name in model.searchable if name in known]
        return [" ".join(map(str, values)).lower() for values in zip(*parts, strict=True)]

    def _column(self, field: Any, count: int, given: Sequence[Any] | None) -> Iterator[Any]:
        """The values of one column as the database takes them."""
        if given is None:
            pool = self._pool(field, count)
            drawn = self._drawn(len(pool), count)
            ready = [field.get_db_prep_save(value, connection) for value in pool]
            return (ready[n] for n in drawn)
        if isinstance(field, (models.CharField, models.TextField, models.FloatField)):
            return iter(given)
        return (field.get_db_prep_save(value, connection) for value in given)

    def _drawn(self, size: int, count: int) -> Any:
        """Places in a pool: each once while there are enough of them, so that nothing is said twice of one record."""
        if size == 1:
            return itertools.repeat(0, count)
        return self.random.permutation(size)[:count] if count <= size else self.random.integers(size, size=count)

    def _pool(self, field: Any, count: int) -> list[Any]:
        """The values from which a column that nothing else settles is drawn."""
        if isinstance(field, models.ForeignKey):
            known = self.keys.get(field.related_model, [])
            if field.null and (not known or field.unique or field.related_model is field.model):
                return [None]
            return known
        if field.choices:
            return [value for value, _label in field.flatchoices]
        if isinstance(field, models.DateTimeField):
            return [self.now - timedelta(minutes=int(n)) for n in self.random.integers(DAYS * 1440, size=2000)]
        if isinstance(field, models.DateField):
            return [self.now.date() + timedelta(days=n) for n in range(-DAYS, DAYS // 3)]
        if isinstance(field, models.UUIDField) and not field.null:
            return [uuid7() for _n in range(count)]
        return [self._plain(field, count)]

    def _plain(self, field: Any, count: int) -> Any:
        if field.has_default():
            return field.get_default()
        if field.null:
            return None
        if isinstance(field, (models.CharField, models.TextField)):
            return WORDS[count % len(WORDS)][: field.max_length] if not field.blank else ""
        return 1

    def _history(self, model: type[models.Model], known: dict[str, Sequence[Any]], states: list[str]) -> None:
        """The log of these records with the clocks that have stopped, and a running clock for each that waits."""
        loop, noun = LOOPS[model], model._meta.label_lower
        verbs = [f"{model._meta.app_label}.{verb}" for verb in arrows_of(model)]
        moves = MOVES.get(noun, MOVES_ELSE)
        self.changes = _log(model, [verbs[n % len(verbs)] for n in range(moves)], self.changes)
        _stopped(model, moves)
        waiting = [n for n, state in enumerate(states) if state in loop.limit]
        rests = RESTING.get(noun, "")
        ahead = [timedelta(days=int(d)) for d in self.random.integers(1, 40, size=len(waiting))]
        late = self.random.random(len(waiting)) < LATE
        ends = [self.now - span if old else self.now + span for span, old in zip(ahead, late, strict=True)]
        began = [self.now - timedelta(days=40)] * len(waiting)
        for place, n in enumerate(waiting):
            if states[n] == rests:  # a paper that is valid waits for its end, and nobody waits for it until then
                ends[place], began[place] = ends[place] + timedelta(days=400), self.now + timedelta(days=200)
        given = {
            "id": [uuid7() for _n in waiting],
            "subject": [noun] * len(waiting),
            "subject_id": [known["id"][n] for n in waiting],
            "name": ["state"] * len(waiting),
            "asks": [loop.limit[states[n]].asks for n in waiting],
            "territory": [known["territory"][n] for n in waiting],
            "started_at": began,
            "due_at": ends,
            "next_at": [None] * len(waiting),
        }
        given["stopped_at"] = given["next_at"]
        fields = Clock._meta.concrete_fields
        _write(Clock, [f.column for f in fields], [self._column(f, len(waiting), given.get(f.name)) for f in fields])

    def finish(self) -> None:
        """The end of the log, so that it can be written on; whoever looks has seen all but the last day of it."""
        Head.objects.update_or_create(id=1, defaults={"last": self.changes, "seal": "0" * 64})
        Account.objects.update(seen_change=max(0, self.changes - 3000))


def _write(model: type[models.Model], names: Sequence[str], columns: Sequence[Iterator[Any]]) -> None:
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    places = ", ".join(["%s"] * len(names))
    table = connection.ops.quote_name(model._meta.db_table)
    rows = zip(*columns, strict=True)
    with connection.cursor() as cursor:
        while some := list(itertools.islice(rows, AT_ONCE)):
            cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({places})", some)  # noqa: S608  # names are ours


def _log(model: type[models.Model], verbs: Sequence[str], last: int) -> int:
    """A row of the log for each move of each record, numbered on from `last`; returns the last number."""
    table, count = model._meta.db_table, model._default_manager.count()
    truth = "false" if connection.vendor == "postgresql" else "0"
    with connection.cursor() as cursor:
        for verb in verbs:
            cursor.execute(
                f"""INSERT INTO {Change._meta.db_table} (id, at, verb, subject, subject_id, label, actor, post,
                    from_state, to_state, reason, basis, details, territory, exercise, seal)
                    SELECT %s + row_number() OVER (ORDER BY created_at), created_at, %s, %s, id, number, 'bench', '',
                    '', '', '', '', '{{}}', territory, {truth}, '' FROM {table}""",  # noqa: S608  # names are ours
                (last, verb, model._meta.label_lower),
            )
            last += count
    return last


def _stopped(model: type[models.Model], moves: int) -> None:
    """As many clocks that have stopped for each record."""
    postgres = connection.vendor == "postgresql"
    key, truth = ("gen_random_uuid()", "false") if postgres else ("lower(hex(randomblob(16)))", "0")
    with connection.cursor() as cursor:
        for move in range(moves):
            cursor.execute(
                f"""INSERT INTO {Clock._meta.db_table} (id, subject, subject_id, name, asks, territory, started_at,
                    due_at, next_at, stage, basis, stopped_at, exercise)
                    SELECT {key}, %s, id, %s, '', territory, created_at, created_at, NULL, 0, '', created_at, {truth}
                    FROM {model._meta.db_table}""",  # noqa: S608  # names are ours
                (model._meta.label_lower, f"state {move}" if move else "state"),
            )
