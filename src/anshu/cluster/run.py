"""The folder of one run, and what lies in it."""

import io
import json
import shutil
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from anshu.cluster import files, segments
from anshu.engines.sensing import (
    Abandoned,
    Batch,
    Level,
    Moves,
    Part,
    RuleTable,
    State,
    bucket_of,
    dump_rules,
    load,
    part,
    route,
)

CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an epoch is made of: segments first to last under one parting. One without segments (last < first) carries
    the state over to another parting. `last_seq` is the last reading of the store that is taken in when it is done."""

    epoch: int
    parting: int
    buckets: int
    first: int
    last: int
    last_seq: int

    @property
    def carries(self) -> bool:
        """Whether this changes the parting."""
        return self.last < self.first


@dataclass(frozen=True, slots=True, eq=False)
class Parting:
    """A numbered set of rules, and in how many buckets; `place` is the bucket of each channel."""

    number: int
    rules: RuleTable
    buckets: int
    place: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What an epoch led to in one bucket: the segment of each move, the moves with rows of the whole and places in the
    call, the rules given up when the parting changed, and the state."""

    segment: NDArray[np.int64]
    moves: Moves
    abandoned: tuple[Abandoned, ...]
    state: State


@dataclass(frozen=True, slots=True)
class Run:
    """One folder. Whatever is put into it is put there once and never changed; nothing is kept in memory."""

    path: Path

    @classmethod
    def begin(cls, folder: Path, name: str, snapshot: bytes, last_seq: int) -> Self:
        """A new run that goes on from a snapshot (see `sensing.dump`) which has taken in readings up to `last_seq`."""
        run = cls(folder / name)
        files.publish(run.path / "start", last_seq.to_bytes(8, "big") + snapshot)
        return run

    @classmethod
    def current(cls, folder: Path) -> Self | None:
        """The run that is under way in a folder."""
        try:
            return cls(folder / (folder / CURRENT).read_text())
        except FileNotFoundError:
            return None

    def make_current(self) -> None:
        """Let this run be the one under way, and remove all others."""
        files.replace(self.path.parent / CURRENT, self.path.name.encode())
        for other in self.path.parent.iterdir():
            if other.is_dir() and other != self.path and (other / "start").exists():
                shutil.rmtree(other)

    def start(self) -> tuple[RuleTable, State]:
        """Rules and state with which it began."""
        return load((self.path / "start").read_bytes()[8:])

    def start_seq(self) -> int:
        """The last reading of the store that was taken in when it began."""
        with (self.path / "start").open("rb") as file:
            return int.from_bytes(file.read(8), "big")

    def add_parting(self, rules: RuleTable, buckets: int) -> Parting:
        """Divide rules that hold from the next segment on."""
        number = max(files.numbers(self.path / "partings"), default=-1) + 1
        place = bucket_of(rules, buckets)
        contents = {"whole": _packed(rules=_bytes(dump_rules(rules)), buckets=np.array(buckets))}
        for bucket in range(buckets):
            one = part(rules, place, bucket)
            contents[str(bucket)] = _packed(rules=_bytes(dump_rules(one.rules)), channels=one.channels, rows=one.rows)
        files.publish_folder(self._at("partings", number), contents)
        return Parting(number, rules, buckets, place)

    def newest_parting(self) -> Parting | None:
        """The parting that was added last."""
        number = max(files.numbers(self.path / "partings"), default=None)
        return None if number is None else self.parting(number)

    def parting(self, number: int) -> Parting:
        """The parting of a number; raises FileNotFoundError when there is none."""
        return _parting(self._at("partings", number))

    def part(self, parting: int, bucket: int) -> Part:
        """One bucket of a parting."""
        return _part(self._at("partings", parting), bucket)

    def add_segment(self, number: int, parting: Parting, batch: Batch, now_ms: int, last_seq: int) -> bool:
        """Write the next call down; False when there is one of that number already."""
        head = segments.Head(parting.number, now_ms, last_seq)
        content = segments.write(head, batch, route(parting.place, batch.channel), parting.buckets)
        return files.publish(self._at("segments", number), content)

    def segment_numbers(self) -> list[int]:
        """The numbers of the segments that are there, ascending."""
        return files.numbers(self.path / "segments")

    def head(self, segment: int) -> segments.Head:
        """What a segment says of itself."""
        return segments.read_head(self._at("segments", segment))

    def readings(self, segment: int, bucket: int) -> tuple[segments.Head, Batch, NDArray[np.int64]]:
        """The readings of one bucket in a segment, and their places in the call."""
        return segments.read(self._at("segments", segment), bucket)

    def add_plan(self, plan: Plan) -> Plan:
        """Write a plan down; the plan of that epoch, which is another's where somebody was quicker."""
        files.publish(self._at("plans", plan.epoch), json.dumps(asdict(plan)).encode())
        return self.plan(plan.epoch)

    def plan(self, epoch: int) -> Plan:
        """What an epoch is made of; raises FileNotFoundError when it has not been planned."""
        return Plan(**json.loads(self._at("plans", epoch).read_bytes()))

    def newest_plan(self) -> Plan | None:
        """The plan of the last epoch that has one."""
        epoch = max(files.numbers(self.path / "plans"), default=None)
        return None if epoch is None else self.plan(epoch)

    def missing(self, plan: Plan) -> list[int]:
        """The buckets of an epoch that have no outcome yet."""
        done = set(files.numbers(self._at("epochs", plan.epoch)))
        return [bucket for bucket in range(plan.buckets) if bucket not in done]

    def add_outcome(self, epoch: int, bucket: int, outcome: Outcome) -> bool:
        """Write decisions and state down, together; False when they are there already."""
        state = outcome.state
        said = [[one.key, one.channel, int(one.level), one.stale] for one in outcome.abandoned]
        content = _packed(
            segment=outcome.segment,
            moves=outcome.moves.columns,
            abandoned=_bytes(json.dumps(said).encode()),
            words=state.words,
            compounds=state.compounds,
            restless=state.restless,
            rest=np.array([state.unwatched, state.swept_ms, state.begun], dtype=np.int64),
        )
        return files.publish(self._at("epochs", epoch) / str(bucket), content)

    def decided(self, epoch: int, bucket: int) -> tuple[NDArray[np.int64], Moves, tuple[Abandoned, ...]]:
        """The outcome of a bucket in an epoch without the state: segment of each move, moves, rules given up."""
        with np.load(self._at("epochs", epoch) / str(bucket), allow_pickle=False) as found:
            said = json.loads(found["abandoned"].tobytes())
            abandoned = tuple(Abandoned(key, channel, Level(level), stale) for key, channel, level, stale in said)
            return found["segment"], Moves(found["moves"]), abandoned

    def state(self, epoch: int, bucket: int) -> State:
        """The state of a bucket after an epoch."""
        with np.load(self._at("epochs", epoch) / str(bucket), allow_pickle=False) as found:
            unwatched, swept_ms, begun = found["rest"].tolist()
            return State(found["words"], found["compounds"], found["restless"], unwatched, swept_ms, bool(begun))

    def forget(self, before_epoch: int) -> None:
        """Remove what epochs before this one were made of and led to, which nobody needs once this one is done."""
        keeps = self.plan(before_epoch)
        for kind, first in (("segments", keeps.first), ("plans", before_epoch), ("partings", keeps.parting)):
            for number in files.numbers(self.path / kind):
                if number < first:
                    _remove(self._at(kind, number))
        for epoch in files.numbers(self.path / "epochs"):
            if epoch < before_epoch:
                _remove(self._at("epochs", epoch))

    def _at(self, kind: str, number: int) -> Path:
        return self.path / kind / f"{number:012}"


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


# A worker comes back to the same tables in every epoch, and they never change.
@lru_cache(maxsize=256)
def _part(path: Path, bucket: int) -> Part:
    with np.load(path / str(bucket), allow_pickle=False) as found:
        rules, _state = load(found["rules"].tobytes())
        return Part(rules, found["channels"], found["rows"])


@lru_cache(maxsize=2)
def _parting(path: Path) -> Parting:
    with np.load(path / "whole", allow_pickle=False) as found:
        rules, _state = load(found["rules"].tobytes())
        buckets = int(found["buckets"])
    return Parting(int(path.name), rules, buckets, bucket_of(rules, buckets))


def _packed(**columns: NDArray[np.generic]) -> bytes:
    """Arrays as NumPy's npz, each with its CRC-32."""
    buffer = io.BytesIO()
    np.savez(buffer, **columns)  # type: ignore[arg-type]  # columns are arrays, none of them is an option of savez
    return buffer.getvalue()


def _bytes(text: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(text, dtype=np.uint8)
