"""One file brought in: kept, tried, written chunk by chunk, gone on with after a crash, and told in a receipt."""

import fcntl
import hashlib
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, Person, Robot, account_of
from anshu.kernel.crs import Crs
from anshu.kernel.errors import Invalid, Refused
from anshu.ledger.declaration import LEDGERS, Ledger
from anshu.ledger.exchange import rejects
from anshu.ledger.exchange.checking import Checked, RowError, check
from anshu.ledger.exchange.matching import labels, plain
from anshu.ledger.exchange.reading import read
from anshu.ledger.exchange.storing import Job, Written, store
from anshu.ledger.exchange.table import Table
from anshu.ledger.models import Import
from anshu.workflow import log

MOST_ADDED = 2000
"""A changed record costs a sealed row of the log; fewer of them fit into one short transaction."""
MOST_CHANGED = 200
"""Errors kept with the import; the file of rejected rows has them all."""
ERRORS_KEPT = 500


@dataclass(frozen=True)
class Plan:
    """How a file is to be read: heading → field, the coordinate system, and whether bad rows may be left out."""

    columns: Mapping[str, str]
    crs: Crs = Crs.WGS84
    good_only: bool = False

    @classmethod
    def of(cls, source: Import) -> "Plan":
        kept = source.mapping
        return cls(kept.get("columns", {}), Crs(kept.get("crs", Crs.WGS84)), bool(kept.get("good_only")))

    def as_json(self) -> dict[str, object]:
        return {"columns": dict(self.columns), "crs": self.crs.value, "good_only": self.good_only}


def upload_path(digest: str) -> Path:
    """Where an upload is kept until it is done."""
    return Path(settings.ANSHU.state_dir).resolve() / "imports" / digest


def rejects_path(source: Import) -> Path:
    """Where the rows that were refused are, to be mended and dropped again."""
    return upload_path(f"{source.pk}.rejects.xlsx")


def receive(ledger: Ledger, actor: Actor, name: str, content: bytes) -> Import:
    """Keep a file. The same file of an import that was interrupted leads back to that import."""
    digest = hashlib.sha256(content).hexdigest()
    same = Import.objects.filter(ledger=ledger.slug, digest=digest, account=account_of(actor)).exclude(
        state=Import.State.DONE
    )
    path = upload_path(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".part")
    fresh.write_bytes(content)
    fresh.replace(path)
    found = same.order_by("-at").first()
    if found is not None:
        return found
    return Import.objects.create(ledger=ledger.slug, digest=digest, account=account_of(actor), file_name=name[-200:])


def table_of(source: Import) -> Table:
    """The kept file as a table; Invalid when it cannot be read, or is no longer here."""
    try:
        content = upload_path(source.digest).read_bytes()
    except FileNotFoundError as error:
        raise Invalid(_("The file is no longer here. Drop it again."), field="file", code="file_gone") from error
    known = labels(LEDGERS[source.ledger])
    return read(content, source.file_name, lambda heading: plain(heading) in known)


def dry_run(source: Import, actor: Actor, table: Table, plan: Plan) -> Checked:
    """Try every row and keep what was found with the import; no record is written."""
    checked = check(LEDGERS[source.ledger], table, plan.columns, actor, plan.crs)
    source.mapping, source.rows = plan.as_json(), len(table)
    source.refused = checked.count("wrong")
    source.errors = [error.as_json() for error in checked.errors[:ERRORS_KEPT]]
    source.save()
    rejects.write(rejects_path(source), table, checked.errors)
    return checked


def begin(source: Import, plan: Plan) -> None:
    """Settle how the file is to be brought in; from here on it is carried through, whatever stops in between."""
    with transaction.atomic():
        log.lock()
        begun = Import.objects.filter(pk=source.pk, state=Import.State.CHECKED).update(
            state=Import.State.RUNNING, mapping=plan.as_json(), done_rows=0, added=0, changed=0
        )
    if not begun:
        raise Refused(_("This import was begun already."))


def run(key: UUID, actor: Actor | None = None) -> bool:
    """Carry an import through, from where it has got to. False when another process is at it, or nothing is to do."""
    source = Import.objects.get(pk=key)
    by = actor or (Person(source.account) if source.account else Robot("import"))
    with _alone(source) as mine:
        source.refresh_from_db()
        if not mine or source.state != Import.State.RUNNING:
            return False
        table, plan = table_of(source), Plan.of(source)
        checked = check(LEDGERS[source.ledger], table, plan.columns, by, plan.crs)
        if not source.done_rows and not _agreed(source, table, checked, plan):
            return False
        job = Job(LEDGERS[source.ledger], checked, by, source)
        for start, end, rows in chunks(checked, source.done_rows):
            _write(job, table, (start, end), rows)
        told = (RowError(**error) for error in source.errors)
        rejects.write(rejects_path(source), table, dict.fromkeys((*checked.errors, *told)))
        _finish(source)
        return True


def _agreed(source: Import, table: Table, checked: Checked, plan: Plan) -> bool:
    """Before the first chunk: all or nothing means that nothing is written while any row is wrong."""
    source.rows, source.refused = len(table), checked.count("wrong")
    source.errors = [error.as_json() for error in checked.errors[:ERRORS_KEPT]]
    refused = bool(source.refused) and not plan.good_only
    source.state = Import.State.CHECKED if refused else Import.State.RUNNING
    source.save()
    rejects.write(rejects_path(source), table, checked.errors)
    return not refused


def chunks(checked: Checked, start: int) -> Iterator[tuple[int, int, list[int]]]:
    """(first row, row after the last, rows to be written) of each transaction, from row `start` of the file on."""
    rows: list[int] = []
    changed, first = 0, start
    for row in range(start, len(checked.fates)):
        if checked.fates[row] in ("add", "change"):
            rows.append(row)
            changed += checked.fates[row] == "change"
        if len(rows) >= MOST_ADDED or changed >= MOST_CHANGED:
            yield first, row + 1, rows
            rows, changed, first = [], 0, row + 1
    if first < len(checked.fates):
        yield first, len(checked.fates), rows


def _write(job: Job, table: Table, span: tuple[int, int], rows: list[int]) -> None:
    """One chunk, its row in the log, and how far the import has got, all in one transaction."""
    source = job.source
    with transaction.atomic():
        log.lock()
        written = store(job, rows) if rows else Written()
        source.done_rows = span[1]
        source.added += len(written.added)
        source.changed += len(written.changed)
        source.refused += len(written.refused)
        source.errors += [_told(table, row, why).as_json() for row, why in written.refused.items()][
            : max(0, ERRORS_KEPT - len(source.errors))
        ]
        source.save(update_fields=("done_rows", "added", "changed", "refused", "errors"))
        keys = written.added + written.changed
        if keys:
            details = {
                "file": source.file_name,
                "rows": [table.lines[span[0]], table.lines[span[1] - 1]],
                "added": len(written.added),
                "changed": len(written.changed),
                "keys": [min(keys), max(keys)],
            }
            log.write(f"{job.ledger.domain}.import", source, job.actor, details=details)


def _told(table: Table, row: int, why: str) -> RowError:
    return RowError(row, table.lines[row], str(table.lines[row]), "", "", why)


def _finish(source: Import) -> None:
    Import.objects.filter(pk=source.pk).update(state=Import.State.DONE)
    others = Import.objects.filter(digest=source.digest).exclude(pk=source.pk).exclude(state=Import.State.DONE)
    if not others.exists():
        upload_path(source.digest).unlink(missing_ok=True)
    upload_path(f"{source.pk}.lock").unlink(missing_ok=True)


@contextmanager
def _alone(source: Import) -> Iterator[bool]:
    """Whether this process alone is at the import; the system lets go of the lock when the process dies."""
    path = upload_path(f"{source.pk}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def interrupted(source: Import) -> bool:
    """Whether an import was begun, is not done, and nobody is at it."""
    if source.state != Import.State.RUNNING:
        return False
    with _alone(source) as free:
        return free


def start(source: Import) -> None:
    """Carry it through: at once when it is one chunk, else beside the request, in the language of this reader."""
    if source.rows <= MOST_ADDED:
        run(source.pk)
        return
    Thread(
        target=_beside, args=(source.pk, translation.get_language()), name=f"import {source.pk}", daemon=True
    ).start()


def _beside(key: UUID, language: str | None) -> None:
    try:
        with translation.override(language):
            run(key)
    except Exception:
        logging.getLogger(__name__).exception("import %s stopped; it goes on when it is asked for again", key)
    finally:
        connection.close()


def go_on() -> bool:
    """Take up one import that was interrupted; whether there was one. For the loop of a background process."""
    for key in Import.objects.filter(state=Import.State.RUNNING).order_by("at").values_list("pk", flat=True):
        if run(key):
            return True
    return False
