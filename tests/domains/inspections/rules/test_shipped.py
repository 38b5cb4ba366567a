"""The lists that come with the product hold together, and what they cite stands in the law."""

from pathlib import Path
from typing import Any

import pytest

from anshu.domains.hazards.models import Hazard
from anshu.domains.inspections.rules import content
from anshu.domains.inspections.rules.shipped import shipped
from anshu.domains.inspections.transitions.checklists import USES


@pytest.mark.parametrize("checklist", shipped(), ids=lambda each: each["code"])
def test_each_holds_together(checklist: dict[str, Any]) -> None:
    form = content.read(checklist["content"])
    assert {item.kind for item in form.items} <= set(Hazard.Kind.values)
    assert set(checklist["uses"]) <= set(USES)
    assert "生成数据" in checklist["source"]


def article(text: str, name: str) -> str:
    """The words of one article of a law."""
    lines = text.split("\n")
    first = next(place for place, line in enumerate(lines) if line.startswith(name))
    rest = next(
        (n for n, line in enumerate(lines[first + 1 :], first + 1) if line.startswith("第") and "条" in line[:9]), -1
    )
    return "\n".join(lines[first:rest])


@pytest.mark.parametrize("checklist", shipped(), ids=lambda each: each["code"])
def test_what_is_cited_stands_in_the_law(checklist: dict[str, Any], data_dir: Path) -> None:
    quoted = 0
    for item in content.read(checklist["content"]).items:
        for citation, words in ((item.clause, item.law), (item.penalty, "")):
            if citation:
                law, name = citation.split(" ")
                (path,) = (data_dir / "laws").glob(f"{law}(*).md")
                found = article(path.read_text(encoding="utf-8"), f"{name} ")
                assert words in found, (citation, words)
                quoted += bool(words)
    assert quoted
