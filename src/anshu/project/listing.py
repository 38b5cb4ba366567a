"""What the installation holds, told on the command line: loops, registers, tokens."""

import argparse
import json
import sys
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import translation

from anshu.access.models import Account, Token
from anshu.access.policy import Robot
from anshu.kernel import clock
from anshu.kernel.errors import Invalid
from anshu.ledger.declaration import LEDGERS
from anshu.ledger.exchange import writing
from anshu.workflow import diagrams, log


def loops(form: str) -> int:
    """Every closed loop, as Mermaid diagrams or as JSON."""
    found = diagrams.all_loops()
    if form == "json":
        sys.stdout.write(json.dumps([diagrams.as_data(loop) for loop in found], ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("\n\n".join(f"%% {loop.key}: {loop.title}\n{diagrams.mermaid(loop)}" for loop in found) + "\n")
    return 0


def token(asked: argparse.Namespace) -> int:
    """Make a token and print its text, which cannot be shown again."""
    account = Account.objects.filter(username=asked.user).first()
    if account is None:
        raise Invalid("there is no account %(user)s", field="user", user=asked.user)
    until = clock.now() + timedelta(days=asked.days) if asked.days else None
    sys.stdout.write(Token.issue(account, asked.scope, label=asked.label, expires_at=until) + "\n")
    return 0


def export(register: str, path: Path) -> int:
    """Write a whole register to a file, of the kind its name ends in; personal data stays masked. The log keeps it."""
    ledger, form = LEDGERS.get(register), path.suffix.lstrip(".").lower()
    if ledger is None:
        known = ", ".join(LEDGERS)
        words = "there is no register %(name)s; there are: %(known)s"
        raise Invalid(words, field="register", name=register, known=known)
    if form not in writing.FORMS:
        raise Invalid("the file name must end in .%(known)s", field="file", known=", .".join(writing.FORMS))
    rows = ledger.model._default_manager.select_related(*ledger.related).order_by(*ledger.order, "pk")
    partial = path.with_name(f".{path.name}.part")
    with transaction.atomic():
        details = {"register": register, "form": form, "rows": rows.count(), "clear": False}
        log.write(f"{ledger.domain}.export", None, Robot("work"), details=details)
    with translation.override(settings.LANGUAGE_CODE), partial.open("wb") as file:
        file.writelines(writing.export(ledger, rows, form))
    partial.replace(path)
    sys.stdout.write(f"{rows.count()} rows → {path}\n")
    return 0
