"""The sensing rules of a district, made of the pack `sensor_thresholds`: thresholds, hysteresis, holds, basis."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anshu.domains.places.models import Site
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.models.conditions import Where
from anshu.engines.district import District
from anshu.engines.district.shapes import Quantity, RiskKind, RiskObject
from anshu.kernel import rule_packs
from anshu.kernel.units import quantity_kind
from anshu.project.demo.staging import RULE_PACK
from anshu.workflow import rules

LEVELS = {"red": "1", "orange": "2", "yellow": "3", "blue": "4"}


@dataclass(frozen=True)
class Ladder:
    """One general rule: quantity, kind of site (empty: any), where the pack has it, unit in the keys, colours."""

    quantity: str
    site_kind: str
    stem: str
    unit: str
    colors: tuple[str, ...]


GENERAL = (
    Ladder("road_water_depth", "", "road_water_depth", "m", ("yellow", "orange", "red")),
    Ladder("rain_1h", Site.Kind.RAIN_STATION, "rain_1h", "mm", ("orange", "red")),
    Ladder("displacement", Site.Kind.SLOPE, "slope.displacement", "mm", ("yellow", "orange", "red")),
)


def rules_for(district: District, channels: Mapping[str, Any], root: str) -> Iterator[Rule]:
    """The general rules, which belong to the area `root`, and one for the level of each reservoir, whose thresholds are
    its own."""
    for ladder in GENERAL:
        yield _general(ladder, root)
    yield from compounds(root)
    reservoirs = {item.code: item for item in district.risk_objects if item.kind is RiskKind.RESERVOIR}
    for gauge in district.gauges:
        channel = gauge.channels[0]
        if gauge.watches in reservoirs and channel.quantity is Quantity.WATER_LEVEL:
            yield _reservoir(reservoirs[gauge.watches], channel.code, channels[channel.code])


def compounds(root: str) -> Iterator[Rule]:
    """Water on a road while it pours near by, and on several roads near one another at once."""
    flooding = {
        name: _at(f"flooding.{name}") for name in ("level", "depth_m", "rain_1h_mm", "rain_near_m", "rain_counts")
    }
    counts_for = flooding["rain_counts"].limit().elapsed
    rain = {
        "where": Where.NEAR,
        "quantity": "rain_1h",
        "near_m": flooding["rain_near_m"].number(),
        **_beyond(flooding["rain_1h_mm"].number(), "rain_1h.hysteresis_mm"),
        "within_min": counts_for.total_seconds() / 60 if counts_for is not None else 0,
    }
    depth = _beyond(flooding["depth_m"].number(), "road_water_depth.hysteresis_m")
    yield _compound("flooding", "积水遇强降雨", [depth, rain], flooding, root)
    spreading = {name: _at(f"spreading.{name}") for name in ("level", "depth_m", "near_m", "neighbours")}
    depth = _beyond(spreading["depth_m"].number(), "road_water_depth.hysteresis_m")
    around = {
        "where": Where.NEAR,
        "quantity": "road_water_depth",
        "near_m": spreading["near_m"].number(),
        **depth,
        "least": spreading["neighbours"].number(),
    }
    yield _compound("spreading", "成片积水", [depth, around], spreading, root)


def _compound(
    stem: str, name: str, conditions: list[dict[str, Any]], found: Mapping[str, rule_packs.Rule], root: str
) -> Rule:
    """All of the conditions, at every gauge of water on a road."""
    every = len(conditions)
    step = _step(found["level"].text(), every, None, "road_water_depth")
    return _checked(
        Rule(
            number=f"GZ-{stem}",
            name=name,
            quantity="road_water_depth",
            judged=Rule.Judged.CONDITIONS,
            conditions=conditions,
            territory=root,
            steps=[step],
            **_basis(list(found.values())),
        )
    )


def _beyond(threshold: float, hysteresis: str) -> dict[str, float]:
    return {"raise": threshold, "clear": round(threshold - _at(hysteresis).number(), 6)}


def _general(ladder: Ladder, root: str) -> Rule:
    margin = _at(f"{ladder.stem}.hysteresis_{ladder.unit}")
    thresholds = [(color, _at(f"{ladder.stem}.{color}_{ladder.unit}")) for color in ladder.colors]
    steps = [_step(color, found.number(), margin, ladder.stem) for color, found in thresholds]
    kind = quantity_kind(ladder.quantity)
    return _checked(
        Rule(
            number=f"GZ-{ladder.quantity}",
            name=kind.name_zh,
            quantity=ladder.quantity,
            site_kind=ladder.site_kind,
            territory=root,
            steps=steps,
            **_basis([found for _color, found in thresholds]),
        )
    )


def _reservoir(item: RiskObject, number: str, channel: Any) -> Rule:
    limit, design = _at("reservoir.above_flood_limit"), _at("reservoir.above_design_level")
    margin = _at("reservoir.hysteresis_m")
    steps = [
        _step(limit.text(), float(item.details["flood_limit_level_m"]), margin, "reservoir"),
        _step(design.text(), float(item.details["design_level_m"]), margin, "reservoir"),
    ]
    name = f"{item.name}{quantity_kind('water_level').name_zh}"
    made = Rule(number=f"GZ-{number}", name=name, channel_id=channel, steps=steps, **_basis([limit, design]))
    made.territory, made.generated = item.area_code, item.generated
    return _checked(made)


def _at(key: str) -> rule_packs.Rule:
    return rules.at(f"{RULE_PACK}/{key}")


def _step(color: str, threshold: float, margin: rule_packs.Rule | None, stem: str) -> dict[str, Any]:
    return {
        "level": LEVELS[color],
        "raise": threshold,
        "clear": round(threshold - (margin.number() if margin is not None else 0.0), 6),
        "hold_up_s": _seconds(f"{stem}.hold"),
        "hold_down_s": _seconds(f"{stem}.hold_clear"),
    }


def _seconds(key: str) -> float:
    elapsed = _at(key).limit().elapsed
    return elapsed.total_seconds() if elapsed is not None else 0.0


def _basis(found: Sequence[rule_packs.Rule]) -> dict[str, Any]:
    """The sources of the thresholds in one line, and whether every one of them was checked."""
    lines = dict.fromkeys(rules.told(rule.basis) for rule in found)
    return {"basis": "；".join(lines)[:200], "verified": all(rule.basis.verified for rule in found)}


def _checked(rule: Rule) -> Rule:
    rule.clean()
    return rule
