"""A storm of raw gauge alarms, and how many of them reach a hand: alarms, groups, lines of the desk, dispatches.

    python bench/storm_of_alarms.py [--gauges 14] [--storms 3] [--per-minute 3] [--data DIR] [--ungrouped]

The generated district, or with --data the real Shenzhen with its gauges, in one process and its own folder. Every
waterlogging point carries so many gauges, each with an error of its own, judged by the ladder of the product and by
what a district that has never tuned anything adds to it: a film of water, every jump, every rise, every silence. So
many storms of the generator strike at once; a point has the deepest of its floods.

The officer is a script: so many lines of the desk a minute, in the desk's order, each judged by its label: true when
one of its alarms stands where the generator floods, tells of as much rain as the ladder asks for, or comes from a
gauge that the generator breaks; else false. Units are sent by the rules of responsibility, as the product does when
nobody acts.

Truth is the generator's: a flooded object counts as reached when a unit was sent to an incident that holds one of its
alarms and within whose impact radius it lies. Peer, with --ungrouped: the same storm with one line for each alarm.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stage import told

FOLDER = tempfile.TemporaryDirectory(prefix="anshu-bench-")
os.environ |= {"DJANGO_SETTINGS_MODULE": "anshu.project.django_settings", "ANSHU_STATE_DIR": FOLDER.name}
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402

from anshu.access.models import Account, Grant  # noqa: E402
from anshu.access.policy import Person  # noqa: E402
from anshu.domains.devices.models import Channel, Device  # noqa: E402
from anshu.domains.devices.queries import store  # noqa: E402
from anshu.domains.incidents.models import Incident, Task  # noqa: E402
from anshu.domains.warnings.models import Alarm, AlarmGroup, Level, Rule  # noqa: E402
from anshu.domains.warnings.rules import linking  # noqa: E402
from anshu.domains.warnings.tasks import sense as sensing  # noqa: E402
from anshu.domains.warnings.transitions.groups import waiting  # noqa: E402
from anshu.domains.warnings.transitions.verdicts import confirm_group, reject_group  # noqa: E402
from anshu.engines.district import District, generate, script, storm  # noqa: E402
from anshu.engines.district.storm import MINUTES  # noqa: E402
from anshu.engines.grouping import Linking  # noqa: E402
from anshu.kernel import clock  # noqa: E402
from anshu.project.demo import loading, playing, shenzhen, staging  # noqa: E402
from anshu.project.demo.insertion import insert  # noqa: E402
from anshu.telemetry import batch_of  # noqa: E402
from anshu.workflow import clocks, outbox  # noqa: E402

SEED = 20230907
START = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
DEPTH, RAIN_1H = "road_water_depth", "rain_1h"
SPREAD_DEG = 0.0004  # the gauges of a point stand within some forty metres of it
STREAM = 60  # seconds of the storm that are taken in at once
AFTER_MIN = 10  # what is still waiting is judged and sent; shorter than the silence that would be noticed

"""What is added to the product's ladder: name, quantity, what is judged, window (min), steps (level, raise, clear)."""
UNTUNED = (
    ("路面湿水", DEPTH, "value", None, ((4, 0.02, 0.015),)),
    ("水深跳变", DEPTH, "rate", None, ((4, 0.4, 0.1),)),
    ("十分钟涨幅", DEPTH, "change", 10, ((4, 0.02, 0.005), (3, 0.10, 0.05))),
    ("设备无数据", DEPTH, "silence", None, ((4, 900, 600),)),
    ("五分钟雨强", "rain_5min", "value", None, ((4, 3, 1), (3, 6, 3))),
)


@dataclass
class Stage:
    """What was loaded: the storm's channels by the names of the installation, and where it floods."""

    scene: staging.Scene
    invented: District
    names: dict[str, str]
    flooded: dict[str, float] = field(default_factory=dict)  # number of the site → brim in m
    broken: set[str] = field(default_factory=set)  # sites whose gauges fall silent, stick, or have a wrong clock
    gauges: dict[str, list[tuple[int, float, float]]] = field(default_factory=dict)  # channel → slot, factor, error (m)


def furnish(asked: argparse.Namespace) -> Stage:
    """The district, its rules, the extra gauges, and nobody but the officer."""
    call_command("migrate", verbosity=0)
    invented = generate(SEED, at=START - timedelta(days=1), sites=100)
    scene = shenzhen.scene(asked.data, invented, sites=100) if asked.data else staging.scene(invented)
    for _told in loading.load(scene):
        pass
    for name, quantity, judged, window, steps in UNTUNED:
        ladder = [{"level": level, "raise": up, "clear": down} for level, up, down in steps]
        Rule.objects.create(
            number=f"B-{name}", name=name, quantity=quantity, judged=judged, window_min=window, steps=ladder,
            site_kind="rain_station" if quantity == "rain_5min" else "",
        )  # fmt: skip
    stage = Stage(scene, invented, playing.channels(invented, SEED))
    multiply(stage, asked.gauges)
    return stage


def multiply(stage: Stage, count: int) -> None:
    """Give every depth gauge of the storm so many fellows at its point, each with a factor and an error of its own."""
    chance = random.Random(SEED)
    devices, channels = [], []
    known = Channel.objects.filter(number__in=stage.names.values(), quantity=DEPTH)
    bases = {channel.number: channel for channel in known.select_related("device__site")}
    for base in bases.values():
        for n in range(1, count):
            number = f"{base.device.number}-{n:02}"
            lon, lat = (at + chance.uniform(-SPREAD_DEG, SPREAD_DEG) for at in (base.lon, base.lat))
            shared = {"territory": base.territory, "lon": lon, "lat": lat, "generated": True}
            device = Device(number=number, name=f"{base.device.name}{n}号", kind=DEPTH, site=base.device.site, **shared)
            devices.append(device)
            channels.append(
                Channel(
                    number=f"{number}/{DEPTH}",
                    name=device.name,
                    device=device,
                    quantity=DEPTH,
                    unit=base.unit,
                    minimum=base.minimum,
                    maximum=base.maximum,
                    stale_after_s=base.stale_after_s,
                    **shared,
                )
            )
    insert(devices, "bench", stage.scene.root)
    insert(channels, "bench", stage.scene.root)
    for channel in Channel.objects.filter(quantity=DEPTH).select_related("device"):
        code = channel.device.number if channel.number in bases else channel.device.number.rpartition("-")[0]
        base = next((each for each in (channel.number, f"{code}/{DEPTH}") if each in bases), None)
        if base is not None:
            exact = channel.number == base
            factor, error = (1.0, 0.0) if exact else (chance.uniform(0.9, 1.0), chance.choice((0, 0, 0, 0.004, 0.008)))
            stage.gauges.setdefault(base, []).append((channel.slot, factor, error))


def deliveries(stage: Stage, storms: int) -> list[tuple[float, int, int, float]]:
    """(Second of delivery, slot, instant in ms, value) of every reading, in the order of delivery."""
    seeds = [SEED + n for n in range(storms)]
    plans = {seed: script(stage.invented, seed) for seed in seeds}
    of_gauge: dict[str, int] = {}
    for gauge in stage.invented.gauges:
        brims = {seed: plan.floods[gauge.watches][1] for seed, plan in plans.items() if gauge.watches in plan.floods}
        deepest = max(brims, key=lambda seed: brims[seed], default=SEED)
        of_gauge[gauge.channels[0].code] = deepest
        name = stage.names.get(gauge.channels[0].code)
        if name is not None:
            plan = plans[deepest]
            broken = gauge.code in (plan.silent_gauge, plan.stuck_gauge, plan.fast_clock_gauge)
            note_truth(stage, name, brims.get(deepest), broken)
    slots = dict(Channel.objects.values_list("number", "slot"))
    chance, found = random.Random(SEED), []
    for seed in seeds:
        mine = (r for r in storm(stage.invented, start=START, seed=seed) if of_gauge[r.channel_code] == seed)
        for reading in playing.with_hours(playing.renamed(mine, stage.names)):
            second = ((reading.delivered_at or reading.at) - START).total_seconds()
            at_ms = int(reading.at.timestamp() * 1000)
            fellows = stage.gauges.get(reading.channel_code) or [(slots[reading.channel_code], 1.0, 0.0)]
            for slot, factor, error in fellows:
                noise = chance.gauss(0, 0.002) if error or factor != 1.0 else 0.0
                found.append((second, slot, at_ms, max(0.0, round(reading.value * factor + error + noise, 4))))
    return sorted(found)


def note_truth(stage: Stage, channel: str, brim_m: float | None, broken: bool) -> None:
    """Remember whether the object of a channel floods, and whether its gauge breaks."""
    device = Device.objects.select_related("site").get(number=channel.rpartition("/")[0])
    if brim_m is not None and device.site is not None:
        stage.flooded[device.site.number] = brim_m
    if broken and device.site is not None:
        stage.broken.add(device.site.number)


@dataclass
class Officer:
    """Judges so many lines a minute, in the order of the desk, by the label of what stands in them."""

    stage: Stage
    person: Person
    per_minute: int
    lines: int = 0
    most: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)

    def act(self) -> None:
        """One minute at the desk."""
        rows = AlarmGroup.objects.filter(state=AlarmGroup.State.WAITING).order_by("level", "first_at", "number")
        self.most = max(self.most, rows.count())
        for group in list(rows[: self.per_minute]):
            self.lines += 1
            if any(self.true(alarm) for alarm in waiting(group).select_related("rule", "channel__device", "site")):
                self.verdicts["true"] += 1
                confirm_group(group, by=self.person, reason="现场核实")
            else:
                self.verdicts["false"] += 1
                reject_group(group, by=self.person, reason="路面湿水，无积水")

    def true(self, alarm: Alarm) -> bool:
        """What the label says of one alarm."""
        site = alarm.site.number if alarm.site is not None else ""
        if alarm.rule.judged == Rule.Judged.SILENCE:
            return site in self.stage.broken
        return site in self.stage.flooded if alarm.channel.quantity == DEPTH else alarm.channel.quantity != "rain_5min"


def play(stage: Stage, officer: Officer, time_: clock.FrozenTime, rows: list[tuple[float, int, int, float]]) -> None:
    """Minute after minute: readings in, alarms, what follows from them, the officer, the clocks."""
    sensing.LOOK_FOR_RULES_S = 1e9
    sense, taken = sensing.Sense(store()), 0
    for minute in range(1, MINUTES + AFTER_MIN + 1):
        time_.at = START + timedelta(seconds=minute * STREAM)
        upto = taken
        while upto < len(rows) and rows[upto][0] < minute * STREAM:
            upto += 1
        if upto > taken:
            batch = batch_of([(slot, at_ms, value) for _second, slot, at_ms, value in rows[taken:upto]])
            store().append(batch, (), door="bench", received_ms=int(time_.at.timestamp() * 1000))
            taken = upto
        while sense.turn():
            pass
        officer.act()
        for step in (outbox.step, clocks.step):
            while step():
                pass
        if minute % 30 == 0:
            alarms, groups = Alarm.objects.count(), AlarmGroup.objects.count()
            sent = Task.objects.count()
            print(f"minute {minute:>3}: {alarms:>6} alarms, {groups:>5} groups, {sent:>4} dispatches", flush=True)


def reached(stage: Stage) -> tuple[set[str], set[str]]:
    """Flooded objects named in an incident that a unit was sent to; and those of them inside its impact radius."""
    sent = {task.incident_id for task in Task.objects.all()}
    incidents = {incident.pk: incident for incident in Incident.objects.filter(pk__in=sent)}
    named, inside = set(), set()
    for alarm in Alarm.objects.filter(incident_id__in=sent, site__number__in=stage.flooded).select_related("site"):
        incident = incidents[alarm.incident_id]
        named.add(alarm.site.number)
        there, here = incident.position, alarm.site.position
        if there and here and there.distance_m(here) <= incident.impact_m:
            inside.add(alarm.site.number)
    return named, inside


def report(stage: Stage, officer: Officer, spent_s: float) -> None:
    """What came of it."""
    again = sum(Alarm.objects.values_list("repeats", flat=True))
    named, inside = reached(stage)
    heard = set(Alarm.objects.filter(site__number__in=stage.flooded).values_list("site__number", flat=True))
    levels = Counter(Level(value).name.lower() for value in Alarm.objects.values_list("highest", flat=True))
    off = Alarm.objects.exclude(inhibited_by=None)
    rows = (
        (
            "raw gauge alarms",
            Alarm.objects.count(),
            f"{dict(levels)}; {again:,} times one stood again without a new alarm",
        ),
        ("groups", AlarmGroup.objects.count(), dict(Counter(AlarmGroup.objects.values_list("state", flat=True)))),
        (
            "lines judged at the desk",
            officer.lines,
            f"{dict(officer.verdicts)}; most that waited at once {officer.most}",
        ),
        ("alarms that followed a verdict", Alarm.objects.filter(judged_by="work").count(), ""),
        ("alarms kept off by a cause", off.count(), "at the end, or over before they were shown"),
        ("incidents", Incident.objects.count(), dict(Counter(Incident.objects.values_list("kind", flat=True)))),
        ("dispatches", Task.objects.count(), ""),
        ("flooded objects", len(stage.flooded), f"{len(stage.flooded) - len(heard)} of them raised no alarm"),
        ("  without a dispatch", len(stage.flooded) - len(named), ""),
        ("  outside the radius of theirs", len(named - inside), ""),
    )
    for name, count, more in rows:
        print(f"{name:<34} {count:>8,}  {more}")
    for number in sorted(set(stage.flooded) - inside):
        states = Counter(Alarm.objects.filter(site__number=number).values_list("rule__judged", "state", "incident_id"))
        print(f"  missed: {number}, brim {stage.flooded[number]} m, its alarms: {dict(states)}")
    print(f"{'wall time (s)':<34} {spent_s:>8,.0f}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--gauges", type=int, default=14)
    asked.add_argument("--storms", type=int, default=3)
    asked.add_argument("--per-minute", type=int, default=3)
    asked.add_argument("--data", type=Path, default=None)
    asked.add_argument("--ungrouped", action="store_true")
    given = asked.parse_args()
    told(f"{given.gauges} gauges a point, {given.storms} storms at once, {given.per_minute} verdicts a minute")
    if given.ungrouped:  # no two alarms are ever near enough
        linking._linking = lambda _rule: Linking(0.001, 0.001)
    with clock.frozen(START - timedelta(minutes=1)) as time_:
        stage = furnish(given)
        account = Account.objects.create(username="officer", name="值班员")
        Grant.objects.create(account=account, role="duty_officer", territory=stage.scene.root)
        rows = deliveries(stage, given.storms)
        channels = len({slot for _second, slot, _at, _value in rows})
        print(f"{len(rows):,} readings of {channels:,} channels, {len(stage.flooded)} objects flood", flush=True)
        officer = Officer(stage, Person(account), given.per_minute)
        began = time.perf_counter()
        play(stage, officer, time_, rows)
        report(stage, officer, time.perf_counter() - began)


if __name__ == "__main__":
    main()
