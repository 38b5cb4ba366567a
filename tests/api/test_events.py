"""The event stream, against a real server and a real log written to by another process."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from migrated import put_tables

STREET, OTHER = "440304001", "440304002"
ROOT = Path(__file__).resolve().parents[2]

SEED = """
import json, sys, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from anshu.access.models import Account, Grant, Token
def token(role, area):
    account = Account.objects.create(username=role + area, name=role)
    Grant.objects.create(account=account, role=role, territory=area)
    return Token.issue(account, ["*"])
print(json.dumps({
    "district": token("duty_officer", "440304"), "street": token("street_officer", "440304001"),
    "device": token("device", "440304"),
}))
"""

WRITE = """
import sys, django
django.setup()
from django.db import transaction
from anshu.access.models import Account
from anshu.access.policy import Robot
from anshu.domains.warnings.models import Warning
from anshu.workflow import log
for line in sys.stdin:
    word, _, area = line.strip().partition(" ")
    if word == "close":
        Account.objects.filter(username=area).update(is_active=False)
    else:
        subject = Warning(territory=area, headline=word)
        with transaction.atomic():
            log.write("warnings.relay", subject, Robot("relay"))
    print("done", flush=True)
"""


@dataclass
class Installation:
    """A server of its own, with a log that tests write to from another process."""

    address: str
    tokens: dict[str, str]
    writer: "subprocess.Popen[str]"

    def write(self, word: str, area: str) -> None:
        assert self.writer.stdin and self.writer.stdout
        self.writer.stdin.write(f"{word} {area}\n")
        self.writer.stdin.flush()
        assert self.writer.stdout.readline() == "done\n"

    @contextmanager
    def listen(self, who: str, **headers: str | bytes) -> Iterator["Ear"]:
        """Listen as somebody until the block is left."""
        given = [(b"Authorization", f"Bearer {self.tokens[who]}".encode())]
        given += [
            (name.encode(), value if isinstance(value, bytes) else value.encode()) for name, value in headers.items()
        ]
        with httpx.stream("GET", f"{self.address}/api/events", headers=given, timeout=10) as answer:
            yield Ear(answer)


class Ear:
    """Reads messages off a stream; each is its fields by name."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer, self.lines = answer, answer.iter_lines()

    def message(self) -> dict[str, str]:
        fields: dict[str, str] = {}
        for line in self.lines:
            if not line:
                return fields
            name, _, value = line.partition(": ")
            fields[name] = value
        raise EOFError

    def labels(self, count: int) -> list[str]:
        return [json.loads(self.message()["data"])["label"] for _ in range(count)]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSHU_")},
        "DJANGO_SETTINGS_MODULE": "anshu.project.django_settings",
        "ANSHU_STATE_DIR": str(folder),
        "PYTHONPATH": str(ROOT / "src"),
        "ANSHU_FILE": str(folder / "none.toml"),
    }
    put_tables(folder)
    seeded = subprocess.run(
        [sys.executable, "-c", SEED], env=environment, capture_output=True, text=True, check=True, timeout=100
    )
    serve = [
        sys.executable,
        "-m",
        "uvicorn",
        "anshu.project.asgi:application",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    server = subprocess.Popen([*serve, "--timeout-graceful-shutdown", "2"], env=environment)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITE], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                httpx.get(f"{address}/api/openapi.json", timeout=20)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield Installation(address, json.loads(seeded.stdout), writer)
    finally:
        for process in (writer, server):
            process.terminate()
            process.wait(20)
        assert writer.stdin and writer.stdout
        writer.stdin.close()
        writer.stdout.close()


def test_a_change_is_told_as_it_happens(installation: Installation) -> None:
    with installation.listen("district") as ear:
        assert ear.answer.headers["content-type"].startswith("text/event-stream")
        opening = ear.message()
        assert opening["retry"] == "1000" and opening["id"].isdigit()
        begun = time.monotonic()
        installation.write("now", STREET)
        told = ear.message()
        assert time.monotonic() - begun < 5
        assert "event" not in told  # browsers hand only unnamed events to onmessage
        row = json.loads(told["data"])
        assert (row["label"], row["verb"], row["territory"], row["subject"]) == (
            "now",
            "warnings.relay",
            STREET,
            "warnings.warning",
        )
        assert str(row["id"]) == told["id"] and "record" in row


def test_a_street_hears_only_its_own(installation: Installation) -> None:
    with installation.listen("street") as ear:
        ear.message()
        for number in range(5):
            installation.write(f"other{number}", OTHER)
            installation.write(f"mine{number}", STREET)
        assert ear.labels(5) == [f"mine{number}" for number in range(5)]


def test_after_a_break_nothing_is_missed_or_doubled(installation: Installation) -> None:
    with installation.listen("district") as ear:
        last = int(ear.message()["id"])
        for number in range(3):
            installation.write(f"before{number}", STREET)
        while ear.labels(1) != ["before1"]:
            pass
    for number in range(20):
        installation.write(f"during{number}", STREET)
    with installation.listen("district", **{"Last-Event-ID": str(last + 2)}) as ear:
        assert ear.message()["id"] == str(last + 2)
        installation.write("after", STREET)
        assert ear.labels(22) == ["before2", *(f"during{number}" for number in range(20)), "after"]


@pytest.mark.parametrize("name", ["last_event_id", "after"])
def test_the_place_may_stand_in_the_address(name: str, installation: Installation) -> None:
    with installation.listen("district") as ear:
        last = int(ear.message()["id"])
    installation.write(f"missed-by-{name}", STREET)
    given = {"Authorization": f"Bearer {installation.tokens['district']}"}
    with httpx.stream("GET", f"{installation.address}/api/events?{name}={last}", headers=given, timeout=10) as answer:
        ear = Ear(answer)
        ear.message()
        # A row that another test wrote may be told late: after the greeting, and so before ours.
        while json.loads((told := ear.message())["data"])["label"] != f"missed-by-{name}":
            assert int(told["id"]) > last
        assert int(told["id"]) > last


def test_writing_while_joining_loses_nothing(installation: Installation) -> None:
    with installation.listen("district") as ear:
        last = int(ear.message()["id"])
    stop = threading.Event()
    written: list[str] = []

    def write() -> None:
        while not stop.is_set():
            installation.write(f"w{len(written)}", STREET)
            written.append(f"w{len(written)}")

    thread = threading.Thread(target=write)
    thread.start()
    heard: list[str] = []
    try:
        for _ in range(8):
            with installation.listen("district", **{"Last-Event-ID": str(last)}) as ear:
                ear.message()
                for _ in range(5):
                    told = ear.message()
                    heard.append(json.loads(told["data"])["label"])
                    last = int(told["id"])
    finally:
        stop.set()
        thread.join()
    ours = [label for label in heard if label in written]
    assert ours == written[: len(ours)] and len(ours) > 30


def test_a_place_beyond_the_log_is_told_to_begin_anew(installation: Installation) -> None:
    for strange in (b"999999999999", "²".encode(), b"-1", b"x" * 50, b"9" * 40):
        with installation.listen("district", **{"Last-Event-ID": strange}) as ear:
            at = ear.message()["id"]
            if strange == b"999999999999":
                assert ear.message() == {"id": at, "event": "reset", "data": "{}"}
            installation.write("still", STREET)
            while (told := ear.labels(1)) != ["still"]:
                assert told[0].startswith("w"), "only what the writer of another test had left to say may come before"


def test_a_page_made_a_moment_ago_is_not_told_to_begin_anew(installation: Installation) -> None:
    """A page that follows a deed knows a row that whoever looks at the log for all listeners has not seen yet."""
    with installation.listen("district") as first:
        at = int(first.message()["id"])
        for n in range(10):
            installation.write(f"fresh{n}", STREET)
            at = max(at + 1, int(first.message()["id"]))
            installation.write(f"next{n}", STREET)
            at += 1
            with installation.listen("district", **{"Last-Event-ID": str(at)}) as ear:
                assert ear.message()["id"] == str(at)
                installation.write(f"then{n}", STREET)
                assert ear.labels(1) == [f"then{n}"]
            assert first.labels(2) == [f"next{n}", f"then{n}"]
            at += 1


def test_those_who_may_not_are_refused_with_a_problem(installation: Installation) -> None:
    def ask(method: str = "GET", **headers: str) -> httpx.Response:
        return httpx.request(method, f"{installation.address}/api/events", headers=headers, timeout=10)

    nobody = ask(**{"Accept-Language": "en"})
    assert nobody.status_code == 401 and nobody.headers["www-authenticate"].startswith("Bearer")
    assert nobody.headers["content-type"] == "application/problem+json" and nobody.json()["code"] == "log_in"
    assert ask(Authorization="Bearer wrong").status_code == 401
    assert ask(Authorization="Basic eDp5", Cookie="sessionid=x").status_code == 401
    assert ask(Cookie="sessionid=nonsense").status_code == 401
    assert ask(Authorization=f"Bearer {installation.tokens['device']}").status_code == 403
    assert ask("POST", Authorization=f"Bearer {installation.tokens['district']}").status_code == 405


def test_a_body_without_end_is_cut_off(installation: Installation) -> None:
    given = {"Authorization": f"Bearer {installation.tokens['device']}", "Content-Type": "application/x-ndjson"}

    def endless() -> Iterator[bytes]:
        for _ in range(80):
            yield b" " * (1024 * 1024)

    try:
        answer = httpx.post(f"{installation.address}/api/readings", content=endless(), headers=given, timeout=30)
        assert answer.status_code == 413
    except httpx.TransportError:
        pass  # the server may close before all was sent
    said = {**given, "Content-Length": str(10**12)}
    with socket.create_connection(("127.0.0.1", int(installation.address.rsplit(":", 1)[1])), timeout=10) as wire:
        head = "".join(f"{name}: {value}\r\n" for name, value in {**said, "Host": "x"}.items())
        wire.sendall(f"POST /api/readings HTTP/1.1\r\n{head}\r\n".encode())
        assert b" 413 " in wire.recv(4096)
    assert httpx.get(f"{installation.address}/api/openapi.json", timeout=20).status_code == 200
