"""One call of the engine as a file: a head, then the readings of bucket after bucket, so that each is read alone.

Magic word, length and CRC-32 of the head; the head as JSON; 24 bytes a reading: channel, place in the call, instant in
ms since 1970 UTC, value; all little-endian.
"""

import json
import struct
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anshu.engines.sensing import Batch
from anshu.kernel.errors import Invalid

MAGIC = b"anshu.segment\x01\n"
LENGTHS = struct.Struct("<II")
ROW = np.dtype([("channel", "<i4"), ("place", "<i4"), ("at_ms", "<i8"), ("value", "<f8")])


@dataclass(frozen=True, slots=True)
class Head:
    """What is said of a segment.

    `last_seq` is the number of the last reading that is in it or before it in the store; `counts` and `sums` are, by
    bucket of the parting, the readings and their CRC-32.
    """

    parting: int
    now_ms: int
    last_seq: int
    counts: tuple[int, ...] = ()
    sums: tuple[int, ...] = ()


def write(head: Head, batch: Batch, bucket: NDArray[np.int64], buckets: int) -> bytes:
    """A segment of the readings whose `bucket` is from 0 to `buckets` - 1; the others are left out."""
    kept = np.flatnonzero(bucket >= 0)
    order = kept[np.argsort(bucket[kept], kind="stable")]
    rows = np.empty(len(order), dtype=ROW)
    rows["channel"], rows["place"] = batch.channel[order], order
    rows["at_ms"], rows["value"] = batch.at_ms[order], batch.value[order]
    counts = np.bincount(bucket[kept], minlength=buckets)
    runs = np.split(rows, np.cumsum(counts)[:-1])
    whole = Head(
        head.parting,
        head.now_ms,
        head.last_seq,
        tuple(counts.tolist()),
        tuple(zlib.crc32(run.tobytes()) for run in runs),
    )
    said = json.dumps(asdict(whole)).encode()
    return MAGIC + LENGTHS.pack(len(said), zlib.crc32(said)) + said + rows.tobytes()


def read_head(path: Path) -> Head:
    """What a segment says of itself; Invalid when it is damaged."""
    return _head(path)[0]


def read(path: Path, bucket: int) -> tuple[Head, Batch, NDArray[np.int64]]:
    """The readings of one bucket, with the place of each in the call; Invalid when they are damaged."""
    head, begins = _head(path)
    count, skipped = head.counts[bucket], sum(head.counts[:bucket])
    with path.open("rb") as file:
        file.seek(begins + skipped * ROW.itemsize)
        body = file.read(count * ROW.itemsize)
    if zlib.crc32(body) != head.sums[bucket] or len(body) != count * ROW.itemsize:
        raise _damaged(path)
    rows = np.frombuffer(body, dtype=ROW)
    batch = Batch(rows["channel"].astype(np.int64), rows["at_ms"].astype(np.int64), rows["value"].astype(np.float64))
    return head, batch, rows["place"].astype(np.int64)


def _head(path: Path) -> tuple[Head, int]:
    """The head, and where the readings begin."""
    with path.open("rb") as file:
        start = file.read(len(MAGIC) + LENGTHS.size)
        if start[: len(MAGIC)] != MAGIC or len(start) != len(MAGIC) + LENGTHS.size:
            raise _damaged(path)
        length, total = LENGTHS.unpack(start[len(MAGIC) :])
        said = file.read(length)
    if zlib.crc32(said) != total:
        raise _damaged(path)
    facts = json.loads(said)
    facts["counts"], facts["sums"] = tuple(facts["counts"]), tuple(facts["sums"])
    return Head(**facts), len(start) + length


def _damaged(path: Path) -> Invalid:
    message = "%(path)s is not a whole segment: fetch it from a copy of the folder, or begin a new run"
    return Invalid(message, field="segment", code="segment_damaged", path=str(path))
