"""Driving times between many junctions at once."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from anshu.engines.routing.graph import Integers
from anshu.engines.routing.nearest import Roads

# Searches made together: their distances to all junctions are held at once.
TOGETHER = 512


def seconds_between(roads: Roads, nodes: Integers) -> NDArray[np.float32]:
    """Seconds of the quickest way from each of the nodes (row) to each (column), along roads."""
    table = np.empty((len(nodes), len(nodes)), dtype=np.float32)
    for first in range(0, len(nodes), TOGETHER):
        targets = nodes[first : first + TOGETHER]
        # The network is kept reversed: what is found from a target is the way to it.
        minutes = np.atleast_2d(dijkstra(roads.reversed_minutes, indices=targets))
        table[:, first : first + TOGETHER] = minutes[:, nodes].T * 60.0
    return table
