"""The rule packs in force for this installation: shipped ones, with local ones laid over them."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from django.conf import settings
from django.utils import timezone

from anshu.kernel import clock
from anshu.kernel.rule_packs import Basis, Rule, RulePack, load_rule_packs


@cache
def packs() -> Mapping[str, RulePack]:
    """All packs by name, read once."""
    folder = settings.ANSHU.rules_dir
    return load_rule_packs(sorted(folder.glob("*.yaml")) if folder else ())


def at(path: str, instant: datetime | None = None) -> Rule:
    """The rule `pack/key` in force on the local date of the instant (now, when none is given)."""
    pack, key = path.split("/", 1)
    return packs()[pack].at(key, timezone.localtime(instant or clock.now()).date())


def ladder() -> tuple[float, ...]:
    """Shares of a limit at which something happens: 50, 80, 100 and 150 % unless a local pack says otherwise."""
    return tuple(float(str(share)) / 100 for share in at("escalation/ladder").items())


def told(basis: Basis) -> str:
    """A basis in one line, as screens show it."""
    return " ".join(part for part in (basis.source, basis.article, f"[{basis.tag}]" if basis.tag else "") if part)
