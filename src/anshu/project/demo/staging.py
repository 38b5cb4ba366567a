"""What is to be loaded: a district's records with where they come from, and where the storm will strike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from anshu.engines.district import District, script
from anshu.engines.district.assembly import DEFAULT_SITES as DEFAULT_SITES
from anshu.engines.district.shapes import Area, Level

GENERATED = "生成数据"
RULE_PACK = "sensor_thresholds"


@dataclass(frozen=True)
class Scene:
    """A district ready to be loaded.

    `root` is the code of its widest area, `focus` that of the district the storm strikes; `struck` are the streets in
    the order in which it strikes them, every street of the focus among them; `sources` is provenance by register.
    """

    district: District
    root: str
    focus: str
    struck: tuple[str, ...]
    sources: Mapping[str, str] = field(default_factory=dict)

    def source(self, register: str) -> str:
        """Where the rows of a register come from, in at most 200 signs."""
        return self.sources.get(register, RULE_PACK if register == "rule" else GENERATED)[:200]


def scene(district: District) -> Scene:
    """The invented district as it is."""
    place = {item.code: item.area_code for item in district.risk_objects}
    struck = [place[code] for code in script(district, district.seed).floods]
    root = district.areas[0].code
    return Scene(district, root, root, in_order(struck, district.areas, root))


def in_order(struck: Sequence[str], areas: Sequence[Area], focus: str) -> tuple[str, ...]:
    """The streets of the struck places, first struck first, then the other streets of the focus."""
    streets = [area.code for area in areas if area.level is Level.STREET and area.code.startswith(focus)]
    return tuple(dict.fromkeys([code[:9] for code in struck if code[:9] in streets] + streets))
