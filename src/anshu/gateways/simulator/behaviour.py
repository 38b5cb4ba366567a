"""What a simulated person does with a ringing telephone. Pure and seeded: the same call is always met alike."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Act:
    """What a person does `after_s` seconds after the ring: `answer`, `press` (with keys), `refuse` or `hang_up`."""

    after_s: float
    act: str
    keys: str = ""


def right_keys(spoken: Mapping[str, str], questions: Sequence[Mapping[str, Any]]) -> str:
    """The keys of somebody who has listened: level and place as they were said, then the first key, which agrees."""
    said = set(spoken.values())
    return "".join(
        next((key for key, label in question["keys"].items() if label in said), min(question["keys"]))
        for question in questions
    )


def wrong_keys(spoken: Mapping[str, str], questions: Sequence[Mapping[str, Any]]) -> str:
    """The keys of somebody who took the level for another one."""
    right = right_keys(spoken, questions)
    other = next((key for key in questions[0]["keys"] if key != right[0]), "0")
    return other + right[1:]


def acts(call: Mapping[str, Any], attempt: int, seed: str) -> list[Act]:
    """What becomes of the call; `attempt` counts the calls to this number, so that a second try may go better."""
    digest = hashlib.sha256(f"{seed}:{call['to']}:{attempt}".encode()).digest()
    draw, after = digest[0] * 100 // 256, 3.0 + digest[1] % 9
    heard = after + float(call["hear_s"]) + 2.0
    right = right_keys(call["spoken"], call["questions"])
    if draw < 60:
        return [Act(after, "answer"), Act(heard, "press", right)]
    if draw < 70:
        wrong = wrong_keys(call["spoken"], call["questions"])
        return [Act(after, "answer"), Act(heard, "press", wrong), Act(heard + 20.0, "press", right)]
    if draw < 78:
        return [Act(after, "refuse")]
    if draw < 86:
        return [Act(after, "answer"), Act(after + 6.0, "hang_up")]
    return []
