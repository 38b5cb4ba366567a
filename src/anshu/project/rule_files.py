"""`anshu rules`: sensing rules as YAML for reviewers, written out, looked over, brought in."""

import argparse
import sys
from pathlib import Path

from django.db import transaction

from anshu.access.policy import Robot
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.rules.written import Unreadable, write
from anshu.domains.warnings.tasks.rule_files import checked, take_in
from anshu.kernel.errors import Invalid
from anshu.workflow import log

IMPORT = Robot("import")


def run(asked: argparse.Namespace) -> int:
    """Do what is asked; 0 done, 1 when rules in the file are wrong, each fault in a line with file, line and field."""
    if asked.what == "export":
        return _export(asked.file)
    try:
        if asked.what == "check":
            found = checked(read_text(asked.file), IMPORT)
            sys.stdout.write(f"{len(found)} rules, nothing wrong\n")
        else:
            count = take_in(read_text(asked.file), by=IMPORT)
            sys.stdout.write(", ".join(f"{number} {what}" for what, number in count.items()) + "\n")
    except Unreadable as refused:
        sys.stderr.writelines(f"{asked.file}: {fault}\n" for fault in refused.faults)
        return 1
    return 0


def read_text(path: Path) -> str:
    """A text file; Invalid when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("%(file)s: %(why)s", field="file", file=path, why=error) from error


def _export(path: Path) -> int:
    rules = list(Rule.objects.select_related("channel", "backup"))
    with transaction.atomic():
        log.write("warnings.export", None, Robot("work"), details={"register": "rules", "form": "yaml"})
    path.write_text(write(rules), encoding="utf-8")
    sys.stdout.write(f"{len(rules)} rules → {path}\n")
    return 0
