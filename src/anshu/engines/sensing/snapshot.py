"""Rules and state as bytes: a magic word, a version, a SHA-256 of the rest, then the arrays in NumPy's npz form.

The rules travel with the state, so that a state is never read against a table that it does not belong to; `recompile`
then carries it over to the rules of the day.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing.first_snapshot import read_first
from anshu.engines.sensing.rules import (
    Certainty,
    Checks,
    CompoundRule,
    Condition,
    Direction,
    Form,
    Level,
    Quantity,
    Schedule,
    Signal,
    Step,
)
from anshu.engines.sensing.state import State
from anshu.engines.sensing.table import Keys, RuleTable, Source, assemble
from anshu.kernel.errors import Invalid

MAGIC = b"anshu.sensing\0"
VERSION = 2
BODY_AT = len(MAGIC) + 2 + hashlib.sha256().digest_size


def dump(rules: RuleTable, state: State) -> bytes:
    """Everything needed to go on from here; equal rules and states give equal bytes."""
    rows, names = len(rules.form), len(rules.keys.names) - len(rules.compounds)
    words = {
        "names": rules.keys.names[:names],
        "numbered": rules.keys.numbered[:names],
        "forms": [asdict(form) for form in rules.forms],
        "checks": [asdict(checks) for checks in rules.checks],
        "backups": sorted(rules.backups.items()),
        "compounds": [asdict(compound) for compound in rules.compounds],
        "spans_ms": [rules.numbers.ahead_limit_ms, rules.numbers.utc_offset_ms],
        "state": [state.unwatched, state.swept_ms, state.begun],
    }
    buffer = io.BytesIO()
    np.savez(
        buffer,
        said=np.frombuffer(json.dumps(words).encode(), dtype=np.uint8),
        name=rules.keys.name[:rows],
        channel=rules.channel[:rows],
        form=rules.form,
        check=rules.numbers.check,
        words=state.words,
        compounds=state.compounds,
        restless=state.restless,
    )
    body = buffer.getvalue()
    return MAGIC + VERSION.to_bytes(2, "big") + hashlib.sha256(body).digest() + body


def load(blob: bytes) -> tuple[RuleTable, State]:
    """What `dump` wrote; Invalid when it is not a snapshot, of another version, cut short or altered."""
    if blob[: len(MAGIC)] != MAGIC or len(blob) < BODY_AT:
        raise Invalid("this is not a sensing snapshot", field="blob", code="snapshot_unknown")
    version = int.from_bytes(blob[len(MAGIC) : len(MAGIC) + 2], "big")
    if version not in (1, VERSION):
        message = "sensing snapshot of version %(given)d; this engine reads version %(known)d"
        raise Invalid(message, field="blob", code="snapshot_version", given=version, known=VERSION)
    body = blob[BODY_AT:]
    if hashlib.sha256(body).digest() != blob[len(MAGIC) + 2 : BODY_AT]:
        raise Invalid("the sensing snapshot is damaged: its checksum is wrong", field="blob", code="snapshot_damaged")
    with np.load(io.BytesIO(body), allow_pickle=False) as columns:
        found = {name: columns[name] for name in columns.files}
    if version == 1:
        return read_first(json.loads(found["rules_keys"].tobytes()), found)
    return _read(found)


def dump_rules(rules: RuleTable) -> bytes:
    """The rules alone; equal rules give equal bytes. `load` reads them, with a state that holds nothing."""
    nothing = np.zeros(0, dtype=np.int64)
    return dump(rules, State(nothing, nothing, np.zeros(0, dtype=np.bool_)))


def _read(columns: Mapping[str, NDArray[Any]]) -> tuple[RuleTable, State]:
    said = json.loads(columns["said"].tobytes())
    check = columns["check"]
    checked = np.flatnonzero(check)
    source = Source(
        Keys(tuple(said["names"]), tuple(said["numbered"]), columns["name"], columns["channel"]),
        columns["form"],
        tuple(_form(one) for one in said["forms"]),
        tuple(_compound(one) for one in said["compounds"]),
        tuple(Checks(**one) for one in said["checks"]),
        dict(zip(checked.tolist(), check[checked].tolist(), strict=True)),
        dict(said["backups"]),
        (said["spans_ms"][0], said["spans_ms"][1]),
    )
    rules = assemble(source)
    unwatched, swept_ms, begun = said["state"]
    state = State(columns["words"], columns["compounds"], columns["restless"], unwatched, swept_ms, begun)
    return rules, state


def _form(said: dict[str, Any]) -> Form:
    quantity, when = said["of"], said["when"]
    return Form(
        _steps(said["steps"]),
        Direction(said["direction"]),
        said["stale_after_s"],
        Quantity(Signal(quantity["signal"]), quantity["over_s"], quantity["panes"]),
        Schedule(
            (when["first_day"][0], when["first_day"][1]),
            (when["last_day"][0], when["last_day"][1]),
            tuple(when["weekdays"]),
            when["from_minute"],
            when["to_minute"],
        ),
        Certainty(said["certainty"]),
    )


def _compound(said: dict[str, Any]) -> CompoundRule:
    conditions = tuple(Condition(**one | {"level": Level(one["level"])}) for one in said["conditions"])
    return CompoundRule(said["key"], said["channel"], conditions, _steps(said["steps"]))


def _steps(said: list[dict[str, Any]]) -> tuple[Step, ...]:
    return tuple(Step(**one | {"level": Level(one["level"])}) for one in said)
