"""Questions about incidents."""

from anshu.domains.incidents.queries.lists import Obstacles, alarms_not_recovered, mine, obstacles, open_for
from anshu.domains.incidents.queries.reporting import diff_facts, jumps, report_diff, report_facts
from anshu.domains.incidents.queries.roads import Reach, nearest_teams, nearest_to, road_network
from anshu.domains.incidents.queries.routing import Candidate, Routing, owners
from anshu.domains.incidents.queries.story import Link, chain, family, timeline
from anshu.domains.incidents.queries.surroundings import (
    Likeness,
    absorbs,
    incident_for,
    inside,
    kind_of,
    likely_duplicates,
    territory_at,
)

__all__ = [
    "Candidate",
    "Likeness",
    "Link",
    "Obstacles",
    "Reach",
    "Routing",
    "absorbs",
    "alarms_not_recovered",
    "chain",
    "diff_facts",
    "family",
    "incident_for",
    "inside",
    "jumps",
    "kind_of",
    "likely_duplicates",
    "mine",
    "nearest_teams",
    "nearest_to",
    "obstacles",
    "open_for",
    "owners",
    "report_diff",
    "report_facts",
    "road_network",
    "territory_at",
    "timeline",
]
