"""docs/reference says what the code says."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from anshu.project.settings import Settings
from anshu.workflow.transitions import ARROWS

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_page_is_up_to_date(reference: ModuleType) -> None:
    stale = [name for name, text in reference.pages().items() if (reference.FOLDER / name).read_text() != text]
    assert not stale, "run `make reference`"


def test_every_setting_and_every_deed_has_its_row(reference: ModuleType) -> None:
    pages = reference.pages()
    assert [name for name in Settings.model_fields if f"| `{name}` |" not in pages["settings.md"]] == []
    codes = [arrow.code for arrows in ARROWS.values() for arrow in arrows.values()]
    assert [code for code in codes if f"| `{code}` |" not in pages["permissions.md"]] == []
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
