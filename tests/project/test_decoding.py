"""`anshu decode`: hexadecimal, text or bytes to JSON, and back with --encode; what is wrong is said with its place."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.hj212 import Message, encode, seal
from anshu.kernel.errors import Invalid
from anshu.project.command import main
from anshu.project.decoding import PROTOCOLS, from_hex

# Frames A of the SL 651 and HJ 212 sections of the district's protocol notes (published).
SL651 = (
    "7E7E010010100001A00032002B02000C200724172349F1F1001010000148F0F02007241723201900013022190000403923000005503812126803"
    "8397"
)
HJ212 = (
    "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
    "1C80"
)


class Stdin:
    """Standard input that holds some bytes."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Any:
    """Runs the command with some standard input; its status, output and complaint."""

    def call(content: bytes | str, *arguments: str) -> tuple[int, bytes, str]:
        monkeypatch.setattr(sys, "stdin", Stdin(content.encode() if isinstance(content, str) else content))
        status = main(["decode", *arguments])
        sys.stdout.flush()
        told = capfdbinary.readouterr()
        return status, told.out, told.err.decode()

    return call


@pytest.mark.parametrize(
    "content", [SL651, SL651.lower(), bytes.fromhex(SL651).hex(" "), f"\n{SL651}\r\n", bytes.fromhex(SL651)]
)
def test_hexadecimal_or_bytes(run: Any, content: bytes | str) -> None:
    status, out, _ = run(content, "sl651")
    shown = json.loads(out)
    assert status == 0
    assert [(each["point"], each["value"]) for each in shown["data"]] == [
        ("20", 13.0), ("22", 4.0), ("39", 0.55), ("38", 12.68),
    ]


def test_there_and_back(run: Any, tmp_path: Path) -> None:
    for kind, written in (("sl651", SL651 + "\n"), ("hj212", HJ212 + "\r\n")):
        source = tmp_path / "message"
        source.write_text(written, newline="")
        status, out, _ = run(b"", kind, str(source))
        assert status == 0
        assert run(out, kind, "--encode", "-")[:2] == (0, written.encode())


def test_several_frames_are_a_list(run: Any) -> None:
    _, out, _ = run(HJ212 + "\r\n" + HJ212, "hj212")
    shown = json.loads(out)
    assert [each["fields"]["CN"] for each in shown] == ["1062", "1062"]
    assert run(out, "hj212", "--encode")[1].decode() == 2 * (HJ212 + "\r\n")
    assert json.loads(run(HJ212.encode().hex(), "hj212")[1])["command"] == "setting of the interval of real-time data"


def test_a_key_opens_what_is_encrypted(run: Any) -> None:
    raw = encode(Message((("CN", "2011"), ("Flag", "9")), seal(b"DataTime=20260805143000;LA-Rtd=68.2", bytes(16))))
    assert json.loads(run(raw, "hj212")[1])["data"] == []
    (reading,) = json.loads(run(raw, "hj212", "--key", "00" * 16)[1])["readings"]
    assert (reading["point"], reading["value"], reading["at"]) == ("LA-Rtd", 68.2, "2026-08-05T14:30:00+08:00")


@pytest.mark.parametrize(
    ("content", "arguments", "problem"),
    [
        (SL651[:-1] + "6", ("sl651",), "byte 0: the checksum is 8396, computed 8397"),
        (SL651 + "00FF", ("sl651",), "byte 60: no frame begins here"),
        (SL651[:-1], ("sl651",), "an odd number of hexadecimal digits: 119"),
        (SL651[:20] + "x" + SL651[20:], ("sl651",), "character 20 is no hexadecimal digit"),
        ("", ("sl651",), "nothing to decode"),
        (" \n", ("hj212",), "nothing to decode"),
        (HJ212[:-1], ("hj212",), "byte 0"),
        ("<alert/>", ("cap",), "-: "),
        ("{}", ("sl651", "--encode"), "this cannot be encoded"),
        ("[" * 100_000, ("hj212", "--encode"), "this cannot be encoded"),
        ("nonsense", ("hj212", "--encode"), "this cannot be encoded"),
        ("", ("sl651", "/nowhere/at/all"), "No such file"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(run: Any, content: str, arguments: tuple[str, ...], problem: str) -> None:
    status, out, complaint = run(content, *arguments)
    assert (status, out) == (2, b"")
    assert problem in complaint


@given(st.binary(max_size=200), st.sampled_from(sorted(PROTOCOLS)))
def test_any_bytes_are_shown_or_invalid(content: bytes, kind: str) -> None:
    protocol = PROTOCOLS[kind]
    if protocol.split is not None:
        for piece in protocol.split(bytearray(content)):
            if not piece.fault:
                protocol.show(piece.raw, "")
    try:
        assert isinstance(from_hex(content), bytes)
    except Invalid:
        return
