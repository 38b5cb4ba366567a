"""What start-up refuses: a loop that could stall in silence, a permission nobody holds, a clock without an end."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from anshu.access.roles import ROBOTS, ROLES, permits
from anshu.workflow import clocks, rules
from anshu.workflow.loop import LOOPS, Loop
from anshu.workflow.transitions import ARROWS


@register()
def loops_cannot_stall(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Each state that is not an end has an owner, a limit and a way out."""
    return [
        Error(text, obj=loop.key, id="anshu.E001") for loop in LOOPS.values() for text in (*stalls(loop), *idle(loop))
    ]


def stalls(loop: Loop) -> Iterator[str]:
    """Every reason why a record of this loop could lie still unnoticed."""
    arrows = ARROWS.get(loop.model, {}).values()
    left = {state for arrow in arrows for state in arrow.sources}
    for state in loop.states.values:
        if state in loop.ends:
            continue
        if state not in loop.owner:
            yield f"state {state!r} has no owner"
        if state not in loop.limit:
            yield f"state {state!r} has no limit"
        if state not in left:
            yield f"state {state!r} has no way out"
    for state in (loop.owner.keys() | loop.limit.keys() | loop.ends) - set(loop.states.values):
        yield f"{state!r} is not a state of this loop"
    if not any(arrow.opens for arrow in arrows):
        yield "no transition opens this loop"
    for limit in loop.limit.values():
        pack, _, key = limit.rule.partition("/")
        if pack not in rules.packs() or key not in rules.packs()[pack]:
            yield f"the limit {limit.rule!r} is in no rule pack"
        if limit.expired and limit.expired not in clocks.EXPIRY:
            yield f"the transition {limit.expired!r} that should run at the end of a limit is not known"


def idle(loop: Loop) -> Iterator[str]:
    """Every state that waits for a deed which cannot be done there."""
    for state, limit in loop.limit.items():
        arrow = ARROWS.get(loop.model, {}).get(limit.asks)
        if limit.asks and (arrow is None or state not in arrow.sources):
            yield f"state {str(state)!r} asks for {limit.asks!r}, which cannot be done in it"


@register()
def every_arrow_is_somebodys(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Each transition may be done by at least one role or program of ours."""
    held = [role.permits for role in ROLES.values()] + list(ROBOTS.values())
    return [
        Error(f"nobody may do {arrow.code}: add it to a role", obj=arrow.code, id="anshu.E002")
        for arrows in ARROWS.values()
        for arrow in arrows.values()
        if not any(permits(patterns, arrow.code) for patterns in held)
    ]
