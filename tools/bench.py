"""`make bench`: runs every benchmark in bench/, one after the other, in the environment of the tests."""

import os
import subprocess
import sys

import prepare


def main() -> int:
    """Run those named on the command line, or all; 1 when one fails."""
    os.chdir(prepare.ROOT)
    prepare.environment("test")
    chosen = sys.argv[1:] or sorted(file.name for file in (prepare.ROOT / "bench").glob("*.py"))
    failed = 0
    for name in chosen:
        print(f"\n── bench/{name}", flush=True)
        failed += subprocess.run([prepare.PYTHON, f"bench/{name}"], check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
