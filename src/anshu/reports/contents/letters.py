"""What the papers of a letter say (提醒函, 督办函, 警示函, 通报, 约谈)."""

from typing import Any

from anshu.domains.supervision.models import Letter, LetterKind

S = Letter.State
PAPERS = {
    LetterKind.REMINDER: ("reminder_letter",),
    LetterKind.SUPERVISION: ("supervision_letter",),
    LetterKind.CAUTION: ("warning_letter",),
    LetterKind.BULLETIN: ("bulletin",),
    LetterKind.TALK: ("talk_notice", "talk_minutes"),
}
NUMBERED = (S.SIGNED, S.SERVED, S.ANSWERED, S.CLOSED)


def kinds(letter: Letter) -> tuple[str, ...]:
    """The papers of its rung, once it has been signed and so has its number."""
    return PAPERS.get(LetterKind(letter.kind), ()) if letter.state in NUMBERED else ()


def content(letter: Letter) -> dict[str, Any]:
    """Every fact of the letter under the name that the forms have for it."""
    earlier = letter.earlier
    return {
        "recipient": letter.unit.name,
        "party": letter.unit.name,
        "subject": letter.about,
        "reason": letter.about,
        "source": f"关于{letter.about}",
        "situation": letter.text or letter.about,
        "problems": letter.text.splitlines() or [letter.about],
        "tasks": [[letter.about, letter.unit.name, f"{letter.answer_due_on}"]],
        "requests": letter.demand.splitlines(),
        "feedback_on": letter.answer_due_on,
        "earlier": f"已发{earlier.get_kind_display()}{earlier.document_number}" if earlier else "",
        "reply": letter.answer,
        "contact": letter.signer.name if letter.signer else "",
    }
