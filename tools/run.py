"""`make run`: everything from nothing to a running district, in the foreground."""

import os

import prepare

if __name__ == "__main__":
    os.chdir(prepare.ROOT)
    prepare.environment("run")
    prepare.pages()
    os.execv(prepare.PYTHON, [str(prepare.PYTHON), str(prepare.ROOT / "tools" / "start.py")])
