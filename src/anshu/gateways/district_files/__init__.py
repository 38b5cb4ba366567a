"""Readers of a folder of real district data: boundaries, divisions, waterlogging points, gauges, shelters, roads, feed.

Nothing is moved, repaired or dropped: what is wrong with a row is named in its `flags`.
"""

from anshu.gateways.district_files.areas import read_areas
from anshu.gateways.district_files.feed import read_feed
from anshu.gateways.district_files.flood import read_gauges, read_waterlogging_points
from anshu.gateways.district_files.network import read_roads
from anshu.gateways.district_files.shelters import read_shelters
from anshu.gateways.district_files.source import Dataset, Provenance, cap_samples

__all__ = [
    "Dataset",
    "Provenance",
    "cap_samples",
    "read_areas",
    "read_feed",
    "read_gauges",
    "read_roads",
    "read_shelters",
    "read_waterlogging_points",
]
