"""Bodies other than plain lines: ThingsBoard device and gateway telemetry, and our own MQTT envelope.

A device's key is the channel code "device/key". A value that cannot become a reading is rejected as a line that
`intake.read_ndjson` can read again; a body that cannot be read at all is rejected as it came, the device its channel.
"""

from collections.abc import Mapping

import orjson

from anshu.telemetry.intake import BadTime, ChannelFacts, Draft, Limits, Unreadable, instant_ms, judge, parse
from anshu.telemetry.intake import read_ndjson as read_lines
from anshu.telemetry.readings import NEWEST_MS, Intake, Quality, Reason, Reject, iso_of

GOOD_WORDS = frozenset({None, 0, "good", "ok", "GOOD", "OK"})


def code_of(device: str, key: str) -> str:
    """The channel code of one key of a device."""
    return f"{device}/{key}"


def read_thingsboard(
    body: bytes, device: str, resolve: Mapping[str, ChannelFacts], now_ms: int, limits: Limits
) -> Intake:
    """Read {"key": value}, {"ts": ms, "values": {...}} or a list of these, from one device."""
    draft = Draft()
    found = _parsed(body, device, draft, limits)
    if found is not None:
        _add_entries(draft, device, found, now_ms)
    return judge(draft, resolve, now_ms, limits)


def read_gateway(body: bytes, gateway: str, resolve: Mapping[str, ChannelFacts], now_ms: int, limits: Limits) -> Intake:
    """Read {"device": [entry, ...], ...}, each entry as `read_thingsboard` takes it."""
    draft = Draft()
    found = _parsed(body, gateway, draft, limits)
    if isinstance(found, dict):
        for device, entries in found.items():
            _add_entries(draft, device, entries, now_ms)
    elif found is not None:
        draft.rejects.append(
            Reject(Reason.MALFORMED, "a gateway sends an object with its devices as keys", body, gateway)
        )
    return judge(draft, resolve, now_ms, limits)


def read_envelope(body: bytes, device: str, resolve: Mapping[str, ChannelFacts], now_ms: int, limits: Limits) -> Intake:
    """Read our own {msg_id, ts, seq, crs, values, quality}: `ts` in ms or ISO 8601 with zone, `quality` good or not.

    A message sent twice needs no memory of its msg_id: its readings are found to be there already.
    """
    draft = Draft()
    found = _parsed(body, device, draft, limits)
    if found is None:
        return judge(draft, resolve, now_ms, limits)
    if not isinstance(found, dict) or not isinstance(found.get("values"), dict) or "ts" not in found:
        draft.rejects.append(Reject(Reason.FIELD, "an envelope needs ts and an object of values", body, device))
        return judge(draft, resolve, now_ms, limits)
    quality = found.get("quality")
    trusted = isinstance(quality, str | int | None) and quality in GOOD_WORDS
    mark = Quality(0) if trusted else Quality.DOUBTFUL
    _add_values(draft, device, found["values"], found["ts"], mark)
    return judge(draft, resolve, now_ms, limits)


def read_again(body: bytes, device: str, resolve: Mapping[str, ChannelFacts], now_ms: int, limits: Limits) -> Intake:
    """Read what lay in quarantine, whichever of our doors it came through; `device` is its channel text."""
    try:
        found = parse(body)
    except Unreadable:
        found = None
    if not isinstance(found, dict | list) or (isinstance(found, dict) and "channel" in found):
        return read_lines(body, resolve, now_ms, limits)
    if isinstance(found, dict) and "msg_id" in found:
        return read_envelope(body, device, resolve, now_ms, limits)
    if isinstance(found, dict) and found and all(isinstance(entries, list) for entries in found.values()):
        return read_gateway(body, device, resolve, now_ms, limits)
    return read_thingsboard(body, device, resolve, now_ms, limits)


def _parsed(body: bytes, device: str, draft: Draft, limits: Limits) -> object:
    """The JSON of a body, or None after a reject."""
    try:
        found = parse(body)
    except Unreadable as error:
        draft.rejects.append(Reject(error.reason, error.detail, body[: limits.raw_bytes], device))
        return None
    if found is None:
        draft.rejects.append(Reject(Reason.MALFORMED, "null carries no readings", body, device))
    return found


def _add_entries(draft: Draft, device: str, entries: object, now_ms: int) -> None:
    """Add one entry or a list of entries of a device."""
    for entry in entries if isinstance(entries, list) else [entries]:
        if not isinstance(entry, dict):
            raw = orjson.dumps({device: [entry]})
            draft.rejects.append(Reject(Reason.MALFORMED, "an entry must be an object", raw, device))
        elif "ts" in entry and "values" in entry:
            if isinstance(entry["values"], dict):
                _add_values(draft, device, entry["values"], entry["ts"], Quality(0))
            else:
                raw = orjson.dumps({device: [entry]})
                draft.rejects.append(Reject(Reason.FIELD, "values must be an object", raw, device))
        else:
            _add_values(draft, device, entry, now_ms, Quality.ARRIVAL_TIME)


def _add_values(draft: Draft, device: str, values: dict[str, object], ts: object, mark: Quality) -> None:
    """Add the keys of one moment; true and false count as 1 and 0, as contacts and switches send them."""
    try:
        at_ms = moment_ms(ts)
    except BadTime as error:
        for key, value in values.items():
            raw = orjson.dumps({"channel": code_of(device, key), "at": ts, "value": value})
            draft.rejects.append(Reject(error.reason, error.detail, raw, code_of(device, key)))
        return
    at = iso_of(at_ms)
    for key, value in values.items():
        code = code_of(device, key)
        if isinstance(value, bool):
            value = int(value)
        raw = orjson.dumps({"channel": code, "at": at, "value": value})
        if not isinstance(value, int | float):
            draft.rejects.append(Reject(Reason.NOT_NUMBER, f"{key} must be a number or true or false", raw, code))
            continue
        draft.code.append(code)
        draft.at_ms.append(at_ms)
        draft.value.append(float(value))
        draft.raw.append(raw)
        draft.quality.append(int(mark))


def moment_ms(ts: object) -> int:
    """Milliseconds since 1970 UTC of a number of milliseconds or an ISO 8601 text; raises BadTime."""
    if isinstance(ts, str):
        ts = instant_ms(ts)
    if isinstance(ts, bool) or not isinstance(ts, int | float):
        raise BadTime(Reason.BAD_TIME, "ts must be milliseconds since 1970")
    if not 0 <= ts <= NEWEST_MS:
        raise BadTime(Reason.BAD_TIME, f"ts lies outside the years 1970 to 9999: {ts}")
    return int(ts)
