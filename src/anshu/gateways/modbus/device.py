"""One device as it is polled: its questions, when it is due, and what is known of how it does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from anshu.domains.devices.queries.rights import Entry
from anshu.gateways.modbus.client import Connection, Lost, Refused, Silent
from anshu.gateways.modbus.plan import Question, questions
from anshu.gateways.modbus.points import Place, Point, read_place, read_point
from anshu.kernel.errors import Invalid
from anshu.telemetry import Intake, Limits, Quality
from anshu.telemetry.intake import Draft, judge
from anshu.telemetry.readings import iso_of

PROTOCOL = "modbus"
SHORTEST_REST_S, LONGEST_REST_S = 5.0, 300.0
MOST_TOLD = 20
# No such address, no such count, and what some devices say instead of either: they failed.
ASKED_APART = (2, 3, 4)


@dataclass
class Device:
    """A device of the register. What it says of itself, and what is wrong with its points, is in `notes`."""

    entry: Entry
    place: Place
    codes: Mapping[Point, str]
    questions: tuple[Question, ...]
    faults: dict[str, str] = field(default_factory=dict)
    due_s: float = 0.0
    failures: int = 0
    error: str = ""
    refused: dict[str, str] = field(default_factory=dict)

    async def poll(self, connection: Connection) -> dict[str, float]:
        """Ask every question; the values by channel code. Raises Silent or Lost when the device is not there.

        A device that refuses a question is asked for its points one by one from then on, so that a point that it does
        not have costs no other.
        """
        values: dict[str, float] = {}
        self.refused = {}
        asked: list[Question] = []
        for question in self.questions:
            asked.extend(await self._ask(connection, question, values))
        self.questions = tuple(asked)
        return values

    async def _ask(self, connection: Connection, question: Question, values: dict[str, float]) -> tuple[Question, ...]:
        """Ask one question, put its values to the others, and say how to ask the next time."""
        try:
            answer = await connection.ask(self.place.unit, question.read)
        except Refused as refusal:
            if len(question.points) == 1 or refusal.code not in ASKED_APART:
                self.refused |= {point.text: str(refusal) for point in question.points}
                return (question,)
            for alone in question.apart():
                await self._ask(connection, alone, values)
            return question.apart()
        for point in question.points:
            values[self.codes[point]] = point.value(question.values(point, answer))
        return (question,)

    def answered(self, now_s: float) -> None:
        """It has answered: due again one interval on; turns that were missed are not made up for."""
        self.failures, self.error = 0, ""
        self.due_s = max(self.due_s + self.place.every_s, now_s)

    def failed(self, now_s: float, error: Silent | Lost) -> None:
        """It has not: left alone for a while, twice as long each time, for five minutes at the most."""
        rest_s = min(SHORTEST_REST_S * 2 ** min(self.failures, 10), LONGEST_REST_S)
        self.failures, self.error = self.failures + 1, str(error)
        self.due_s = now_s + max(rest_s, self.place.every_s)

    def notes(self) -> dict[str, Any]:
        """What is kept with the record of the device: whether it answers, and which points give nothing and why."""
        faults = dict([*self.faults.items(), *self.refused.items()][:MOST_TOLD])
        return {"status": "offline" if self.failures else "online", "error": self.error, "faults": faults}


def device_of(entry: Entry, every_s: float) -> Device:
    """The device that an entry of the register describes; Invalid for an address that cannot be understood.

    A point that cannot be understood is among its faults and costs no other.
    """
    faults: dict[str, str] = {}
    codes: dict[Point, str] = {}
    for text, code in sorted(entry.points.items()):
        try:
            codes[read_point(text)] = code
        except Invalid as error:
            faults[text] = str(error)
    return Device(entry, read_place(entry.address, every_s), codes, questions(codes), faults)


def readings_of(device: Device, values: Mapping[str, float], now_ms: int, limits: Limits) -> Intake:
    """Values as readings of the moment in which they came: a Modbus device tells no time."""
    at, draft = iso_of(now_ms), Draft()
    for code, value in values.items():
        draft.code.append(code)
        draft.at_ms.append(now_ms)
        draft.value.append(value)
        draft.raw.append(orjson.dumps({"channel": code, "at": at, "value": value}))
        draft.quality.append(int(Quality.ARRIVAL_TIME))
    return judge(draft, device.entry.facts, now_ms, limits)
