"""Where machine code cannot be kept it is made anew; and what was kept is not believed when a source has changed."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from anshu.engines import compiled
from anshu.engines.compiled import entry, fingerprint
from anshu.engines.sensing import layout
from anshu.engines.sensing.kernels import ladders, windows


def test_without_a_place_to_keep_code_an_entry_still_runs() -> None:
    found: dict[str, Callable[[int], int]] = {}
    exec("def double(number):\n    return 2 * number", found)  # noqa: S102  (a function of no file)
    assert entry(found["double"])(21) == 42


def test_the_fingerprint_tells_sources_apart() -> None:
    assert fingerprint(layout, ladders) == fingerprint(layout, ladders) != fingerprint(layout, windows)


def test_without_sources_there_is_one_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_module: ModuleType) -> Any:
        raise OSError("could not get source code")

    monkeypatch.setattr(compiled.inspect, "getsource", unknown)
    assert fingerprint(layout) == 0
