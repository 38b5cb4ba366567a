"""`anshu draw verify`: a draw repeated from what was kept or published of it."""

import json
import sys
from pathlib import Path
from typing import Any

from anshu.domains.hazards.models import LookBackDraw
from anshu.domains.inspections.models import Draw
from anshu.engines.sampling import differences
from anshu.kernel.errors import Invalid


def verify(what: str) -> int:
    """Repeat the draw of that number, or in that file; 0 when it is as it was made, 1 with each difference told."""
    kept = _kept(what)
    try:
        found = differences(kept)
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid("%(what)s is not a draw: %(why)s", field="what", what=what, why=error) from error
    for each in found:
        sys.stdout.write(f"{each.what}: recorded {each.recorded}, found {each.found}\n")
    drawn, frame = len(kept["drawn"]), len(kept["frame"]["sites"])
    told = "differs" if found else "is as it was made"
    sys.stdout.write(f"{drawn} of {frame} drawn, commitment {kept['commitment']}: {told}\n")
    return 1 if found else 0


def _kept(what: str) -> dict[str, Any]:
    path = Path(what)
    if path.is_file():
        found = json.loads(path.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    draw = Draw.objects.filter(number=what).first() or LookBackDraw.objects.filter(number=what).first()
    if draw is None or not draw.record:
        raise Invalid("there is no file and no opened draw %(what)s", field="what", what=what)
    return dict(draw.record)
