"""The line budget: how long files and functions may be, how many parameters they take, and names that say nothing.

A function over 40 lines is told, over 60 refused; what names a thing by keyword alone is a field of a form and does not
count as a parameter.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACES = ("src/anshu", "tools", "tests", "bench", "frontend/src", "frontend/guide", "frontend/tests")
FILE_LINES, FUNCTION_LINES, FUNCTION_LIMIT, PARAMETERS = 400, 40, 60, 5
STORY_LIMIT = 110  # a test that tells a whole event from its first word to its last
UNCOUNTED = {"self", "cls"}
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "service", "handler"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def main() -> int:
    """Print every breach; 1 when one of them is refused."""
    refused = told = 0
    for file in files():
        for severe, words in breaches(file):
            print(f"{'refused' if severe else 'long'}: {file.relative_to(ROOT)}{words}")
            refused, told = refused + severe, told + (not severe)
    print(f"line budget: {refused} refused, {told} longer than they should be")
    return 1 if refused else 0


def files() -> Iterator[Path]:
    """Every source file of ours; migrations are written by a program and read by none of us."""
    for place in PLACES:
        for file in sorted((ROOT / place).rglob("*")):
            if file.suffix in (".py", ".ts") and not {"migrations", "node_modules"} & set(file.parts):
                yield file


def breaches(file: Path) -> Iterator[tuple[bool, str]]:
    """(refused?, where and what) for each breach in one file."""
    text = file.read_text()
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield True, f": {lines} lines, at most {FILE_LINES}"
    if file.stem in NAMELESS or file.parent.name in NAMELESS:
        yield True, ": the name says nothing; call it by what it is"
    if file.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, Function):
                yield from function_breaches(node, given=file.is_relative_to(ROOT / "tests"))


def function_breaches(node: Function, *, given: bool) -> Iterator[tuple[bool, str]]:
    """Breaches of one function; the parameters of a test are `given` to it as fixtures and are not counted."""
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    if length > FUNCTION_LINES:
        yield (
            length > (STORY_LIMIT if given else FUNCTION_LIMIT),
            f":{node.lineno} {node.name}: {length} lines, at most {FUNCTION_LINES}",
        )
    taken = [one.arg for one in (*node.args.posonlyargs, *node.args.args) if one.arg not in UNCOUNTED]
    if len(taken) > PARAMETERS and not given:
        yield True, f":{node.lineno} {node.name}: {len(taken)} parameters, at most {PARAMETERS}"


if __name__ == "__main__":
    sys.exit(main())
