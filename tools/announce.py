"""Says where to go and how to get in, once every process is up. Loaded when Django is set up."""

import json
import sys
import time
import urllib.error
import urllib.request

from django.contrib.auth.hashers import check_password
from django.db import connection

from anshu.access.models import Account
from anshu.domains.places.models import Area
from anshu.project.demo.accounts import PASSWORD
from anshu.project.settings import settings

PATIENCE_S = 180.0


def empty() -> bool:
    """Whether the installation has no area yet, so that there is nothing to watch."""
    return not Area.objects.exists()


def announce(began: float) -> None:
    """Wait for /healthz to answer 200, then print the address and the demonstration log-ins; `began` is monotonic."""
    here = settings()
    host = "127.0.0.1" if here.host in ("0.0.0.0", "::") else here.host  # noqa: S104
    address, state = f"http://{host}:{here.port}", "no answer"
    while time.monotonic() - began < PATIENCE_S:
        ready, state = health(address)
        if ready:
            print(f"\nAnshu 安枢 is at {address} after {time.monotonic() - began:.1f} s; Ctrl-C stops it", flush=True)
            print("\n".join(log_ins()), flush=True)
            connection.close()
            return
        time.sleep(0.1)
    print(f"\nnot ready after {PATIENCE_S:.0f} s ({state}); `anshu check` says more", file=sys.stderr, flush=True)


def health(address: str) -> tuple[bool, str]:
    """Whether all is well, and what /healthz says."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:
            return True, json.load(answer)["status"]
    except urllib.error.HTTPError as error:
        return False, f"{error.code} {error.read(500).decode(errors='replace')}"
    except (OSError, ValueError) as error:
        return False, str(error)


def log_ins() -> list[str]:
    """The demonstration accounts, as long as their password is the one they were made with."""
    rows = list(Account.objects.filter(is_active=True).order_by("pk"))
    # Checking is slow on purpose, and accounts that were made together carry the same digest.
    opened = {digest for digest in {row.password for row in rows} if check_password(PASSWORD, digest)}
    lines = [f"  {row.username:<10} {row.post}" for row in rows if row.password in opened]
    return [f"log in with the password {PASSWORD} as", *lines] if lines else []
