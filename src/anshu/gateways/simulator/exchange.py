"""The exchange's own memory: telephones, what their owners are about to do, and what is still to be reported.

A small SQLite file of its own, because gateways own no tables of the system. All instants are Unix seconds, given in.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from anshu.gateways.simulator.behaviour import acts

SCHEMA = """
create table if not exists phone (
    id text primary key, channel text not null, number text not null, request text not null,
    state text not null, outcome text not null default '', keys text not null default '',
    placed_at real not null, answered_at real, ended_at real, ignored integer not null default 0
);
create table if not exists act (id integer primary key, phone text not null, due_at real not null, act text not null,
    keys text not null);
create table if not exists event (id integer primary key, phone text not null, body text not null,
    next_at real not null, tries integer not null default 0);
create table if not exists option (name text primary key, value text not null);
"""
LIVE = ("ringing", "talking")
"""Seconds between two attempts to report, by how many have failed; after the last the event is dropped."""
RETRY_S = (1, 2, 5, 10, 20, 40, 60, 60)
"""How many ended calls stay on the page."""
SHOWN = 30
"""Seconds for which an ended call is remembered."""
KEPT_S = 7 * 86_400


@dataclass(frozen=True)
class Phone:
    """A telephone as the page shows it. `state`: ringing, talking, ended."""

    id: str
    channel: str
    number: str
    request: dict[str, Any]
    state: str
    outcome: str
    keys: str
    placed_at: float
    answered_at: float | None
    ended_at: float | None
    ignored: bool


@dataclass(frozen=True)
class Report:
    """An event on its way to whoever placed the call."""

    id: int
    phone: str
    channel: str
    address: str
    body: bytes
    tries: int


@dataclass(frozen=True)
class Exchange:
    """The exchange whose memory is the file at `path`; it is made when missing."""

    path: Path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of what is done inside is kept, or nothing."""
        link = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        try:
            link.row_factory = sqlite3.Row
            link.execute("pragma journal_mode=wal")
            link.executescript(SCHEMA)
            link.execute("begin immediate")
            yield link
            link.execute("commit")
        finally:
            link.close()  # without the commit above this undoes what was begun

    def place(self, request: Mapping[str, Any], now: float) -> str:
        """Let a telephone ring. The same call placed again rings no second time and has the same number."""
        with self._open() as link:
            made = link.execute(
                "insert or ignore into phone (id, channel, number, request, state, placed_at)"
                " values (?, ?, ?, ?, 'ringing', ?)",
                (request["id"], request["channel"], request["to"], json.dumps(dict(request), ensure_ascii=False), now),
            ).rowcount
            link.execute("delete from phone where ended_at < ?", (now - KEPT_S,))
            if made:
                self._report(link, request["id"], "ringing", now)
                if self._option(link, "behaviour", "hand") == "auto":
                    self._foresee(link, request, now)
        return f"sim-{request['id']}"

    def _foresee(self, link: sqlite3.Connection, request: Mapping[str, Any], now: float) -> None:
        attempt = link.execute("select count(*) from phone where number = ?", (request["to"],)).fetchone()[0]
        link.executemany(
            "insert into act (phone, due_at, act, keys) values (?, ?, ?, ?)",
            [
                (request["id"], now + act.after_s, act.act, act.keys)
                for act in acts(request, attempt, self._option(link, "seed", "anshu"))
            ],
        )

    def answer(self, phone: str, now: float) -> None:
        """Pick up."""
        with self._open() as link:
            self._answer(link, phone, now)

    def dial(self, phone: str, key: str, now: float) -> None:
        """Press one key; when as many are pressed as questions were asked, they are reported together."""
        with self._open() as link:
            row = self._live(link, phone)
            if row is None:
                return
            keys = row["keys"] + key
            whole = len(keys) >= len(json.loads(row["request"])["questions"])
            link.execute("update phone set keys = ? where id = ?", ("" if whole else keys, phone))
            if whole:
                self._press(link, phone, keys, now)

    def refuse(self, phone: str, now: float) -> None:
        """Push the ring away."""
        with self._open() as link:
            self._end(link, phone, "refused", now)

    def hang_up(self, phone: str, now: float) -> None:
        """Hang up before the end."""
        with self._open() as link:
            self._end(link, phone, "hung up", now)

    def ignore(self, phone: str) -> None:
        """Let it ring and do nothing, now or later."""
        with self._open() as link:
            link.execute("update phone set ignored = 1 where id = ?", (phone,))
            link.execute("delete from act where phone = ?", (phone,))

    def cancel(self, phone: str, now: float) -> None:
        """Whoever placed the call takes it back: the telephone falls silent, and nothing is reported."""
        with self._open() as link:
            link.execute(
                "update phone set state = 'ended', outcome = 'taken back', ended_at = ?"
                " where id = ? and state <> 'ended'",
                (now, phone),
            )
            link.execute("delete from act where phone = ?", (phone,))

    def tick(self, now: float) -> None:
        """Do what simulated people are due to do, in order."""
        with self._open() as link:
            for row in link.execute("select * from act where due_at <= ? order by due_at, id", (now,)).fetchall():
                link.execute("delete from act where id = ?", (row["id"],))
                match row["act"]:
                    case "answer":
                        self._answer(link, row["phone"], now)
                    case "press":
                        self._press(link, row["phone"], row["keys"], now)
                    case "refuse":
                        self._end(link, row["phone"], "refused", now)
                    case _:
                        self._end(link, row["phone"], "hung up", now)

    def next_report(self, now: float) -> Report | None:
        """The oldest event that is due; those of one telephone go out in their order."""
        with self._open() as link:
            row = link.execute(
                "select event.*, phone.channel, phone.request from event join phone on phone.id = event.phone"
                " where next_at <= ? and not exists"
                " (select 1 from event earlier where earlier.phone = event.phone and earlier.id < event.id)"
                " order by event.id limit 1",
                (now,),
            ).fetchone()
        if row is None:
            return None
        address = json.loads(row["request"])["callback"]
        return Report(row["id"], row["phone"], row["channel"], address, row["body"].encode(), row["tries"])

    def reported(self, report: Report, then: str, now: float) -> None:
        """It has arrived; `then` is what we are told to do: `repeat`, `thank`, `hang_up` or `go_on`."""
        with self._open() as link:
            link.execute("delete from event where id = ?", (report.id,))
            if then in ("thank", "hang_up"):
                self._end(link, report.phone, "understood" if then == "thank" else "given up", now)

    def not_reported(self, report: Report, now: float) -> None:
        """It has not arrived: again later, until it has failed too often."""
        with self._open() as link:
            if report.tries >= len(RETRY_S):
                link.execute("delete from event where id = ?", (report.id,))
            else:
                link.execute(
                    "update event set tries = tries + 1, next_at = ? where id = ?",
                    (now + RETRY_S[report.tries], report.id),
                )

    def phones(self) -> list[Phone]:
        """Telephones, those that ring or talk first, then the ones that ended last."""
        with self._open() as link:
            rows = link.execute(
                "select * from phone order by state = 'ended',"
                " case state when 'ended' then -ended_at else placed_at end"
                " limit (select count(*) from phone where state <> 'ended') + ?",
                (SHOWN,),
            ).fetchall()
        return [
            Phone(**{**dict(row), "request": json.loads(row["request"]), "ignored": bool(row["ignored"])})
            for row in rows
        ]

    def option(self, name: str, default: str) -> str:
        """A setting of the exchange: `behaviour` (`hand` or `auto`) and `seed`."""
        with self._open() as link:
            return self._option(link, name, default)

    def set_option(self, name: str, value: str) -> None:
        """Keep a setting."""
        with self._open() as link:
            link.execute("insert or replace into option values (?, ?)", (name, value))

    def _option(self, link: sqlite3.Connection, name: str, default: str) -> str:
        row = link.execute("select value from option where name = ?", (name,)).fetchone()
        return str(row["value"]) if row else default

    def _live(self, link: sqlite3.Connection, phone: str) -> sqlite3.Row | None:
        rows = link.execute("select * from phone where id = ? and state <> 'ended'", (phone,))
        found: sqlite3.Row | None = rows.fetchone()
        return found

    def _answer(self, link: sqlite3.Connection, phone: str, now: float) -> None:
        changed = link.execute(
            "update phone set state = 'talking', answered_at = ? where id = ? and state = 'ringing'", (now, phone)
        ).rowcount
        if changed:
            self._report(link, phone, "answered", now)

    def _press(self, link: sqlite3.Connection, phone: str, keys: str, now: float) -> None:
        row = self._live(link, phone)
        if row is not None and (row["state"] == "talking" or row["channel"] == "sms"):
            heard_s = None if row["answered_at"] is None else round(now - row["answered_at"], 1)
            self._report(link, phone, "pressed", now, digits=keys, heard_s=heard_s)

    def _end(self, link: sqlite3.Connection, phone: str, outcome: str, now: float) -> None:
        row = self._live(link, phone)
        if row is None:
            return
        link.execute(
            "update phone set state = 'ended', outcome = ?, ended_at = ? where id = ?", (outcome, now, phone)
        )
        link.execute("delete from act where phone = ?", (phone,))
        heard_s = None if row["answered_at"] is None else round(now - row["answered_at"], 1)
        self._report(link, phone, "hung_up", now, heard_s=heard_s)

    def _report(self, link: sqlite3.Connection, phone: str, event: str, now: float, **more: Any) -> None:
        at = datetime.fromtimestamp(now, UTC).isoformat()
        given = {name: value for name, value in more.items() if value is not None}
        body = {"id": phone, "event": event, "at": at, **given}
        link.execute("insert into event (phone, body, next_at) values (?, ?, ?)", (phone, json.dumps(body), now))
