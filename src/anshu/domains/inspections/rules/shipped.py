"""The checklists that come with the product: to begin with, each labelled as generated, to be gone over before use."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from anshu import kernel

FOLDER = Path(kernel.__file__).parent / "data" / "checklists"
CONTENT = ("groups", "items")


@cache
def shipped() -> tuple[dict[str, Any], ...]:
    """Each list as the details of `draft_checklist`, by name of its file."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
        content = {name: read.pop(name) for name in CONTENT if name in read}
        found.append({**read, "content": content})
    return tuple(found)
