"""Travel by road: which team reaches a place first, in how many minutes and metres, and how that was worked out."""

from anshu.engines.routing.graph import RoadGraph
from anshu.engines.routing.nearest import Access, Leg, Roads, compile_roads, nearest

__all__ = ["Access", "Leg", "RoadGraph", "Roads", "compile_roads", "nearest"]
