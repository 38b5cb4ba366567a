"""The JSON form is plain, complete and says what follows from the message."""

import json
from collections.abc import Callable
from pathlib import Path

from anshu.gateways.cap.as_json import to_json
from anshu.gateways.cap.decode import decode, decode_all

Build = Callable[..., bytes]


def test_a_message_as_json(message: Build) -> None:
    value = to_json(decode(message(("<status>Actual", "<status>Exercise"))))
    assert value["identifier"] == "44030641600000_20240521134500_1"
    assert value["sent_at"] == "2024-05-21T05:45:00+00:00"
    assert (value["is_real"], value["level"], value["hazard"]) == (False, 3, "rainstorm")
    info = value["infos"][0]
    assert (info["colour"], info["level"], info["hazard"], info["event"]) == ("yellow", 3, "rainstorm", "暴雨")
    assert info["areas"][0]["divisions"] == ["440306"]
    assert info["areas"][0]["polygons"][0][0] == [113.80, 22.55]
    assert value["findings"] == []
    assert "original" not in value


def test_every_recorded_message_is_plain_json(samples: Path) -> None:
    for path in samples.iterdir():
        if path.suffix != ".rss":
            for signal in decode_all(path.read_bytes()):
                value = to_json(signal)
                assert json.loads(json.dumps(value, allow_nan=False)) == value
