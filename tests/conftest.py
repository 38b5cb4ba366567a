"""Fixtures that every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.utils import translation
from living import Installation

from anshu.project.messages import compile_all

# How long a case takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("anshu", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("anshu")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def compiled_words() -> None:
    """What is told in Chinese is read from the catalogue as it stands."""
    compile_all()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Tests read what is told in the language of the source; those about Chinese say so themselves."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real data sets; tests that need it are skipped, and counted, where it is absent."""
    path = Path(os.environ.get("ANSHU_DATA_DIR", ROOT.parent / "shared" / "data"))
    if not path.is_dir():
        pytest.skip("real data sets are not here (ANSHU_DATA_DIR)")
    return path


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A running installation with the generated district, shared by the tests that only look or add."""
    made = Installation(tmp_path_factory.mktemp("installation"))
    made.make()
    made.start()
    yield made
    made.stop()
