"""`anshu decode PROTOCOL [FILE|-]`: what a message says, as JSON; with --encode, the message that JSON describes."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anshu.gateways import cap, gb26875, hj212, modbus, sl651
from anshu.gateways.frames.codec import Piece, Undecodable
from anshu.kernel.errors import Invalid

STDIN = Path("-")
MOST_BYTES = 64 << 20
HEX_BESIDE = b" \t\r\n,:;-"


@dataclass(frozen=True, slots=True)
class Protocol:
    """How messages of a protocol are shown; `words` name it. `show` reads one message, with a key where it `has_key`;
    `split` finds them in a stream, None where a file is one; `write` makes a message of what `show` gave, None where
    that cannot be done; `is_text`: a message is text, otherwise it is given and written in hexadecimal."""

    words: str
    show: Callable[[bytes, str], dict[str, Any]]
    split: Callable[[bytearray], list[Piece]] | None = None
    write: Callable[[dict[str, Any]], bytes] | None = None
    is_text: bool = False
    has_key: bool = False

    @property
    def takes(self) -> str:
        """What a file may hold."""
        return "text" if self.is_text else "hexadecimal digits or bytes"


def _show_sl651(raw: bytes, _key: str) -> dict[str, Any]:
    return sl651.to_json(sl651.decode(raw))


def _show_hj212(raw: bytes, key: str) -> dict[str, Any]:
    return hj212.to_json(hj212.decode(raw), hj212.key_of(key))


PROTOCOLS: Mapping[str, Protocol] = {
    "cap": Protocol(
        "the Common Alerting Protocol or 12379", lambda raw, _key: cap.to_json(cap.decode(raw)), is_text=True
    ),
    "sl651": Protocol(
        "SL 651-2014, hydrology",
        _show_sl651,
        lambda buffer: sl651.Sl651().split(buffer, stale=True),
        lambda shown: sl651.encode(sl651.from_json(shown)),
    ),
    "hj212": Protocol(
        "HJ 212, environment",
        _show_hj212,
        lambda buffer: hj212.Hj212().split(buffer, stale=True),
        lambda shown: hj212.encode(hj212.from_json(shown)),
        is_text=True,
        has_key=True,
    ),
    "gb26875": Protocol(
        "GB/T 26875.3-2011, fire transmission",
        lambda raw, _key: gb26875.to_json(gb26875.decode(raw)),
        lambda buffer: gb26875.split(buffer, stale=True),
        lambda shown: gb26875.encode(gb26875.from_json(shown)),
    ),
    "modbus": Protocol(
        "Modbus TCP",
        lambda raw, _key: modbus.to_json(modbus.decode(raw)),
        lambda buffer: modbus.split(buffer, stale=True),
        lambda shown: modbus.encode(modbus.from_json(shown)),
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the subcommand takes; each protocol is one below it, so that options may stand before the file."""
    kinds = parser.add_subparsers(title="protocols", metavar="PROTOCOL", dest="kind", required=True)
    for name, protocol in PROTOCOLS.items():
        kind = kinds.add_parser(name, help=f"a message of {protocol.words}", description=_about(protocol))
        kind.set_defaults(encode=False, key="")
        kind.add_argument("file", type=Path, nargs="?", default=STDIN, help=f"{protocol.takes}; -: standard input")
        if protocol.write is not None:
            kind.add_argument("--encode", action="store_true", help="make messages of JSON as it is printed otherwise")
        if protocol.has_key:
            kind.add_argument("--key", default="", help="SM4 key that opens encrypted data, 32 hexadecimal digits")


def _about(protocol: Protocol) -> str:
    also = ", or make one of JSON" if protocol.write is not None else ""
    return f"Show what a message of {protocol.words} says{also}."


def run(asked: argparse.Namespace) -> int:
    """Print a message as JSON, or make one of JSON; raises Invalid with what is wrong and where."""
    protocol = PROTOCOLS[asked.kind]
    source = _read(asked.file)
    try:
        if asked.encode:
            sys.stdout.buffer.write(_encoded(protocol, source))
        else:
            shown = _decoded(protocol, source, asked.key)
            sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
    except Invalid as error:
        raise Invalid("%(file)s: %(problem)s", field="file", file=asked.file, problem=error) from None
    return 0


def _read(file: Path) -> bytes:
    try:
        found = sys.stdin.buffer.read(MOST_BYTES + 1) if file == STDIN else file.read_bytes()
    except OSError as error:
        raise Invalid("%(file)s: %(problem)s", field="file", file=file, problem=error.strerror) from None
    if len(found) > MOST_BYTES:
        raise Invalid("%(file)s: more than %(most)s bytes", field="file", file=file, most=MOST_BYTES)
    return found


def _decoded(protocol: Protocol, source: bytes, key: str) -> Any:
    """The one message of a source, or all of several in a list."""
    if not source.translate(None, HEX_BESIDE):
        raise Invalid("there is nothing to decode", field="file")
    raw = source if protocol.is_text and not _is_hex(source) else from_hex(source)
    if protocol.split is None:
        return protocol.show(raw, key)
    found, at = [], 0
    for piece in protocol.split(bytearray(raw)):
        at = raw.index(piece.raw, at)
        found.append(_one(protocol, piece, at, key))
        at += len(piece.raw)
    return found[0] if len(found) == 1 else found


def _one(protocol: Protocol, piece: Piece, at: int, key: str) -> dict[str, Any]:
    try:
        if piece.fault:
            raise Undecodable(piece.fault)
        return protocol.show(piece.raw, key)
    except Undecodable as error:
        raise Invalid("byte %(at)s: %(problem)s", field="file", at=at, problem=error) from None


def _encoded(protocol: Protocol, source: bytes) -> bytes:
    """The message that JSON describes, or all of a list, one to a line."""
    write = protocol.write
    try:
        shown = json.loads(source)
        messages = [write(each) for each in (shown if isinstance(shown, list) else [shown]) if write is not None]
    except (ValueError, RecursionError) as error:
        raise Invalid("this cannot be encoded: %(problem)s", field="file", problem=error) from None
    if protocol.is_text:
        return b"".join(messages)
    return "".join(f"{message.hex().upper()}\n" for message in messages).encode()


def _is_hex(source: bytes) -> bool:
    digits = source.translate(None, HEX_BESIDE)
    return bool(digits) and all(each in b"0123456789abcdefABCDEF" for each in digits)


def from_hex(source: bytes) -> bytes:
    """Bytes from hexadecimal digits, blanks and line ends between them allowed; bytes that are no text as they are.

    Raises Invalid at the first character that is neither.
    """
    if _is_hex(source):
        digits = source.translate(None, HEX_BESIDE)
        if len(digits) % 2:
            raise Invalid("an odd number of hexadecimal digits: %(count)s", field="file", count=len(digits))
        return bytes.fromhex(digits.decode())
    if any(byte >= 0x7F or (byte < 0x20 and byte not in b"\t\r\n") for byte in source):
        return source
    bad = next((at for at, byte in enumerate(source) if byte not in b"0123456789abcdefABCDEF" + HEX_BESIDE), None)
    raise Invalid("character %(at)s is no hexadecimal digit", field="file", at=bad)
