"""Rules and state as bytes: a magic word, a version, a SHA-256 of the rest, then the arrays in NumPy's npz form.

The rules travel with the state, so that a state is never read against a table that it does not belong to; `recompile`
then carries it over to the rules of the day.
"""

import hashlib
import io
import json
from dataclasses import fields
from typing import Any

import numpy as np

from anshu.engines.sensing.rules import RuleTable
from anshu.engines.sensing.state import State
from anshu.kernel.errors import Invalid

MAGIC = b"anshu.sensing\0"
VERSION = 1
BODY_AT = len(MAGIC) + 2 + hashlib.sha256().digest_size


def dump(rules: RuleTable, state: State) -> bytes:
    """Everything needed to go on from here; equal rules and states give equal bytes."""
    columns = {f"rules_{field.name}": getattr(rules, field.name) for field in fields(RuleTable)}
    columns |= {f"state_{field.name}": getattr(state, field.name) for field in fields(State)}
    columns["rules_keys"] = np.frombuffer(json.dumps(rules.keys).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, **columns)
    body = buffer.getvalue()
    return MAGIC + VERSION.to_bytes(2, "big") + hashlib.sha256(body).digest() + body


def load(blob: bytes) -> tuple[RuleTable, State]:
    """What `dump` wrote; Invalid when it is not a snapshot, of another version, cut short or altered."""
    if blob[: len(MAGIC)] != MAGIC or len(blob) < BODY_AT:
        raise Invalid("this is not a sensing snapshot", field="blob", code="snapshot_unknown")
    version = int.from_bytes(blob[len(MAGIC) : len(MAGIC) + 2], "big")
    if version != VERSION:
        message = "sensing snapshot of version %(given)d; this engine reads version %(known)d"
        raise Invalid(message, field="blob", code="snapshot_version", given=version, known=VERSION)
    body = blob[BODY_AT:]
    if hashlib.sha256(body).digest() != blob[len(MAGIC) + 2 : BODY_AT]:
        raise Invalid("the sensing snapshot is damaged: its checksum is wrong", field="blob", code="snapshot_damaged")
    with np.load(io.BytesIO(body), allow_pickle=False) as columns:
        read: dict[str, Any] = {name: column if column.ndim else int(column) for name, column in columns.items()}
    read["rules_keys"] = tuple(json.loads(read["rules_keys"].tobytes()))
    rules = RuleTable(**{field.name: read[f"rules_{field.name}"] for field in fields(RuleTable)})
    return rules, State(**{field.name: read[f"state_{field.name}"] for field in fields(State)})
