"""Keeping the long memory of readings in order, as the rules of retention say."""

from datetime import timedelta

from anshu.domains.devices.queries import store
from anshu.kernel import clock
from anshu.telemetry.archive.tending import Keep
from anshu.workflow import rules
from anshu.workflow.models import Bookmark

READERS = ("sense",)
"""Bookmarks of those who must have read a reading before it leaves the log."""


PIECES = 50


def tend_archive() -> bool:
    """Do what is due in the archive of readings, a number of pieces at most; says whether there may be more."""
    passed = dict(Bookmark.objects.filter(name__in=READERS).values_list("name", "position"))
    keep = Keep(
        readings_ms=kept_ms("readings"),
        hours_ms=kept_ms("hours"),
        log_ms=kept_ms("log"),
        passed_seq=min(passed.get(name, 0) for name in READERS),
    )
    now_ms = int(clock.now().timestamp() * 1000)
    return all(store().tend(now_ms, keep) for _ in range(PIECES))


def kept_ms(key: str) -> int:
    """How long something is kept, by the rule in force now."""
    limit = rules.at(f"reading_retention/{key}").limit()
    return (limit.elapsed or timedelta(days=limit.amount)) // timedelta(milliseconds=1)
