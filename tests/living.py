"""A whole installation for a test: its own state folder, the generated district, every process, a port of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from migrated import put_tables

PASSWORD = "Anshu-demo-2026"
START_S = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Installation:
    """Made in `folder`; `start` runs it, `stop` ends it. Sizes: the generated district without enterprises."""

    folder: Path
    port: int = field(default_factory=free_port)
    mqtt_port: int = field(default_factory=free_port)
    supervisor: "subprocess.Popen[bytes] | None" = None

    @property
    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("ANSHU_", "PORT"))}
        return own | {
            "ANSHU_STATE_DIR": str(self.folder),
            "ANSHU_PORT": str(self.port),
            "ANSHU_MQTT_PORT": str(self.mqtt_port),
            "ANSHU_SECOND_FACTOR": "optional",
            "PYTHONWARNINGS": "default",
        }

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str, **more: Any) -> "subprocess.CompletedProcess[str]":
        """Run one `anshu` command in this installation and return what it printed."""
        return subprocess.run(
            [sys.executable, "-m", "anshu.project.command", *words],
            env=self.environment,
            cwd=self.folder,
            check=True,
            capture_output=True,
            text=True,
            timeout=300,
            **more,
        )

    def make(self) -> None:
        put_tables(self.folder)
        self.command("init")
        self.command("demo", "district", "--generated")

    def start(self) -> None:
        with (self.folder / "up.log").open("ab") as log:
            self.supervisor = subprocess.Popen(
                [sys.executable, "-m", "anshu.project.command", "up"],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_ready()

    def wait_ready(self) -> None:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.address}/healthz", timeout=5).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        raise AssertionError((self.folder / "up.log").read_text()[-4000:])

    def stop(self) -> None:
        if self.supervisor is not None:
            self.supervisor.send_signal(signal.SIGTERM)
            try:
                self.supervisor.wait(20)
            finally:
                if self.supervisor.poll() is None:
                    os.killpg(self.supervisor.pid, signal.SIGKILL)

    def pid_of(self, name: str) -> int:
        """The process id behind the last sign of life of a process."""
        told: dict[str, Any] = json.loads((self.folder / "run" / f"{name}.json").read_text())
        return int(told["pid"])

    def token(self, user: str, *scopes: str) -> str:
        asked = [word for scope in scopes for word in ("--scope", scope)]
        return self.command("token", "create", "--user", user, *asked).stdout.strip().splitlines()[-1]

    def client(self, user: str, *scopes: str) -> httpx.Client:
        """An API client with a token of that account."""
        headers = {"Authorization": f"Bearer {self.token(user, *(scopes or ('*',)))}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=30)
