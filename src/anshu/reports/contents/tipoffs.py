"""What the notice of a reward says (举报奖励通知): to whoever told, by the number of the tip-off, never by name."""

from typing import Any

from django.utils import timezone

from anshu.domains.tipoffs.models import TipOff
from anshu.workflow import clocks, rules

S = TipOff.State


def kinds(tip_off: TipOff) -> tuple[str, ...]:
    """The notice, once a reward was approved and until it is paid."""
    return ("reward_notice",) if tip_off.state in (S.APPROVED, S.CLAIMED) else ()


def content(tip_off: TipOff) -> dict[str, Any]:
    """What may be said on paper. Neither the words of whoever told nor any name are among it: what was told of is named
    by its kind alone."""
    clock = clocks.running(tip_off) if tip_off.state == S.APPROVED else None
    measures = rules.packs()["tip_offs"].words[rules.at("tip_offs/claim").basis.source]
    return {
        "recipient": f"举报编号{tip_off.number}的举报人",
        "report_number": tip_off.number,
        "matter": f"{tip_off.get_kind_display()}问题",
        "basis": f"《{measures.zh.partition('(')[0]}》",
        "amount": tip_off.reward_yuan,
        "claim_until": timezone.localdate(clock.due_at) if clock else None,
        "claim_place": rules.at("bureau/address").text(),
        "claim_needs": ["举报查询码", "领奖密码"],
    }
