"""How a draw is kept and published as JSON values, and how it is read again to be repeated."""

from collections.abc import Mapping
from typing import Any

from anshu.engines.sampling.drawing import Assignment, Record
from anshu.engines.sampling.frame import Frame, Officer, Site, Terms
from anshu.engines.sampling.verifying import Difference, verify


def as_json(frame: Frame, record: Record) -> dict[str, Any]:
    """A draw with all that is needed to repeat it."""
    return {
        "seed": record.seed,
        "frame_hash": record.frame_hash,
        "commitment": record.commitment,
        "result_hash": record.result_hash,
        "terms": {
            "sizes": dict(record.terms.sizes),
            "purpose": record.terms.purpose,
            "replaces": record.terms.replaces,
            "reason": record.terms.reason,
        },
        "frame": {
            "sites": [[one.key, one.stratum, one.weight, sorted(one.needs)] for one in frame.sites],
            "officers": [[one.key, sorted(one.holds)] for one in frame.officers],
            "recused": sorted(list(pair) for pair in frame.recused),
            "past_pairs": sorted(sorted(pair) for pair in frame.past_pairs),
        },
        "drawn": [
            {
                "site": one.site,
                "stratum": one.stratum,
                "chance": one.chance,
                "officers": list(one.officers),
                "repeats": one.repeats,
            }
            for one in record.result
        ],
    }


def from_json(kept: Mapping[str, Any]) -> tuple[Record, Frame]:
    """The draw and the frame that were kept; KeyError, TypeError or ValueError when it is no draw, Invalid when it is
    none that could have been made."""
    frame = kept["frame"]
    return (
        Record(
            seed=kept["seed"],
            frame_hash=kept["frame_hash"],
            terms=Terms(**kept["terms"]),
            commitment=kept["commitment"],
            result=tuple(
                Assignment(row["site"], row["stratum"], row["chance"], tuple(row["officers"]), row["repeats"])
                for row in kept["drawn"]
            ),
            result_hash=kept["result_hash"],
        ),
        Frame(
            sites=tuple(Site(key, stratum, weight, frozenset(needs)) for key, stratum, weight, needs in frame["sites"]),
            officers=tuple(Officer(key, frozenset(holds)) for key, holds in frame["officers"]),
            recused=frozenset((officer, site) for officer, site in frame["recused"]),
            past_pairs=frozenset(frozenset(pair) for pair in frame["past_pairs"]),
        ),
    )


def differences(kept: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What differs when a kept draw is repeated; nothing when all is well."""
    return verify(*from_json(kept))
