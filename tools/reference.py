"""Writes docs/reference from the code: settings, commands, roles, loops, permissions, events, registers, figures."""

import argparse
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anshu.project.django_settings")
django.setup()

from django.utils import translation  # noqa: E402  # Django is set up first

from anshu.access.roles import ROBOTS, ROLES, permits  # noqa: E402
from anshu.indicators.book import FIGURES  # noqa: E402
from anshu.ledger.declaration import LEDGERS, field_of, label_of  # noqa: E402
from anshu.project.command import parser  # noqa: E402
from anshu.project.reactions import REACTIONS  # noqa: E402
from anshu.project.settings import PREFIX, Settings  # noqa: E402
from anshu.workflow import diagrams  # noqa: E402
from anshu.workflow.clocks import EXTRA, RUNGS  # noqa: E402
from anshu.workflow.models import Change  # noqa: E402
from anshu.workflow.outbox import as_event  # noqa: E402
from anshu.workflow.transitions import ARROWS, Arrow  # noqa: E402

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
MADE = "<!-- Written by `make reference` from the code; change the code, not this page. -->\n\n"


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text)


def pages() -> dict[str, str]:
    """File name → text of every page, the same for the same code on every machine and day."""
    makers = {
        "settings.md": settings,
        "commands.md": commands,
        "roles.md": roles,
        "loops.md": loops,
        "permissions.md": permissions,
        "events.md": events,
        "registers.md": registers,
        "figures.md": figures,
    }
    with translation.override("en"):
        return {name: MADE + "\n".join(make()).rstrip() + "\n" for name, make in makers.items()}


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A Markdown table."""
    titles = list(head)
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for row in rows:
        yield f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |"


def code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def settings() -> Iterator[str]:
    yield "# Settings\n"
    yield "In `anshu.toml` (another file by `ANSHU_FILE`) under the name of the first column, or in the environment"
    yield "under the second, which goes first. Settings are checked when a process starts; a name that is not here"
    yield "is refused.\n"
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default in ("", None, []) else f"`{field.default}`"
        rows.append((f"`{name}`", f"`{PREFIX}{name.upper()}`", kind_of(field.annotation), default, field.description))
    yield from table(("Setting", "Environment", "Kind", "Default", "What it does"), rows)


def kind_of(annotation: Any) -> str:
    """A type in words, a choice as its choices."""
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(annotation))
    words = {
        bool: "true or false",
        int: "whole number",
        float: "number",
        str: "text",
        Path: "path",
        list[str]: "list of texts",
    }
    return next((words[kind] for kind in (annotation, *get_args(annotation)) if kind in words), str(annotation))


def commands() -> Iterator[str]:
    yield "# The `anshu` command\n"
    yield "Exit status: 0 done, 1 something is wrong, 2 it could not be understood.\n"
    top = parser()
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                yield f"## anshu {name}\n\n{sub.description}\n"
                yield from table(("Argument", "Default", "What it is"), map(argument, arguments_of(sub)))


def arguments_of(sub: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in sub._actions if action.dest != "help"]


def argument(action: argparse.Action) -> tuple[str, str, str]:
    """One row of a command's table."""
    name = code(action.option_strings) or f"`{action.dest.upper()}`"
    choices = f"one of {code(map(str, action.choices))}" if action.choices else ""
    default = "" if action.default in (None, False, "") else f"`{action.default}`"
    return name, default, "; ".join(part for part in (action.help or "", choices) if part)


def roles() -> Iterator[str]:
    yield "# Roles\n"
    yield "A role is given to a person for an area and everything below it. What no row names is forbidden."
    yield "Patterns are read as `fnmatch`; which deed each permission is stands in"
    yield "[permissions.md](permissions.md).\n"
    rows = [
        (f"`{role.code}`", role.title, code(role.permits), code(role.apart) or "", f"`{role.home}`")
        for role in ROLES.values()
    ]
    yield from table(("Role", "Title", "May", "Never together with", "Begins at"), rows)
    yield "## Programs of our own\n"
    yield from table(("Program", "May"), ((f"`{name}`", code(patterns)) for name, patterns in ROBOTS.items()))


def loops() -> Iterator[str]:
    yield "# Closed loops\n"
    yield "Each state that is not an end has an owner and a limit. When a limit runs, the ladder climbs:"
    yield f"{code(RUNGS)} at 50, 80, 100 and 150 % unless a local rule pack says otherwise, or the transition named by"
    yield "the loop runs at its end. Limits are keys of rule packs.\n"
    for loop in diagrams.all_loops():
        yield f"## {loop.title} (`{loop.key}`)\n"
        yield f"```mermaid\n{diagrams.mermaid(loop)}\n```\n"
        rows = []
        for state in diagrams.as_data(loop)["states"]:
            limit = loop.limit.get(state["state"])
            after = f" → `{limit.expired}`" if limit and limit.expired else ""
            rows.append(
                (f"`{state['state']}`", state["title"], state["owner"], f"`{limit.rule}`{after}" if limit else "end")
            )
        yield from table(("State", "Title", "Owner", "Limit"), rows)
    if EXTRA:
        yield "## Clocks beside the states\n"
        yield from table(
            ("Clock", "Limit", "Then"),
            (
                (f"`{n}`", f"`{e.rule}`", f"`{e.expired}`" if e.expired else "the ladder")
                for n, e in sorted(EXTRA.items())
            ),
        )


def arrows() -> list[Arrow]:
    return sorted((arrow for found in ARROWS.values() for arrow in found.values()), key=lambda arrow: arrow.code)


def permissions() -> Iterator[str]:
    yield "# Permissions\n"
    yield "Every deed, as buttons and the API offer it: `POST /api/{register}/{id}/{verb}` for a record that is"
    yield "there. Besides, each domain knows the general verbs `view`, `add`, `change`, `export` and `unmask`.\n"
    rows = []
    for arrow in arrows():
        who = [role.code for role in ROLES.values() if permits(role.permits, arrow.code)]
        who += [name for name, patterns in ROBOTS.items() if permits(patterns, arrow.code)]
        states = f"{code(sorted(arrow.sources)) or 'opens'} → {f'`{arrow.to}`' if arrow.to else 'same'}"
        rows.append((f"`{arrow.code}`", arrow.title, states, code(p.name for p in arrow.parameters), code(who)))
    yield from table(("Permission", "Title", "From → to", "Details", "Who"), rows)


def events() -> Iterator[str]:
    yield "# Events\n"
    yield "Whatever changes leaves one row in the log. `GET /api/events` streams the rows a reader may see (server-"
    yield "sent events, resumed by `Last-Event-ID`, which is the row's number); webhooks are sent those whose verb"
    yield "they ask for, with an `Idempotency-Key` and an HMAC-SHA256 of the body in `X-Anshu-Signature`. No row of"
    yield "an exercise leaves.\n"
    yield f"Fields: {code(as_event(Change(details={})))}.\n"
    yield "## Verbs\n"
    yield f"{code(arrow.code for arrow in arrows())}; from clocks {code(f'workflow.{rung}' for rung in RUNGS)}.\n"
    yield "## Reactions: who in the house hears of what\n"
    rows = (
        (f"`{pattern}`", f"`{told.__module__}.{told.__qualname__}`", first_line(told))
        for pattern, listeners in REACTIONS.items()
        for told in listeners
    )
    yield from table(("Verb", "Reaction", "What it does"), rows)


def first_line(told: Any) -> str:
    return (told.__doc__ or "").strip().split("\n")[0]


def registers() -> Iterator[str]:
    yield "# Registers\n"
    yield "Each has a list, a record page, a form, import and export, and a place in the API under its name.\n"
    for slug, ledger in sorted(LEDGERS.items()):
        yield f"## {ledger.title} (`{slug}`)\n"
        rows = []
        for name in ledger.shown:
            field = field_of(ledger.model, name)
            roles_of_field = [
                word
                for word, names in (("list", ledger.columns), ("form", ledger.edit), ("filter", ledger.filters))
                if name in names
            ]
            rows.append(
                (f"`{name}`", label_of(ledger.model, name), getattr(field, "help_text", ""), ", ".join(roles_of_field))
            )
        yield from table(("Field", "Label", "Help", "Where"), rows)


def figures() -> Iterator[str]:
    yield "# Figures\n"
    yield "Every figure is declared as the rows that it counts (`src/anshu/indicators/book`). `/figures` shows it for"
    yield "any area and days, opens its rows, and freezes it. The last column is where the reports of districts print"
    yield "it, by its number in the list of their figures.\n"
    told = sorted(FIGURES.values(), key=lambda figure: (figure.group, figure.key))
    rows = [(f"`{one.key}`", one.group, one.words, one.says, one.unit, " ".join(one.sources)) for one in told]
    yield from table(("Key", "Group", "Figure", "What is counted", "Unit", "Printed as"), rows)


if __name__ == "__main__":
    main()
