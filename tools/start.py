"""The second half of `make run`, inside the environment: words, database, demonstration, processes, the word to go."""

import subprocess
import sys
import threading
import time
from importlib import import_module

import messages

from anshu.project import command


def main() -> int:
    """Run in the foreground until Ctrl-C; returns the exit status of the first thing that failed."""
    began = time.monotonic()
    # Machine code of the sensing engine: made beside all else on the first day, found ready on every other.
    warming = subprocess.Popen([sys.executable, "-c", "from anshu.engines import sensing; sensing.warm_up()"])
    messages.compile_all()
    status = command.main(["init"])
    if status:
        return status
    telling = import_module("announce")  # reads models, which `init` has just made loadable
    if telling.empty():
        status = command.main(["demo", "district"])
        if status:
            return status
        began = time.monotonic()
    warming.wait()
    threading.Thread(target=telling.announce, args=(began,), daemon=True).start()
    return command.main(["up"])


if __name__ == "__main__":
    sys.exit(main())
