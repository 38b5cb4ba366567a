"""`anshu check` says what is wrong and how to mend it; `/healthz` says it to programs."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from anshu.access.policy import Robot
from anshu.domains.devices import queries
from anshu.kernel import clock
from anshu.kernel.identifiers import uuid7
from anshu.project import health, processes
from anshu.project.health import Finding
from anshu.project.settings import settings as ours
from anshu.telemetry import batch_of
from anshu.workflow import log
from anshu.workflow.models import Change, Clock, Delivery

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 8, 5, 4, tzinfo=UTC)
PROCESSES = ("web", "sense", "work", "archive")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Path]:
    """An installation's state folder of its own, without MQTT."""
    monkeypatch.setenv("ANSHU_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("ANSHU_MQTT_BROKER", "none")
    monkeypatch.delenv("ANSHU_SECRET_KEY", raising=False)
    ours.cache_clear()
    queries.store.cache_clear()
    settings.ANSHU = ours()
    (tmp_path / "secret").write_text("a secret")
    (tmp_path / "secret").chmod(0o600)
    yield tmp_path
    queries.store().close()
    queries.store.cache_clear()
    ours.cache_clear()


def beat(**ages_s: float) -> None:
    """Let processes have spoken so long ago."""
    for name, age_s in ages_s.items():
        processes.beat_path(name).write_text(json.dumps({"pid": 1, "at": time.time() - age_s}))


def found(look: Callable[[], health.Findings]) -> list[Finding]:
    return list(health.found_by(look))


def marks(look: Callable[[], health.Findings]) -> list[str]:
    return [finding.mark for finding in found(look)]


class TestHealthz:
    def ask(self) -> tuple[int, dict[str, object]]:
        answer = health.healthz(RequestFactory().get("/healthz"))
        return answer.status_code, json.loads(answer.content)

    def test_all_on_time(self, state: Path) -> None:
        beat(web=0, sense=1, work=2, archive=3)
        status, body = self.ask()
        assert (status, body["status"], body["database"]) == (200, "ok", "ok")
        assert set(body["processes"]) == set(PROCESSES)  # type: ignore[call-overload]

    @pytest.mark.parametrize("silent", PROCESSES)
    def test_one_silent(self, state: Path, silent: str) -> None:
        beat(**{name: processes.LATE_S + 1 if name == silent else 0 for name in PROCESSES})
        status, body = self.ask()
        assert (status, body["status"]) == (503, "unwell")
        assert body["processes"][silent]["state"] == "silent"  # type: ignore[index]

    def test_none_started_and_no_process_numbers_told(self, state: Path) -> None:
        status, body = self.ask()
        assert status == 503
        assert "pid" not in json.dumps(body)


class TestCheck:
    def test_a_sound_installation(self, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
        beat(web=0, sense=0, work=0, archive=0)
        health.check(audit=True)
        lines = capsys.readouterr().out.splitlines()
        about = {line.split(" ", 2)[1].rstrip(":") for line in lines[:-1]}
        expected = (
            "settings program database disk clock permissions pages gateways processes outbox limits readings log"
        )
        assert set(expected.split()) <= about
        assert not [line for line in lines if line.startswith("xx") and " pages:" not in line]

    def test_what_is_wrong_is_counted(self, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (state / "secret").chmod(0o644)
        assert health.check() == 1
        assert "chmod 600" in capsys.readouterr().out

    def test_open_state_folder(self, state: Path) -> None:
        state.chmod(0o777)
        assert marks(health.permission_findings) == ["xx", "ok"]

    def test_missing_secret_is_a_finding_not_a_crash(self, state: Path) -> None:
        (state / "secret").unlink()
        assert marks(health.permission_findings) == ["xx"]

    def test_silent_process(self, state: Path) -> None:
        beat(web=0, sense=60, work=0, archive=0)
        assert [finding.mark for finding in found(health.process_findings)] == ["ok", "xx", "ok", "ok"]

    def test_nothing_started_is_no_fault(self, state: Path) -> None:
        assert marks(health.process_findings) == ["!!"]

    def test_broker_that_does_not_answer(self, state: Path) -> None:
        outside = ours().model_copy(update={"mqtt_broker": "outside", "mqtt_port": 1})
        assert health.broker_finding(outside).mark == "xx"

    def test_clock_set_back(self, state: Path) -> None:
        with clock.frozen(clock.now() + timedelta(hours=1)):
            log.write("test.done", None, Robot("work"))
        assert "xx" in marks(health.clock_findings)

    def test_simulated_time_is_told(self, state: Path) -> None:
        before = clock.source()
        shared = clock.SharedTime(state / "clock.json")
        shared.run(at=NOON, speed=60)
        clock.use(shared)
        try:
            findings = found(health.clock_findings)
        finally:
            clock.use(before)
        assert [finding.mark for finding in findings] == ["!!"]
        assert "60 times" in findings[0].what

    def test_stuck_delivery(self, state: Path) -> None:
        change = log.write("test.done", None, Robot("work"))
        Delivery.objects.create(change=change, listener="webhook:x", attempts=health.STUCK_ATTEMPTS, error="refused")
        assert marks(health.outbox_findings) == ["!!", "!!"]

    def test_clocks_that_nobody_winds_on(self, state: Path) -> None:
        now = clock.now()
        Clock.objects.create(
            subject="x.y",
            subject_id=uuid7(),
            name="state",
            started_at=now,
            due_at=now,
            next_at=now - timedelta(hours=1),
        )
        assert marks(health.limit_findings) == ["xx", "!!"]

    def test_database_and_disk_and_readings(self, state: Path) -> None:
        assert marks(health.database_findings)[0] == "ok"
        assert marks(health.disk_findings) != ["xx"]
        assert marks(health.reading_findings) == ["ok"]

    def test_an_archive_that_does_not_keep_up(self, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        queries.store().append(batch_of([(1, 5, 1.0), (2, 5, 1.0)]), door="http", received_ms=5)
        monkeypatch.setattr(health, "MOST_UNARCHIVED", 2)
        assert marks(health.reading_findings) == ["ok"]
        monkeypatch.setattr(health, "MOST_UNARCHIVED", 1)
        assert marks(health.reading_findings) == ["ok", "!!"]

    def test_backup_age(self, state: Path) -> None:
        assert marks(health.backup_findings) == ["!!"]
        (state / "last-backup.json").write_text(json.dumps({"at": time.time() - 3600}))
        assert marks(health.backup_findings) == ["ok"]
        (state / "last-backup.json").write_text(json.dumps({"at": time.time() - 100 * 3600}))
        assert marks(health.backup_findings) == ["!!"]

    def test_audit_names_the_altered_row(self, state: Path) -> None:
        for _ in range(3):
            log.write("test.done", None, Robot("work"))
        assert marks(health.audit_findings) == ["ok"]
        Change.objects.filter(id=2).update(reason="made up later")
        assert [finding.what.split(":")[1] for finding in found(health.audit_findings)] == [" row 2"]
