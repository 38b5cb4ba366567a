"""Recorded messages, and one well-made message to change at will."""

from collections.abc import Callable
from pathlib import Path

import pytest

WELL_MADE = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>44030641600000_20240521134500_1</identifier>
  <sender>44030641600000</sender>
  <sent>2024-05-21T13:45:00+08:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <info>
    <language>zh-CN</language>
    <category>Met</category>
    <event>暴雨</event>
    <urgency>Immediate</urgency>
    <severity>Moderate</severity>
    <certainty>Likely</certainty>
    <eventCode><valueName>eventType</valueName><value>11B03</value></eventCode>
    <effective>2024-05-21T13:45:00+08:00</effective>
    <expires>2024-05-21T19:45:00+08:00</expires>
    <senderName>深圳市气象台</senderName>
    <headline>深圳市气象台发布暴雨黄色预警</headline>
    <parameter><valueName>color</valueName><value>yellow</value></parameter>
    <area>
      <areaDesc>宝安区</areaDesc>
      <polygon>22.55,113.80 22.55,113.95 22.70,113.95 22.55,113.80</polygon>
      <circle>22.60,113.90 2.5</circle>
      <geocode><valueName>GB/T2260</valueName><value>440306000000</value></geocode>
    </area>
  </info>
</alert>
"""


@pytest.fixture
def samples(data_dir: Path) -> Path:
    """The folder of recorded messages."""
    return data_dir / "cap" / "samples"


@pytest.fixture(scope="session")
def message() -> Callable[..., bytes]:
    """The well-made message with pieces of its text replaced; each piece must be there."""

    def build(*changes: tuple[str, str], encoding: str = "utf-8") -> bytes:
        text = WELL_MADE
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        return text.encode(encoding)

    return build
