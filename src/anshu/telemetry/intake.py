"""Reading bodies of telemetry lines: what is good becomes a batch, what is not becomes rejects, line by line."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import msgspec
import numpy as np
import orjson

from anshu.telemetry.readings import EPOCH, NEWEST_MS, Batch, Intake, Integers, Numbers, Reason, Reject

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DEEPEST = 32
NOT_FINITE = re.compile(rb":\s*[-+]?(nan|inf|infinity)\b", re.IGNORECASE)
STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')


class ChannelFacts(NamedTuple):
    """What intake must know of a channel: its number and the lowest and highest value that it can possibly send."""

    number: int
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What intake lets in. Older than `oldest_ms` (2000-01-01), or than `age_ms` where set, is too old."""

    future_ms: int = 300_000
    oldest_ms: int = 946_684_800_000
    age_ms: int | None = None
    line_bytes: int = 4_096
    raw_bytes: int = 65_536
    magnitude: float = 1e15


@dataclass(slots=True)
class Draft:
    """Rows read from a body and not yet judged; one entry per row in each list."""

    code: list[str] = field(default_factory=list)
    at_ms: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    quality: list[int] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


class Line(msgspec.Struct):
    """One line as it should be; other fields are let through unread."""

    channel: str
    at: str
    value: float


class BadTime(Exception):
    """A text that is not an instant; `reason` says whether only the zone is missing."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


DECODER = msgspec.json.Decoder(Line)
STAND_IN = ChannelFacts(-1, float("-inf"), float("inf"))


def read_ndjson(body: bytes, resolve: Mapping[str, ChannelFacts], now_ms: int, limits: Limits) -> Intake:
    """Read lines {"channel": code, "at": ISO 8601 with zone, "value": number}; a bad line is rejected alone."""
    body = body.removeprefix(BYTE_ORDER_MARK)
    lines = [line for line in body.split(b"\n") if line and not line.isspace()]
    draft = Draft()
    rows = _decode_at_once(body, lines, limits)
    if rows is None:
        rows, lines = _decode_one_by_one(lines, draft, limits)
    known: dict[str, int] = {}
    for row, line in zip(rows, lines, strict=True):
        at_ms = known.get(row.at)
        if at_ms is None:
            try:
                at_ms = known[row.at] = instant_ms(row.at)
            except BadTime as error:
                draft.rejects.append(Reject(error.reason, error.detail, line, row.channel))
                continue
        draft.code.append(row.channel)
        draft.at_ms.append(at_ms)
        draft.value.append(row.value)
        draft.raw.append(line)
    draft.quality = [0] * len(draft.code)
    return judge(draft, resolve, now_ms, limits)


def _decode_at_once(body: bytes, lines: Sequence[bytes], limits: Limits) -> list[Line] | None:
    """All lines in one call, or None where any of them is not as it should be."""
    try:
        if not body.isascii():
            body.decode("utf-8")
        rows = DECODER.decode_lines(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if len(rows) != len(lines) or max(map(len, lines), default=0) > limits.line_bytes:
        return None
    return rows


def _decode_one_by_one(lines: Iterable[bytes], draft: Draft, limits: Limits) -> tuple[list[Line], list[bytes]]:
    """The good lines, decoded and as they came; the others go to the rejects of the draft."""
    rows, good = [], []
    for line in lines:
        if len(line) > limits.line_bytes:
            detail = f"{len(line)} bytes, at most {limits.line_bytes} are read"
            draft.rejects.append(Reject(Reason.TOO_LONG, detail, line[: limits.raw_bytes]))
            continue
        try:
            line.decode("utf-8")
            rows.append(DECODER.decode(line))
            good.append(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            draft.rejects.append(explain(line))
    return rows, good


def explain(line: bytes) -> Reject:
    """Why a line could not be decoded."""
    try:
        found = parse(line)
    except Unreadable as error:
        return Reject(error.reason, error.detail, line)
    if not isinstance(found, dict):
        return Reject(Reason.MALFORMED, "a line must be a JSON object", line)
    channel = found.get("channel")
    text = channel if isinstance(channel, str) else ""
    missing = [name for name in ("channel", "at", "value") if name not in found]
    if missing:
        return Reject(Reason.FIELD, f"missing: {', '.join(missing)}", line, text)
    if not isinstance(channel, str):
        return Reject(Reason.FIELD, "channel must be text", line)
    if not isinstance(found["at"], str):
        return Reject(Reason.BAD_TIME, "at must be text, ISO 8601 with zone", line, text)
    return Reject(Reason.NOT_NUMBER, "value must be a number", line, text)


class Unreadable(Exception):
    """Bytes that are not JSON, and in which way."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def parse(raw: bytes) -> object:
    """The JSON value in some bytes; raises Unreadable with the most telling reason."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        try:
            raw.decode("gb18030")
        except UnicodeDecodeError:
            raise Unreadable(Reason.ENCODING, f"not UTF-8 from byte {error.start}") from None
        raise Unreadable(Reason.ENCODING, f"not UTF-8 from byte {error.start}; it reads as GB18030") from None
    if deeper_than(raw, DEEPEST):
        raise Unreadable(Reason.TOO_DEEP, f"nested deeper than {DEEPEST}")
    try:
        found: object = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if NOT_FINITE.search(STRING.sub(b'""', raw)):
            raise Unreadable(Reason.NOT_FINITE, "NaN and Infinity are not JSON and not readings") from None
        raise Unreadable(Reason.MALFORMED, str(error)) from None
    return found


def deeper_than(raw: bytes, deepest: int) -> bool:
    """Whether brackets outside strings nest deeper than `deepest`."""
    if raw.count(b"[") + raw.count(b"{") <= deepest:
        return False
    depth = 0
    for byte in STRING.sub(b"", raw):
        if byte in b"[{":
            depth += 1
            if depth > deepest:
                return True
        elif byte in b"]}":
            depth -= 1
    return False


def instant_ms(text: str) -> int:
    """Milliseconds since 1970 UTC of an ISO 8601 instant with a zone; raises BadTime."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadTime(Reason.BAD_TIME, f"not an ISO 8601 instant: {text[:60]}") from None
    if at.tzinfo is None:
        raise BadTime(Reason.NO_ZONE, f"no zone, so it could be any of a day's hours: {text[:60]}")
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000 + since.microseconds // 1_000


def window_ms(now_ms: int, limits: Limits) -> tuple[int, int]:
    """The first and the last instant that is taken in at a moment."""
    oldest_ms = max(limits.oldest_ms, 0 if limits.age_ms is None else now_ms - limits.age_ms)
    return oldest_ms, min(now_ms + limits.future_ms, NEWEST_MS)


def judge(draft: Draft, resolve: Mapping[str, ChannelFacts], now_ms: int, limits: Limits) -> Intake:
    """Sort rows into readings and rejects by channel, time and possible range."""
    found = [resolve.get(code) for code in draft.code]
    facts = [STAND_IN if fact is None else fact for fact in found]
    number: Integers = np.array([fact.number for fact in facts], np.int64)
    at_ms: Integers = np.array(draft.at_ms, np.int64)
    value: Numbers = np.array(draft.value, np.float64)
    minimum: Numbers = np.array([fact.minimum for fact in facts], np.float64)
    maximum: Numbers = np.array([fact.maximum for fact in facts], np.float64)
    oldest_ms, newest_ms = window_ms(now_ms, limits)
    unknown = np.array([fact is None for fact in found], np.bool_)
    sound = np.isfinite(value) & (np.abs(value) <= limits.magnitude) & (value >= minimum) & (value <= maximum)
    good = ~unknown & sound & (at_ms <= newest_ms) & (at_ms >= oldest_ms)
    quality: Integers = np.array(draft.quality, np.int64)
    if good.all():
        return Intake(Batch(number, at_ms, value, quality, draft.raw, draft.code), draft.rejects)
    for index in np.flatnonzero(~good).tolist():
        reason, detail = _fault(draft, index, found[index], (oldest_ms, newest_ms), limits)
        draft.rejects.append(Reject(reason, detail, draft.raw[index], draft.code[index]))
    kept = np.flatnonzero(good)
    raw, code = [draft.raw[index] for index in kept], [draft.code[index] for index in kept]
    return Intake(Batch(number[kept], at_ms[kept], value[kept], quality[kept], raw, code), draft.rejects)


def _fault(
    draft: Draft, index: int, facts: ChannelFacts | None, window_ms: tuple[int, int], limits: Limits
) -> tuple[Reason, str]:
    """The first thing that is wrong with a row that was found bad."""
    at_ms, value = draft.at_ms[index], draft.value[index]
    if facts is None:
        return Reason.UNKNOWN_CHANNEL, f"no channel has the code {draft.code[index][:60]}"
    if not np.isfinite(value):
        return Reason.NOT_FINITE, f"{value} is not a reading"
    if at_ms > window_ms[1]:
        return Reason.FUTURE, f"{(at_ms - window_ms[1] + limits.future_ms) // 1000} s ahead of the clock here"
    if at_ms < window_ms[0]:
        return Reason.TOO_OLD, f"{(window_ms[0] - at_ms) // 1000} s older than what is still taken in"
    low, high = max(facts.minimum, -limits.magnitude), min(facts.maximum, limits.magnitude)
    return Reason.IMPOSSIBLE, f"{value!r} lies outside {low!r} to {high!r}"
