"""Which records of a large register may have given words: every three signs in a row, and the records that have them.

SQLite alone (its FTS5, with signs taken as they are): there a search for what is rare would otherwise read the words of
every record. Triggers keep it, so that no way of writing can forget it. A table that a migration has made anew has lost
them with its rows' numbers, and VACUUM gives rows other numbers: then it is entered again.
"""

import uuid
from functools import cache
from typing import Any

from django.db import connection, transaction

from anshu.ledger.declaration import LEDGERS
from anshu.ledger.indexes import Words
from anshu.ledger.models import Registered

SIGNS = 3
"""So that two signs at the end of a text begin three in a row as well: a mark that nobody types, twice."""
END, ENDING = "char(3, 3)", "\3\3"
"""So many threes tell one row from others."""
MOST_ASKED = 40
MOST_WORDS = 20
"""A pair of signs that more threes begin with than this narrows nothing."""
MOST_BEGINNINGS = 200


@cache
def indexed(model: type[Registered]) -> bool:
    """Whether the register is large enough: each table more is read by every connection that is opened."""
    return any(isinstance(index, Words) for index in model._meta.indexes)


def enter(**_told: Any) -> None:
    """Index every large register that has no index, or has lost it."""
    for table in astray():
        _enter(table)


def astray() -> list[str]:
    """The tables of large registers whose index is not there, or has the last row elsewhere."""
    if connection.vendor != "sqlite":
        return []
    tables = [ledger.model._meta.db_table for ledger in LEDGERS.values() if indexed(ledger.model)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
        there = {name for (name,) in cursor.fetchall()}
        return [
            table
            for table in tables
            if table in there and (f"{table}_signs_new" not in there or not _fits(cursor, table))
        ]


def _fits(cursor: Any, table: str) -> bool:
    """Whether the index has the last row where it is: rows that were given other numbers have closed up before it."""
    cursor.execute(f"SELECT rowid, lower(search_text) FROM {table} ORDER BY rowid DESC LIMIT 1")  # noqa: S608
    row = cursor.fetchone()
    threes = sorted(_threes(row[1] + ENDING))[:MOST_ASKED] if row else []
    if not threes:
        return True
    asked = f"SELECT 1 FROM {table}_signs WHERE {table}_signs MATCH %s AND rowid = %s"  # noqa: S608
    cursor.execute(asked, (" AND ".join(map(_quoted, threes)), row[0]))
    return cursor.fetchone() is not None


def _enter(table: str) -> None:
    """Index one register as it stands, and from now on with each change. Names are those of our own tables."""
    signs, old, new = f"{table}_signs", f"lower(old.search_text) || {END}", f"lower(new.search_text) || {END}"
    away = f"INSERT INTO {signs}({signs}, rowid, words) VALUES ('delete', old.rowid, {old});"  # noqa: S608
    add = f"INSERT INTO {signs}(rowid, words) VALUES (new.rowid, {new});"  # noqa: S608
    steps = (
        *(f"DROP TRIGGER IF EXISTS {signs}_{when}" for when in ("gone", "other", "new")),
        f"DROP TABLE IF EXISTS {signs}_known",
        f"DROP TABLE IF EXISTS {signs}",
        f"CREATE VIRTUAL TABLE {signs} USING "
        "fts5(words, content='', detail=none, columnsize=0, tokenize='trigram case_sensitive 1')",
        f"CREATE VIRTUAL TABLE {signs}_known USING fts5vocab({signs}, row)",
        f"INSERT INTO {signs}(rowid, words) SELECT rowid, lower(search_text) || {END} FROM {table}",  # noqa: S608
        f"CREATE TRIGGER {signs}_gone AFTER DELETE ON {table} BEGIN {away} END",
        f"CREATE TRIGGER {signs}_other AFTER UPDATE OF search_text ON {table} "
        f"WHEN old.search_text <> new.search_text BEGIN {away} {add} END",
        f"CREATE TRIGGER {signs}_new AFTER INSERT ON {table} BEGIN {add} END",
    )
    with transaction.atomic(), connection.cursor() as cursor:
        for step in steps:
            cursor.execute(step)


def words_of(text: str) -> list[str]:
    """What is searched for, word by word, in small letters; a sign that no record can hold parts words like a space.
    More words than any record could be told by are not asked for."""
    return text.lower().replace("\0", " ").split()[:MOST_WORDS]


def candidates(model: type[Registered], words: str, most: int) -> list[uuid.UUID] | None:
    """The keys of the records that have every three signs of the words: all that have the words, and perhaps others.
    None when these are more than `most`, or cannot be told so: words of a single sign, a register without index."""
    if connection.vendor != "sqlite" or not indexed(model):
        return None
    table = model._meta.db_table
    signs = f"{table}_signs"
    with connection.cursor() as cursor:
        parts: list[str] = []
        for word in words_of(words):
            begun = _begun_with(cursor, signs, word) if len(word) < SIGNS else None
            if begun == []:
                return []
            parts += [f"({' OR '.join(map(_quoted, begun))})"] if begun else map(_quoted, _threes(word))
        if not parts:
            return None
        asked = f"SELECT rowid FROM {signs} WHERE {signs} MATCH %s LIMIT %s"  # noqa: S608
        cursor.execute(asked, (" AND ".join(parts), most + 1))
        rows = [row for (row,) in cursor.fetchall()]
        if not rows or len(rows) > most:
            return None if rows else []
        cursor.execute(f"SELECT id FROM {table} WHERE rowid IN ({', '.join(map(str, rows))})")  # noqa: S608
        return [uuid.UUID(key) for (key,) in cursor.fetchall()]


def _threes(word: str) -> set[str]:
    return {word[at : at + SIGNS] for at in range(len(word) - SIGNS + 1)}


def _begun_with(cursor: Any, signs: str, pair: str) -> list[str] | None:
    """The known threes that begin with two signs; None when they are too many, or it is one sign."""
    if len(pair) < SIGNS - 1:
        return None
    asked = f"SELECT term FROM {signs}_known WHERE term >= %s AND term < %s LIMIT %s"  # noqa: S608
    cursor.execute(asked, (pair, f"{pair}\U0010ffff", MOST_BEGINNINGS + 1))
    found = [term for (term,) in cursor.fetchall()]
    return found if len(found) <= MOST_BEGINNINGS else None


def _quoted(signs: str) -> str:
    """Signs as FTS5 takes them for themselves."""
    return '"' + signs.replace('"', '""') + '"'
