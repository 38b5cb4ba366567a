"""`manage.py makemessages`: bring the one catalogue of words up to date and print what is not translated yet.

Storeys without Django raise errors in plain English that are translated where they are shown; their first argument,
and the texts kept in a variable named `message`, are taken as well. Output is sorted, without places, dates, obsolete
or guessed entries, so that the same sources always give the same file.
"""

import ast
import os
from pathlib import Path
from typing import Any

import polib
from django.core.management.commands import makemessages

LANGUAGE = "zh_Hans"
CATALOGUE = Path("locale", LANGUAGE, "LC_MESSAGES", "django.po")
HEAD = {
    "Project-Id-Version": "Anshu",
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
"""Functions whose first argument is told to a reader, beside gettext's own names."""
TOLD = ("_now", "Invalid", "Refused", "Forbidden", "Unreadable", "Words")
PLAIN_STOREYS = ("kernel", "cluster", "engines", "gateways", "telemetry", "ledger")


def messages_in(source: str) -> list[str]:
    """Texts that are kept in a variable `message` before they are raised."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, (ast.Constant, ast.Tuple)):
            continue
        pairs = [(target, node.value) for target in node.targets]
        if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = list(zip(node.targets[0].elts, node.value.elts, strict=False))  # type: ignore[arg-type]
        found += [
            value.value
            for target, value in pairs
            if isinstance(target, ast.Name)
            and target.id == "message"
            and isinstance(value, ast.Constant)
            and isinstance(value.value, str)
        ]
    return found


class SourceFile(makemessages.BuildFile):
    """A file as xgettext is given it: Python of the plain storeys has its kept messages appended as marked ones."""

    @property
    def _kept(self) -> list[str]:
        path = Path(self.path)
        if path.suffix != ".py" or not set(PLAIN_STOREYS) & set(path.parts):
            return []
        return messages_in(path.read_text(encoding="utf-8"))

    @property
    def is_templatized(self) -> bool:
        return bool(super().is_templatized or self._kept)

    def preprocess(self) -> None:
        if not self._kept:
            super().preprocess()
            return
        marked = "".join(f"gettext_noop({message!r})\n" for message in self._kept)
        Path(self.work_path).write_text(f"{Path(self.path).read_text(encoding='utf-8')}\n{marked}", encoding="utf-8")


class Command(makemessages.Command):
    help = "Brings locale/zh_Hans/LC_MESSAGES/django.po up to date with the sources; prints what is not translated."
    build_file_class = SourceFile
    settings_available = False  # the folder in hand is read, whatever the settings say
    xgettext_options = [*makemessages.Command.xgettext_options, *(f"--keyword={name}" for name in TOLD)]
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[3], help="package to read")

    def handle(self, *args: Any, **options: Any) -> None:
        root: Path = options.pop("root")
        os.chdir(root)
        (root / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
        chosen = {"locale": [LANGUAGE], "no_location": True, "no_obsolete": True}
        super().handle(*args, **(options | chosen | {"ignore_patterns": ["static/*", "var/*"]}))
        for entry in tidy(root / CATALOGUE).untranslated_entries():
            self.stdout.write(f"untranslated: {entry.msgctxt + ' | ' if entry.msgctxt else ''}{entry.msgid}")


def tidy(path: Path) -> polib.POFile:
    """Write the catalogue in its one canonical form and return it."""
    book = polib.pofile(str(path), wrapwidth=0)
    book.metadata = dict(HEAD)
    book.header = "Words of Anshu in simplified Chinese. Kept up to date by `manage.py makemessages`."
    book.metadata_is_fuzzy = False
    entries = sorted(book, key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    book.clear()
    book.extend(entries)
    book.save()
    return book
