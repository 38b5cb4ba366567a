"""The table of driving times must be made of the same searches as a ranking."""

import numpy as np
import pytest

from anshu.engines.routing import compile_roads
from anshu.engines.routing import table as tables
from tests.engines.routing.test_nearest import SQUARE, graph


@pytest.mark.parametrize("together", [1, 3, 512])
def test_seconds_run_from_row_to_column_and_respect_one_way_streets(monkeypatch, together):
    monkeypatch.setattr(tables, "TOGETHER", together)
    edges = [(0, 1, 1000, 60, True), (1, 2, 1000, 60, True), (2, 3, 1000, 60, True), (3, 0, 1000, 60, True)]
    table = tables.seconds_between(compile_roads(graph(SQUARE, edges)), np.array([0, 1, 3]))
    assert table.tolist() == [[0, 60, 180], [180, 0, 120], [60, 120, 0]]
