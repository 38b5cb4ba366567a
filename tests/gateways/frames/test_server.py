"""Doors of frames over real sockets: what is answered is on disk, and nothing that is sent can harm."""

import os
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from migrated import put_tables

from anshu.gateways.frames import links, server
from anshu.gateways.hj212 import Hj212
from anshu.gateways.sl651 import Frame, Message, Sl651, encode
from anshu.telemetry import Store
from tests.gateways.frames.peers import Device, Running, directory, entry
from tests.gateways.hj212.test_message import C as NOISE_REPORT
from tests.gateways.hj212.test_message import D as NOISE_ANSWER
from tests.gateways.mqtt.peers import until
from tests.gateways.sl651.test_door import PICTURE, packets
from tests.gateways.sl651.test_message import B, D, F

REPORT, FALSE = bytes.fromhex(B), bytes.fromhex(F)
ANSWER_BYTES = len(bytes.fromhex(D))
RESERVOIR = entry("sl651", "0081200356", {"22": 1, "3B": 2}, passcode="1234")
DUST = entry("hj212", "440307A8900016F000169DC0", {"a34001-Rtd": 7, "LA-Rtd": 8})
STORED = [(1, 18.5), (2, 27.35)]


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Running]:
    running = Running(Sl651(), directory(RESERVOIR), tmp_path, udp=True)
    yield running
    running.close()


@pytest.fixture
def device(door: Running) -> Iterator[Callable[[], Device]]:
    made: list[Device] = []

    def make() -> Device:
        made.append(Device(door.port))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_an_answer_means_that_the_readings_are_on_disk(door: Running, device: Callable[[], Device]) -> None:
    station = device()
    station.send(REPORT)
    answer = station.hear(ANSWER_BYTES)
    assert answer[:14] == bytes.fromhex(D)[:14]
    assert answer[14:16] == REPORT[14:16], "the serial number is that of the report"
    assert door.readings() == STORED
    assert door.rejects() == []
    noted = {name: said for note in door.notes for name, said in note.attributes.items()}
    assert noted == {"class": "reservoir", "no channel: 38": "supply voltage, v"}


def test_the_same_report_again_is_answered_again_and_stored_once(door: Running, device: Callable[[], Device]) -> None:
    station = device()
    for _ in range(3):
        station.send(REPORT)
        assert len(station.hear(ANSWER_BYTES)) == ANSWER_BYTES
    assert door.readings() == STORED
    assert door.rejects() == []


def test_byte_by_byte_two_in_one_segment_and_garbage_between(door: Running, device: Callable[[], Device]) -> None:
    station = device()
    for byte in REPORT:
        station.send(bytes([byte]))
    assert len(station.hear(ANSWER_BYTES)) == ANSWER_BYTES
    station.send(b"AT+CGATT?\r\n" + REPORT + b"\x00\xff" + REPORT + FALSE + REPORT)
    assert len(station.hear(3 * ANSWER_BYTES)) == 3 * ANSWER_BYTES
    until(lambda: len(door.rejects()) == 3)
    assert sorted(raw for _, _, raw in door.rejects()) == sorted([b"AT+CGATT?\r\n", b"\x00\xff", FALSE])
    assert any("2730, computed EAFC" in detail for _, detail, _ in door.rejects())


def test_who_is_not_known_or_believed_gets_no_answer(door: Running, device: Callable[[], Device]) -> None:
    stranger = encode(Message(Frame(1, "0099999999", "1234", 0x33, REPORT[14:-3]), None))
    liar = encode(Message(Frame(1, "0081200356", "4321", 0x33, REPORT[14:-3]), None))
    station = device()
    for _ in range(3):
        station.send(stranger + liar)
    station.send(REPORT)
    assert len(station.hear(ANSWER_BYTES)) == ANSWER_BYTES
    assert door.readings() == STORED
    assert {(reason, raw) for reason, _, raw in door.rejects()} == {("unknown_channel", stranger), ("field", liar)}
    assert len(door.rejects()) == 2, "sent again, they are not written again"
    assert not any("1234" in detail or "4321" in detail for _, detail, _ in door.rejects())


def test_over_udp_a_datagram_holds_frames_and_is_answered_where_it_came_from(door: Running) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as station:
        station.settimeout(10)
        station.sendto(REPORT + REPORT[:20], ("127.0.0.1", door.port))
        answer, sender = station.recvfrom(100)
    assert answer[:14] == bytes.fromhex(D)[:14]
    assert sender[1] == door.port
    assert door.readings() == STORED
    until(lambda: [raw for _, _, raw in door.rejects()] == [REPORT[:20]])


def test_a_picture_is_whole_on_disk_before_it_is_confirmed(door: Running, device: Callable[[], Device]) -> None:
    station = device()
    station.send(b"".join(packets()))
    assert len(station.hear(ANSWER_BYTES)) == ANSWER_BYTES
    (note,) = (note.attributes for note in door.notes if "picture" in note.attributes)
    assert (door.folder / "attachments" / note["picture"]).read_bytes() == PICTURE
    assert note["picture_at"].startswith("2026-08-05T14:30")


def test_what_cannot_be_written_is_not_answered_and_comes_again(
    door: Running, device: Callable[[], Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(door.store, "append", full)
        station = device()
        station.send(FALSE + REPORT)
        assert station.is_ended()
    station = device()
    station.send(FALSE + REPORT)
    assert len(station.hear(ANSWER_BYTES)) == ANSWER_BYTES
    assert door.readings() == STORED
    assert [raw for _, _, raw in door.rejects()] == [FALSE]


def test_a_frame_that_does_not_become_whole_is_given_up(
    door: Running, device: Callable[[], Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "WHOLE_S", -1.0)
    station = device()
    too_long = bytes.fromhex("7E7E0100812003561234330FFF02")
    station.send(too_long + REPORT)
    until(lambda: door.desk.links and next(iter(door.desk.links))._buffer)
    door.sweep()
    assert len(station.hear(ANSWER_BYTES)) == ANSWER_BYTES
    until(lambda: [raw for _, _, raw in door.rejects()] == [too_long])


def test_silent_links_and_those_that_send_rubbish_are_ended(
    door: Running, device: Callable[[], Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    noisy = device()
    for number in range(links.MOST_FAULTS):
        noisy.send(FALSE[:-1] + bytes([number]))
    assert noisy.is_ended()
    silent = device()
    until(lambda: door.desk.links)
    door.sweep()
    assert door.desk.links
    monkeypatch.setattr(links, "SILENCE_S", -1.0)
    door.sweep()
    assert silent.is_ended()


def test_a_link_of_strangers_ends_and_one_with_odd_but_known_bytes_stays(
    door: Running, device: Callable[[], Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    station = device()
    station.send(REPORT)
    assert len(station.hear(ANSWER_BYTES)) == ANSWER_BYTES
    for number in range(2 * links.MOST_FAULTS):
        station.send(b"+DTU alive\r\n")
        until(lambda number=number: door.desk.journal.written > number + 1)
    station.send(REPORT)
    assert len(station.hear(ANSWER_BYTES)) == ANSWER_BYTES
    assert [raw for _, _, raw in door.rejects()] == [b"+DTU alive\r\n"]
    stranger = device()
    stranger.send(b"hello")
    until(lambda: len(door.desk.links) == 2)
    monkeypatch.setattr(links, "INTRODUCTION_S", -1.0)
    door.sweep()
    assert stranger.is_ended()
    assert len(door.desk.links) == 1


def test_a_half_open_link_of_a_known_device_ends_in_the_end(
    door: Running, device: Callable[[], Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    station = device()
    station.send(REPORT)
    assert len(station.hear(ANSWER_BYTES)) == ANSWER_BYTES
    for name in ("SILENCE_S", "INTRODUCTION_S"):
        monkeypatch.setattr(links, name, -1.0)
    door.sweep()
    assert len(door.desk.links) == 1
    monkeypatch.setattr(links, "IDLE_S", -1.0)
    door.sweep()
    assert station.is_ended()


def test_who_sends_faster_than_the_disk_writes_is_made_to_wait_and_loses_nothing(
    door: Running, device: Callable[[], Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_BYTES_WAITING", -1)
    monkeypatch.setattr(links, "MOST_IN_FLIGHT", 4)
    station = device()
    station.send(REPORT * 300)
    assert len(station.hear(300 * ANSWER_BYTES)) == 300 * ANSWER_BYTES
    assert door.readings() == STORED
    assert door.desk.waiting_bytes == 0


def test_more_links_than_there_may_be_are_refused(
    door: Running, device: Callable[[], Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MOST_LINKS", 1)
    first = device()
    until(lambda: len(door.desk.links) == 1)
    assert device().is_ended()
    first.send(REPORT)
    assert len(first.hear(ANSWER_BYTES)) == ANSWER_BYTES


def test_links_that_break_off_or_never_read_leave_nothing_behind(door: Running, device: Callable[[], Device]) -> None:
    for _ in range(20):
        broken = device()
        broken.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        broken.send(REPORT + REPORT[:30])
        broken.close()
    until(lambda: not door.desk.links)
    station = device()
    station.send(REPORT)
    assert len(station.hear(ANSWER_BYTES)) == ANSWER_BYTES
    until(lambda: door.desk.waiting_bytes == 0)
    assert door.readings() == STORED


def test_environment_over_the_same_server(tmp_path: Path) -> None:
    running = Running(Hj212(), directory(DUST), tmp_path)
    try:
        station = Device(running.port)
        wanted = NOISE_ANSWER.encode() + b"\r\n"
        station.send(NOISE_REPORT.encode() + b"\r\n" + NOISE_REPORT.encode())
        assert station.hear(2 * len(wanted)) == 2 * wanted
        assert running.readings() == [(7, 0.186), (8, 68.2)]
        assert running.rejects() == []
        station.close()
    finally:
        running.close()


PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from anshu.domains.devices.models import Channel, Device
device = Device.objects.create(number="R", name="R", kind="gauge", protocol="sl651", address="81200356",
                               passcode="1234", territory="440306")
Channel.objects.create(number="R/level", name="l", device=device, quantity="water_level", point="3B", unit="m",
                       territory="440306")
"""
RUN = """
import django, pathlib, sys
django.setup()
from anshu.gateways.frames import server
from anshu.gateways.sl651 import Sl651
beats = pathlib.Path(sys.argv[1])
server.run(lambda: beats.write_text("x"), [server.Opening(Sl651(), int(sys.argv[2]), udp=True)], "127.0.0.1")
"""


@pytest.mark.slow
def test_killed_before_the_answer_the_report_comes_again_and_is_there_once(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ, "ANSHU_STATE_DIR": str(tmp_path), "ANSHU_FILE": str(tmp_path / "none.toml"),
        "ANSHU_FUTURE_SKEW_S": "3000000000", "DJANGO_SETTINGS_MODULE": "anshu.project.django_settings",
    }
    put_tables(tmp_path)
    subprocess.run([sys.executable, "-c", PREPARE], env=environment, check=True, capture_output=True)

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def start() -> subprocess.Popen[bytes]:
        running = subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path / "beats"), str(port)], env=environment)
        until(answers, 30)
        return running

    running = start()
    try:
        with Store.open(tmp_path / "telemetry") as store:
            for delay in range(3):
                station = Device(port)
                station.send(REPORT)
                if delay:
                    until(lambda: store.watermark() == 1)
                running.send_signal(signal.SIGKILL)
                running.wait()
                station.close()
                running = start()
            station = Device(port)
            station.send(REPORT)
            assert len(station.hear(ANSWER_BYTES)) == ANSWER_BYTES
            assert store.tail(0, 10).value.tolist() == [27.35]
            station.close()
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
    finally:
        running.kill()
        running.wait()
    assert (tmp_path / "beats").exists()
