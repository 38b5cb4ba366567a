"""Which team can be there first, by road where the road graph is known, else by a straight line, and said so."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from uuid import UUID

import numpy as np
from django.conf import settings

from anshu.domains.incidents.models import Incident, Task
from anshu.domains.places.models import BaseLayer
from anshu.domains.teams.models import Team
from anshu.engines.routing import Access, RoadGraph, Roads, compile_roads, nearest
from anshu.kernel.geometry import Position

LIVE = (Task.State.ASSIGNED, Task.State.SIGNED, Task.State.MOVING, Task.State.ON_SCENE)


@dataclass(frozen=True)
class Reach:
    """A team, how far it is from the place, and whether it is out already."""

    team: Team
    minutes: float
    metres: float
    by: Literal["road", "straight"]
    busy: bool


def road_network() -> Roads:
    """The district's road network, compiled once per process; an empty one when none was loaded."""
    return _compiled(BaseLayer.objects.filter(key="roads").values_list("id", flat=True).first())


@lru_cache(maxsize=2)
def _compiled(layer_id: UUID | None) -> Roads:
    """`content` is {"nodes": [[lon, lat], …], "edges": [[from, to, metres, seconds, oneway], …]} in WGS-84 degrees."""
    content = BaseLayer.objects.get(pk=layer_id).content if layer_id else {"nodes": [], "edges": []}
    nodes = np.array(content["nodes"], dtype=np.float64).reshape(-1, 2)
    edges = np.array(content["edges"], dtype=np.float64).reshape(-1, 5)
    metres, seconds = np.maximum(edges[:, 2], 0.01), np.maximum(edges[:, 3], 0.001)
    graph = RoadGraph(
        node_ids=tuple(str(i) for i in range(len(nodes))),
        node_lon=nodes[:, 0].copy(),
        node_lat=nodes[:, 1].copy(),
        edge_from=edges[:, 0].astype(np.int64),
        edge_to=edges[:, 1].astype(np.int64),
        edge_length_m=metres,
        edge_speed_kmh=metres / seconds * 3.6,
        edge_oneway=edges[:, 4].astype(np.bool_),
        edge_names=("",) * len(edges),
        edge_lines=((),) * len(edges),
    )
    return compile_roads(graph, Access(detour_factor=settings.ANSHU.road_factor))


def nearest_teams(incident: Incident, skill: str = "", limit: int = 5) -> list[Reach]:
    """Ready teams with the skill (any, when none is named), the free ones first, then by minutes to the incident."""
    return nearest_to(incident.position, skill, limit) if incident.position else []


def nearest_to(position: Position, skill: str = "", limit: int = 5) -> list[Reach]:
    """As `nearest_teams`, for a place where there is no incident yet."""
    teams = [
        team
        for team in Team.objects.filter(ready=True, exercise=False)
        .exclude(lon=None)
        .exclude(lat=None)
        .select_related("organisation")
        if not skill or skill in team.skills
    ]
    out = set(Task.objects.filter(state__in=LIVE, team__in=teams).values_list("team_id", flat=True))
    places = [(team.lon or 0.0, team.lat or 0.0) for team in teams]
    legs = nearest(road_network(), places, (position.lon, position.lat), len(teams))
    found = [Reach(teams[leg.origin], leg.minutes, leg.metres, leg.by, teams[leg.origin].pk in out) for leg in legs]
    return sorted(found, key=lambda reach: (reach.busy, reach.minutes))[:limit]


def minutes_for(incident: Incident, team: Team) -> float | None:
    """Minutes the team needs to the incident, or None when either place is unknown."""
    if incident.position is None or team.position is None:
        return None
    place = (team.position.lon, team.position.lat)
    return nearest(road_network(), [place], (incident.position.lon, incident.position.lat), 1)[0].minutes
