"""What becomes of frames: whose they are, what they leave in quarantine, and that floods are cut off."""

from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest

from anshu.gateways.frames.codec import Known, Piece, Reading, Sender, Told, Undecodable
from anshu.gateways.frames.receiving import (
    BURST,
    KNOWN_BURST,
    MOST_UNASSIGNED,
    PER_SECOND,
    UNASSIGNED,
    Allowance,
    Delivery,
    Reception,
    read_again,
)
from anshu.gateways.mqtt.messages import Moment, Outcome
from anshu.telemetry import Limits, Quality, Reason
from anshu.telemetry.bodies import read_again as read_line_again
from tests.gateways.frames.peers import directory, entry

NOW_MS = 1_786_000_000_000
AT = datetime.fromtimestamp(NOW_MS / 1000, UTC)
GAUGE = entry("plain", "G", {"level": 1, "rain": 2}, passcode="word 00ff", known="as before")
OPEN = entry("plain", "00012345", {"level": 3})
SHORT = entry("plain", "678", {"level": 4})
MOMENT = Moment(directory(GAUGE, OPEN, SHORT), NOW_MS, Limits())


class Plain:
    """Frames are texts: ADDRESS,PASSCODE,what `told` has under it."""

    name = "plain"

    def __init__(self, **told: Told) -> None:
        self.told, self.secrets = told, list[str]()

    def split(self, buffer: bytearray, *, stale: bool = False) -> list[Piece]:
        raise NotImplementedError

    def sender(self, frame: bytes) -> Sender:
        address, passcode, _ = frame.decode().split(",")
        return Sender(address, passcode or None, address[5:] if address.startswith("00000") else "")

    def read(self, frame: bytes, known: Known) -> Told:
        self.secrets.append(known.secret)
        name = frame.decode().split(",")[2]
        if name == "broken":
            raise Undecodable("byte 3")
        return self.told[name]


def reading(point: str, value: float, **how: object) -> Reading:
    return replace(Reading(point, AT, value, f"{point}, m"), **how)  # type: ignore[arg-type]


def receive(frame: str, codec: Plain | None = None, reception: Reception | None = None) -> tuple[Outcome, Delivery]:
    reception = reception or Reception(codec or Plain(), lambda content: f"kept {len(content)}")
    delivery = Delivery(Piece(frame.encode()), "10.0.0.1:9")
    return reception.receive(delivery, MOMENT), delivery


def test_readings_go_to_their_channels_with_their_quality() -> None:
    codec = Plain(x=Told((reading("level", 1.5), reading("rain", 2.0, doubtful=True)), (b"answer",)))
    outcome, delivery = receive("G,word,x", codec)
    assert outcome.batch.channel.tolist() == [1, 2]
    assert outcome.batch.value.tolist() == [1.5, 2.0]
    assert outcome.batch.at_ms.tolist() == [NOW_MS, NOW_MS]
    assert outcome.batch.quality.tolist() == [0, Quality.DOUBTFUL]
    assert (delivery.answers, delivery.believed) == ((b"answer",), True)
    assert codec.secrets == ["00ff"]


@pytest.mark.parametrize("frame", ["00012345,,x", "00012345,anything,x", "00000678,,x"])
def test_no_passcode_is_asked_where_none_stands_and_addresses_may_be_short(frame: str) -> None:
    outcome, _ = receive(frame, Plain(x=Told((reading("level", 1.5),))))
    assert len(outcome.batch) == 1


@pytest.mark.parametrize(
    ("frame", "reason", "words"),
    [
        ("H,word,x", Reason.UNKNOWN_CHANNEL, "no device with protocol plain has the address H"),
        ("G,words,x", Reason.FIELD, "did not send the passcode"),
        ("G,,x", Reason.FIELD, "did not send the passcode"),
        ("G,word,broken", Reason.MALFORMED, "byte 3"),
        ("G,word,missing", Reason.MALFORMED, "KeyError"),
        ("nonsense", Reason.MALFORMED, "ValueError"),
    ],
)
def test_what_cannot_be_used_is_rejected_as_it_came_and_not_answered(frame: str, reason: Reason, words: str) -> None:
    outcome, delivery = receive(frame, Plain(x=Told(answers=(b"a",))))
    (reject,) = outcome.rejects
    assert (reject.reason, reject.raw) == (reason, frame.encode())
    assert words in reject.detail
    assert "10.0.0.1:9" in reject.detail
    assert delivery.answers == ()
    assert len(outcome.batch) == 0


def test_a_value_that_cannot_be_is_a_line_that_can_be_read_again() -> None:
    outcome, _ = receive("G,word,x", Plain(x=Told((reading("level", 5_000.0), reading("rain", 1.0)))))
    assert outcome.batch.channel.tolist() == [2]
    (reject,) = outcome.rejects
    assert (reject.reason, reject.channel) == (Reason.IMPOSSIBLE, "G/level")
    assert bytes.fromhex(orjson.loads(reject.raw)["frame"]) == b"G,word,x"
    wider = {"G/level": GAUGE.facts["G/level"]._replace(maximum=9_999.0)}
    assert len(read_line_again(reject.raw, "", wider, NOW_MS, Limits()).batch) == 1


def test_a_test_leaves_notes_and_no_readings() -> None:
    outcome, delivery = receive("G,word,x", Plain(x=Told((reading("level", 1.0),), (b"a",), {"test": 1}, test=True)))
    assert len(outcome.batch) == 0
    assert [note.attributes for note in outcome.notes] == [{"test": 1}]
    assert delivery.answers == (b"a",)


def test_only_news_are_noted_and_points_without_a_channel_within_bounds() -> None:
    told = Told(tuple(reading(f"p{number}", 1.0) for number in range(100)), notes={"known": "as before", "new": 2})
    outcome, _ = receive("G,word,x", Plain(x=told))
    (note,) = outcome.notes
    assert note.attributes["new"] == 2
    assert "known" not in note.attributes
    assert sum(name.startswith(UNASSIGNED) for name in note.attributes) == MOST_UNASSIGNED
    assert note.attributes[f"{UNASSIGNED}p0"] == "p0, m"


def test_an_odd_frame_is_answered_and_kept() -> None:
    outcome, delivery = receive("G,word,x", Plain(x=Told((reading("level", 1.0),), (b"a",), odd="strange")))
    assert len(outcome.batch) == 1
    assert outcome.rejects[0].detail.startswith("strange")
    assert delivery.answers == (b"a",)


def test_the_same_rubbish_is_kept_once_unless_it_could_not_be_written() -> None:
    reception = Reception(Plain(), lambda _: "")
    first, delivery = receive("nonsense", reception=reception)
    again, repeated = receive("nonsense", reception=reception)
    assert (len(first.rejects), len(again.rejects)) == (1, 0)
    assert (delivery.is_new, repeated.is_new) == (True, False)
    reception.failed(delivery)
    assert len(receive("nonsense", reception=reception)[0].rejects) == 1


def test_floods_are_cut_off_for_strangers_and_later_for_the_known() -> None:
    reception = Reception(Plain(**{str(n): Told(odd=f"{n}") for n in range(int(KNOWN_BURST) + 50)}), lambda _: "")
    strange = sum(len(receive(f"nobody,{number},x", reception=reception)[0].rejects) for number in range(1_000))
    assert strange == BURST
    assert reception.unwritten == 1_000 - BURST
    known = sum(len(receive(f"G,word,{n}", reception=reception)[0].rejects) for n in range(int(KNOWN_BURST) + 50))
    assert known == KNOWN_BURST


def test_an_allowance_grows_with_time() -> None:
    allowance = Allowance(2.0, PER_SECOND)
    assert [allowance.take(0) for _ in range(3)] == [True, True, False]
    assert allowance.take(500)
    assert not allowance.take(400), "a clock set back gives nothing"


def test_a_frame_in_quarantine_can_be_read_again_once_its_device_is_known() -> None:
    codec = Plain(x=Told((reading("level", 1.5),)), y=Told(odd="strange"))
    stored = read_again(codec, b"G,word,x", MOMENT)
    assert (len(stored.batch), stored.rejects) == (1, [])
    for frame, reason in ((b"H,word,x", Reason.UNKNOWN_CHANNEL), (b"G,word,broken", Reason.MALFORMED),
                          (b"G,word,y", Reason.FIELD)):
        again = read_again(codec, frame, MOMENT)
        assert [each.reason for each in again.rejects] == [reason]
        assert len(again.batch) == 0
