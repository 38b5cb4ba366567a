"""`anshu backtest`: what a rule would have done with past readings, before it is put into force.

anshu backtest GZ-road_water_depth --from 2026-05-01 --to 2026-06-01
anshu backtest new.yaml:GZ-road_water_depth --compare GZ-road_water_depth --event 0.4
anshu backtest rate.yaml --on 01022500.csv --map "time=date,value=discharge_cfs*0.0283168,channel=river" --event 60
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Max
from django.utils import timezone, translation

from anshu.domains.devices.models import Channel
from anshu.domains.incidents.queries.foreseen import Foreseen, foresee
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.queries.backtest import Recording, Source, Trial, Yardstick, stored, try_out
from anshu.domains.warnings.queries.tallies import by_channel, by_hour, by_level
from anshu.domains.warnings.rules.surroundings import Surroundings
from anshu.domains.warnings.tasks.rule_files import checked
from anshu.engines.backtest import Difference, Round, Span
from anshu.engines.sensing import Batch, Mark
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.kernel.working_days import Limit
from anshu.project import labels
from anshu.project.recordings import Mapped, read
from anshu.project.replay import zone_named
from anshu.project.rule_files import IMPORT, read_text

A_MONTH = timedelta(days=30)
SHOWN = 10
TRUTHS = {
    Source.LABELS: "labels; whatever lies outside of them was quiet",
    Source.EVENT: "the value of the event itself",
    Source.VERDICTS: "verdicts of the desk; an alarm without one is unjudged",
}
FILE = re.compile(r"(?P<path>.+\.ya?ml)(:(?P<number>.+))?", re.IGNORECASE)


def run(asked: argparse.Namespace) -> int:
    """Try the rules and print what they would have done. Raises Invalid naming the option that cannot be used."""
    rules = [rule_named(name) for name in (asked.rule, asked.compare) if name]
    recording, by = _recording(asked, rules)
    trials = try_out(rules, recording, by)
    with translation.override("en"):
        told = [Told(trial, foresee(trial.spells)) for trial in trials]
        difference = trials[0].against(trials[1]) if len(trials) > 1 else None
        if asked.json:
            data = {"rules": [each.data for each in told], "difference": _plain(difference)}
            sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
        else:
            sys.stdout.write("\n".join(_tables(told, difference)) + "\n")
    return 0


def rule_named(name: str) -> Rule:
    """A saved rule by its number, or a rule of a YAML file, which need not be saved anywhere."""
    match = FILE.fullmatch(name)
    if match is None:
        found = Rule.objects.filter(number=name).first()
        if found is None:
            message = "there is no rule %(number)s; anshu export rules FILE.csv lists them"
            raise Invalid(message, field="rule", number=name)
        return found
    path, number = Path(match["path"]), match["number"]
    made = {rule.number: rule for _written, rule, _there in checked(read_text(path), IMPORT)}
    if number is None and len(made) == 1:
        return next(iter(made.values()))
    if number not in made:
        message = "%(file)s holds the rules %(numbers)s: say which, as %(file)s:NUMBER"
        raise Invalid(message, field="rule", file=path, numbers=", ".join(made))
    return made[number]


def _recording(asked: argparse.Namespace, rules: Sequence[Rule]) -> tuple[Recording, Yardstick]:
    zone = zone_named(asked.zone)
    around = Surroundings.of(rules, Channel.objects.all())
    file = None if asked.on == "store" else Path(asked.on)
    if file is None:
        to_at = _instant(asked.to, zone, "to") or clock.now()
        from_at = _instant(asked.begin, zone, "from") or to_at - A_MONTH
        recording = stored(rules[0], from_at, to_at, around=around)
    else:
        recording = replace(_of_file(file, asked, zone), around=around)
    slots = {number: slot for slot, number in recording.channels.items()}
    truth = labels.read(asked.labels, slots, file, zone) if asked.labels else None
    ahead = Limit.parse(asked.ahead).elapsed if asked.ahead else None
    if asked.ahead and ahead is None:
        raise Invalid("--ahead is counted in s, min or h, such as 72h", field="ahead")
    return recording, Yardstick(truth, asked.event, ahead)


def _of_file(path: Path, asked: argparse.Namespace, zone: ZoneInfo) -> Recording:
    """The readings of a recorded series; each of its channels is tried, whatever the rule watches."""
    if not asked.map:
        raise Invalid("a file needs --map, such as time=timestamp,value=value,channel=GAUGE-1", field="map")
    readings, bad = read(path, Mapped.parse(asked.map), zone)
    if bad:
        sys.stderr.write(f"{path.name}: {len(bad)} rows left out, the first: line {bad[0].line}: {bad[0].why}\n")
    begin, end = _instant(asked.begin, zone, "from"), _instant(asked.to, zone, "to")
    kept = [row for row in readings if (begin is None or row.at >= begin) and (end is None or row.at < end)]
    if not kept:
        raise Invalid("%(file)s holds no reading of this period", field="file", file=path.name)
    slots = _slots(sorted({row.channel for row in kept}))
    at_ms = np.array([round(row.at.timestamp() * 1000) for row in kept], dtype=np.int64)
    channel = np.array([slots[row.channel] for row in kept], dtype=np.int64)
    batch = Batch(channel, at_ms, np.array([row.value for row in kept], dtype=np.float64))
    span = Span(int(at_ms[0]), int(at_ms[-1]) + 1, len(slots))
    numbers = {slot: code for code, slot in slots.items()}
    return Recording(span, numbers, {}, lambda _further: [Round(batch, span.to_ms)])


def _slots(codes: Sequence[str]) -> dict[str, int]:
    """A place in arrays for each channel: its own where it is in the register, so that it is known whom it would call;
    one that nobody has where it is not."""
    known = dict(Channel.objects.filter(number__in=codes).values_list("number", "slot"))
    free = count(1 + (Channel.objects.aggregate(top=Max("slot"))["top"] or 0))
    return {code: known[code] if code in known else next(free) for code in codes}


def _instant(text: str, zone: ZoneInfo, field: str) -> datetime | None:
    """A day or an instant as written; None when nothing is."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        message = "--%(name)s %(text)s is neither a day nor an instant, such as 2026-06-11 or 2026-06-11T16:00"
        raise Invalid(message, field=field, name=field, text=text) from error
    return at if at.tzinfo else at.replace(tzinfo=zone)


@dataclass(frozen=True)
class Told:
    """A trial and whom it would have called, as figures."""

    trial: Trial
    foreseen: Foreseen

    @property
    def data(self) -> dict[str, Any]:
        trial, score, span = self.trial, self.trial.score, self.trial.recording.span
        return {
            "rule": trial.rule.number,
            "name": trial.rule.name,
            "from": _iso(span.from_ms),
            "to": _iso(span.to_ms),
            "channels": span.channels,
            "readings": trial.followed.readings,
            "marked": {_word(mark): times for mark, times in _marked(trial)},
            "truth": str(trial.source),
            "alarms": score.alarms,
            "alarms_a_day": round(score.alarms_a_day, 3),
            "true": score.true,
            "false": score.false,
            "unjudged": score.unjudged,
            "false_alarm_ratio": score.false_alarm_ratio,
            "events": score.events,
            "hits": score.hits,
            "misses": score.misses,
            "hit_rate": score.hit_rate,
            "lead_median_s": None if score.lead_median_ms is None else score.lead_median_ms / 1000,
            "standing_share": round(score.standing_share, 6),
            "by_level": {level.name.lower(): times for level, times in by_level(trial).items()},
            "by_hour": by_hour(trial),
            "worst_channels": [vars(row) for row in by_channel(trial)[:SHOWN]],
            "incidents": self.foreseen.incidents,
            "call_outs": len(self.foreseen.call_outs),
            "call_outs_at_night": self.foreseen.at_night,
            "call_outs_by_hour": self.foreseen.by_hour,
            "called_first": [
                {"unit": call.unit, "person": call.person, "post": call.post, "times": times, "at_night": nights}
                for call, times, nights in self.foreseen.by_person
            ],
        }


def _marked(trial: Trial) -> list[tuple[Mark, int]]:
    """Marks that any reading bore, but for readings of backups, which no rule watches itself."""
    return [(mark, times) for mark, times in trial.followed.marked.items() if times and mark is not Mark.UNWATCHED]


def _word(mark: Mark) -> str:
    return (mark.name or "").lower()


def _plain(difference: Difference | None) -> dict[str, Any] | None:
    if difference is None:
        return None
    return {name: getattr(difference, name) for name in Difference.__dataclass_fields__}


ROWS = (
    ("alarms", "alarms", "d"),
    ("alarms a day", "alarms_a_day", ".2f"),
    ("  true", "true", "d"),
    ("  false", "false", "d"),
    ("  unjudged", "unjudged", "d"),
    ("false-alarm ratio", "false_alarm_ratio", ".0%"),
    ("events", "events", "d"),
    ("  hit", "hits", "d"),
    ("  missed", "misses", "d"),
    ("hit rate", "hit_rate", ".0%"),
    ("median lead (h)", "lead_h", ".1f"),
    ("share of time in alarm", "standing_share", ".2%"),
    ("incidents", "incidents", "d"),
    ("call-outs", "call_outs", "d"),
    ("  at night", "call_outs_at_night", "d"),
)


def _tables(told: Sequence[Told], difference: Difference | None) -> Iterator[str]:
    figures = [each.data for each in told]
    first = figures[0]
    marked = ", ".join(f"{times:,} {_word(mark)}" for mark, times in _marked(told[0].trial))
    yield f"{first['from']} to {first['to']}, {first['channels']:,} channels, {first['readings']:,} readings" + (
        f" ({marked})" if marked else ""
    )
    yield f"What was true is known from {TRUTHS[told[0].trial.source]}."
    yield ""
    yield f"{'':<24}" + "".join(f"{each['rule'] or '(draft)':>28}" for each in figures)
    for title, name, form in ROWS:
        yield f"{title:<24}" + "".join(f"{_cell(each, name, form):>28}" for each in figures)
    if difference is not None:
        yield ""
        yield from _in_words(difference)
    for each in told:
        yield from _lists(each)


def _cell(figures: dict[str, Any], name: str, form: str) -> str:
    lead_s = figures["lead_median_s"]
    value = (None if lead_s is None else lead_s / 3600) if name == "lead_h" else figures[name]
    return "—" if value is None else f"{value:{form}}"


def _in_words(difference: Difference) -> Iterator[str]:
    d = difference
    yield f"In place of the first, the second spares {d.spared} alarms ({d.spared_true} true, {d.spared_false} false),"
    yield f"adds {d.added} ({d.added_true} true, {d.added_false} false), misses {d.lost} events that the first hits"
    tail = f", and is {d.earlier_ms / 3_600_000:+.1f} h earlier where both hit." if d.earlier_ms is not None else "."
    yield f"and hits {d.gained} that the first misses{tail}"


def _lists(told: Told) -> Iterator[str]:
    """The worst channels, and who would have been rung when."""
    trial = told.trial
    yield ""
    yield f"{trial.rule.number or '(draft)'} {trial.rule.name}"
    levels = ", ".join(f"{times} {level.name.lower()}" for level, times in by_level(trial).items())
    yield f"  by level: {levels or 'none'}"
    rows = by_channel(trial)
    for row in rows[:SHOWN]:
        events = f", {row.misses} of {row.hits + row.misses} events missed" if row.hits + row.misses else ""
        yield f"  {row.number}: {row.alarms} alarms, {row.false} false{events}, {row.standing_share:.1%} in alarm"
    if len(rows) > SHOWN:
        yield f"  and {len(rows) - SHOWN} more channels"
    yield "  alarms by hour:    " + " ".join(f"{times:>3}" for times in by_hour(trial))
    yield "  call-outs by hour: " + " ".join(f"{times:>3}" for times in told.foreseen.by_hour)
    for call, times, nights in told.foreseen.by_person[:SHOWN]:
        who = f"{call.unit or 'no unit'}, {call.person or 'nobody can be rung'} {call.post}".strip()
        yield f"  rung first: {who}: {times} times, {nights} at night"


def _iso(at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms / 1000, tz=timezone.get_default_timezone())
    return at.isoformat(timespec="minutes")
