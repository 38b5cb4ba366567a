"""The `anshu` command. Each subcommand is a function below; `anshu COMMAND --help` says what it takes."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from pydantic import ValidationError

from anshu.kernel.errors import AnshuError
from anshu.project import decoding
from anshu.project.settings import UnknownSetting, read

Run = Callable[[argparse.Namespace], int]
Command = Callable[..., argparse.ArgumentParser]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand and return the exit status: 0 done, 1 something is wrong, 2 it could not be understood."""
    asked = parser().parse_args(arguments)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.INFO)
    try:
        if asked.needs_settings:
            read()
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anshu.project.django_settings")
            django.setup()
        run: Run = asked.run
        return run(asked)
    except UnknownSetting as error:
        return complain(str(error), "remove them, or look up the right name in docs/reference/settings.md")
    except ValidationError as error:
        for problem in error.errors():
            complain(
                f"setting {'.'.join(map(str, problem['loc']))}: {problem['msg']}",
                "mend it in anshu.toml or the environment",
            )
        return 2
    except AnshuError as error:
        return complain(str(error))
    except KeyboardInterrupt:
        return 130


def complain(what: str, mend: str = "") -> int:
    """Say on standard error what is wrong and how to mend it."""
    sys.stderr.write(f"anshu: {what}\n" + (f"       {mend}\n" if mend else ""))
    return 2


def parser() -> argparse.ArgumentParser:
    """All subcommands and their options."""
    top = argparse.ArgumentParser(
        prog="anshu", description="Anshu (安枢): the operating system of a district emergency-management bureau."
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Run, words: str, *, needs_settings: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        made.set_defaults(run=run, needs_settings=needs_settings)
        return made

    _processes(command)
    _demonstration(command)
    _care(command)
    _lists(command)
    _rules(command)
    return top


def _processes(command: Command) -> None:
    """What runs."""
    command("up", late("processes", lambda m, _a: m.Supervisor().run()), "run every process, and start again what dies")
    command("web", late("processes", lambda m, _a: m.serve_web()), "run the web server alone")
    sense = command(
        "sense", late("loops", lambda m, a: m.sense(a.engine, anew=a.anew)), "run the sensing process alone"
    )
    sense.add_argument("--engine", choices=("embedded", "spark"), help="who judges readings; default: as set")
    sense.add_argument(
        "--anew", action="store_true", help="forget what was remembered: open alarms recover, and rise if still due"
    )
    command("work", late("loops", lambda m, _a: m.work()), "run clocks, reactions, calls and pollers alone")
    command("archive", late("loops", lambda m, _a: m.archive()), "keep the archive of readings in order, alone")
    command("mqtt", late("loops", lambda m, _a: m.mqtt()), "run the MQTT gateway (and the broker, if it is ours) alone")
    command("frames", late("loops", lambda m, _a: m.frames()), "run the doors of device protocols alone")
    command("modbus", late("loops", lambda m, _a: m.modbus()), "read Modbus devices, alone")
    command(
        "init", late("setting_up", lambda m, _a: m.init()), "make or bring up to date the database and the state folder"
    )


def _demonstration(command: Command) -> None:
    """What is shown and replayed."""
    demo = command(
        "demo", late("demo", lambda m, a: m.run(a)), "load a demonstration district, or play a storm over it"
    )
    demo.add_argument("what", choices=("district", "storm", "real-time"), help="district: load it once; storm: play it")
    demo.add_argument("--generated", action="store_true", help="use the generated district even if real data is there")
    demo.add_argument("--seed", type=int, default=20230907, help="the same seed gives the same district and storm")
    demo.add_argument("--minutes", type=float, default=10.0, help="how long the storm lasts for those who watch")
    demo.add_argument("--sites", type=int, default=0, help="number of enterprise premises to add")
    demo.add_argument("--hands-off", action="store_true", help="let the program also play the duty officer")

    replay = command("replay", late("replay", lambda m, a: m.run(a)), "play a recorded series through HTTP or MQTT")
    replay.add_argument("file", type=Path)
    replay.add_argument(
        "--map", required=True, help="e.g. time=timestamp,value=value,channel=GAUGE-1 (channel=@column reads it)"
    )
    replay.add_argument("--speed", type=float, default=0.0, help="times real time; 0 means as fast as possible")
    replay.add_argument("--by", choices=("http", "mqtt"), default="http")
    replay.add_argument("--to", default="", help="address of the server; default is this installation")
    replay.add_argument("--token", default="", help="token with the scope telemetry.append")
    replay.add_argument("--zone", default="Asia/Shanghai", help="zone of times that have none")
    replay.add_argument(
        "--shift", choices=("none", "now"), default="none", help="now: move the series so that it begins now"
    )
    replay.add_argument(
        "--make-channels", action="store_true", help="add channels that are missing (the token must be a registrar's)"
    )


def _care(command: Command) -> None:
    """Looking after an installation."""
    decode = command(
        "decode", decoding.run, "show what is in a message as JSON, or make one of JSON", needs_settings=False
    )
    decoding.add_arguments(decode)

    check = command(
        "check",
        late("health", lambda m, a: m.check(audit=a.audit)),
        "look over the installation; each line says how to mend it",
    )
    check.add_argument(
        "--audit", action="store_true", help="also walk the whole log for altered, missing or reordered rows"
    )

    backup = command("backup", late("backup", lambda m, a: m.backup(a.file)), "write everything into one file")
    backup.add_argument("file", type=Path)

    restore = command(
        "restore",
        late("backup", lambda m, a: m.restore(a.file, force=a.force)),
        "bring everything back from a backup file",
    )
    restore.add_argument("file", type=Path)
    restore.add_argument("--force", action="store_true", help="replace what is there; it is kept beside")


def _lists(command: Command) -> None:
    """What an installation holds, for programs and for those who ask."""
    loops = command("loops", late("listing", lambda m, a: m.loops(a.format)), "print every closed loop")
    loops.add_argument("--format", choices=("mermaid", "json"), default="mermaid")

    export = command(
        "export",
        late("listing", lambda m, a: m.export(a.register, a.file)),
        "write a register to a file (.csv, .xlsx or .geojson)",
    )
    export.add_argument("register")
    export.add_argument("file", type=Path)

    repeat = late("drawing", lambda m, a: m.verify(a.what))
    draw = command("draw", repeat, "repeat a double random draw and say what differs")
    draw.add_argument("action", choices=("verify",))
    draw.add_argument("what", help="number of a draw that was opened, or the file of one that was published (JSON)")

    token = command(
        "token",
        late("listing", lambda m, a: m.token(a)),
        "make a token for a program: token create --user NAME --scope SCOPE",
    )
    token.add_argument("action", choices=("create",))
    token.add_argument("--user", required=True)
    token.add_argument(
        "--scope", action="append", required=True, help="permission pattern such as telemetry.append; may be repeated"
    )
    token.add_argument("--label", default="")
    token.add_argument("--days", type=int, default=0, help="days after which it expires; 0 means never")


def _rules(command: Command) -> None:
    """Sensing rules, tried and exchanged."""
    backtest = command(
        "backtest", late("back_tests", lambda m, a: m.run(a)), "try a sensing rule on past readings; nothing is written"
    )
    backtest.add_argument("rule", help="number of a rule, or FILE.yaml; with several rules in it FILE.yaml:NUMBER")
    backtest.add_argument("--on", default="store", help="store (our own readings), or a CSV or NDJSON file with --map")
    backtest.add_argument("--map", default="", help="as for replay: time=COLUMN,value=COLUMN[*FACTOR],channel=CODE")
    backtest.add_argument("--zone", default="Asia/Shanghai", help="zone of times that have none")
    backtest.add_argument("--from", dest="begin", default="", help="first day or instant; default: 30 days before --to")
    backtest.add_argument("--to", default="", help="day or instant that is no longer in it; default: now")
    backtest.add_argument("--labels", type=Path, help="CSV (channel,from,to[,happened]) or JSON of what happened")
    backtest.add_argument("--event", type=float, help="the event is a value at or beyond this")
    backtest.add_argument("--ahead", default="", help="how long before an event an alarm counts for it, such as 6h")
    backtest.add_argument("--compare", default="", metavar="OTHER", help="another rule, named like the first")
    backtest.add_argument("--json", action="store_true", help="print JSON instead of tables")

    rules = command("rules", late("rule_files", lambda m, a: m.run(a)), "write sensing rules as YAML, or bring them in")
    rules.add_argument("what", choices=("export", "check", "import"), help="check: say what is wrong, write nothing")
    rules.add_argument("file", type=Path)


def late(module: str, call: Callable[[Any, argparse.Namespace], Any]) -> Run:
    """A subcommand whose module can be loaded only once Django is set up."""

    def run(asked: argparse.Namespace) -> int:
        return int(call(import_module(f"anshu.project.{module}"), asked) or 0)

    return run


if __name__ == "__main__":
    sys.exit(main())
