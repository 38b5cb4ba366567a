"""The driver of a cluster is started, started again when it dies, told nothing secret, and ended."""

import json
import sys
from pathlib import Path

import pytest

from anshu.project import driver as module
from anshu.project.driver import Driver


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """Stands in for a Python with Spark: writes down how it was called, and ends when its input file says so."""
    program = tmp_path / "python"
    text = (
        f"#!{sys.executable}\n"
        "import json, os, pathlib, sys, time\n"
        "here = pathlib.Path(__file__).parent\n"
        "(here / f'call-{os.getpid()}.part').write_text(json.dumps([sys.argv[1:], dict(os.environ)]))\n"
        "(here / f'call-{os.getpid()}.part').rename(here / f'call-{os.getpid()}')\n"
        "while not (here / 'die').exists(): time.sleep(0.01)\n"
    )
    program.write_text(text)
    program.chmod(0o755)
    return program


def test_it_is_kept_up_and_knows_where_the_work_lies_and_none_of_our_secrets(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSHU_SECRET_KEY", "not for a cluster")
    monkeypatch.setattr(module, "STEADY_S", 0.0)
    driver = Driver(tmp_path / "shared", "spark://here:7077", python, every_s=5.0)
    driver.step()
    first = driver._running
    assert first is not None
    driver.step()
    assert driver._running is first
    (tmp_path / "die").touch()
    first.wait(20)
    (tmp_path / "die").unlink()
    driver.step()
    second = driver._running
    assert second is not None and second is not first
    driver.stop()
    assert second.poll() is not None
    asked, environment = json.loads((tmp_path / f"call-{first.pid}").read_text())
    where = ["--folder", str(tmp_path / "shared"), "--master", "spark://here:7077"]
    assert asked == ["-m", "anshu.cluster.spark", *where, "--every", "5.0"]
    assert (Path(environment["PYTHONPATH"]) / "anshu" / "cluster" / "spark.py").exists()
    assert not [name for name in environment if name.startswith("ANSHU_")]


def test_without_a_python_of_its_own_the_driver_is_somebody_elses_care(tmp_path: Path) -> None:
    driver = Driver(tmp_path, "local[*]", None)
    assert driver.step() is False
    assert driver._running is None
    driver.stop()
