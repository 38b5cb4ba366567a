"""Loops as pictures and as data, read from the table of arrows."""

from typing import Any

from anshu.workflow.loop import LOOPS, Loop
from anshu.workflow.transitions import arrows_of


def mermaid(loop: Loop) -> str:
    """The loop as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", *(f"    {value}: {label}" for value, label in loop.states.choices)]
    for arrow in arrows_of(loop.model).values():
        for source in sorted(arrow.sources) or ["[*]"]:
            if arrow.to is not None:
                lines.append(f"    {source} --> {arrow.to}: {arrow.title}")
    lines += [f"    {end} --> [*]" for end in sorted(loop.ends)]
    return "\n".join(lines)


def as_data(loop: Loop) -> dict[str, Any]:
    """The loop as JSON values: states with owner and limit, arrows with permission."""
    return {
        "loop": loop.key,
        "title": str(loop.title),
        "states": [
            {
                "state": value,
                "title": str(label),
                "end": value in loop.ends,
                "owner": str(loop.owner.get(value, "")),
                "limit": loop.limit[value].rule if value in loop.limit else None,
            }
            for value, label in loop.states.choices
        ],
        "arrows": [
            {"verb": a.verb, "title": str(a.title), "from": sorted(a.sources), "to": a.to, "permission": a.code}
            for a in arrows_of(loop.model).values()
        ],
    }


def all_loops() -> list[Loop]:
    """Every loop, in the order of their keys."""
    return sorted(LOOPS.values(), key=lambda loop: loop.key)
