"""The weather signals of an invented storm, in the shape of the national release system (12379)."""

from datetime import datetime, timedelta
from typing import Any

from anshu.engines.district.people import BEIJING
from anshu.engines.district.rain import STEPS
from anshu.engines.district.shapes import Area, District
from anshu.engines.district.storm import MINUTES

SENDER_CODE = "99010141600000"
SENDER_NAME = "生成气象台"
RAINSTORM = "11B03"

# Step of the storm, message type, colour, its word, grade, what the text says.
_ACTS: tuple[tuple[int, str, str, str, str, str, str], ...] = (
    (5, "Alert", "Yellow", "黄色", "III级/较重", "发布", "预计未来6小时有暴雨，低洼地段可能积水"),
    (30, "Update", "Orange", "橙色", "II级/严重", "升级", "过去1小时雨势增强，3小时累计雨量将达50毫米以上"),
    (55, "Update", "Red", "红色", "I级/特别严重", "升级", "3小时累计雨量将达100毫米以上，强降雨仍将持续"),
    (165, "Cancel", "Red", "红色", "I级/特别严重", "解除", "强降雨云团已移出，降雨停止"),
)


def signals(district: District, *, start: datetime, minutes: int = MINUTES) -> tuple[dict[str, Any], ...]:
    """Rainstorm yellow → orange → red → lifted, oldest first; times are local with offset, as the system sends them.

    Each refers to the one before it; `generated` and `note` say that no weather station issued it.
    """
    area = district.areas[0]
    messages: list[dict[str, Any]] = []
    for step, kind, severity, colour, grade, verb, outlook in _ACTS:
        at = (start + timedelta(minutes=step * minutes / STEPS)).astimezone(BEIJING).replace(microsecond=0)
        before = messages[-1]["identifier"] if messages else ""
        message = {
            "identifier": f"{SENDER_CODE}_{at:%Y%m%d%H%M%S}",
            "sender": SENDER_NAME,
            "senderCode": SENDER_CODE,
            "sendTime": at.isoformat(sep=" "),
            "status": "Actual",
            "msgType": kind,
            "scope": "Public",
            "secClassification": "None",
            "note": "生成数据，仅供演示",
            "references": before,
            "generated": True,
        }
        told = f"{at:%Y年%m月%d日%H时%M分}{verb}暴雨{colour}预警信号：{outlook}，请{area.name}注意防御。"
        headline = f"{SENDER_NAME}{verb}暴雨{colour}预警[{grade}]"
        messages.append({**message, "info": _info(area, at, severity, (headline, SENDER_NAME + told))})
    return tuple(messages)


def _info(area: Area, at: datetime, severity: str, texts: tuple[str, str]) -> dict[str, Any]:
    """The block of a message that says what, how grave and where; empty elements are sent empty."""
    headline, description = texts
    return {
        "language": "zh-CN",
        "eventType": RAINSTORM,
        "urgency": "Unknown",
        "severity": severity,
        "certainty": "Unknown",
        "effective": at.isoformat(sep=" "),
        "onset": "",
        "expires": "",
        "senderName": SENDER_NAME,
        "headline": headline,
        "description": description,
        "instruction": "",
        "area": {"areaDesc": area.name, "polygon": "", "circle": "", "geocode": f"{area.code}000000"},
    }
