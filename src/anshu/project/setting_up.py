"""Making an installation: database, state folder, the end of the log."""

import sys

from django.core.management import call_command
from django.db import transaction

from anshu.domains.devices.queries import store
from anshu.project.messages import compile_all
from anshu.workflow import log


def init() -> int:
    """Bring words and database to the present form and open the stores. Running it again changes nothing."""
    compile_all()
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        log.lock()
    store()  # opens it once, and so makes it; whoever goes on in this process goes on with it
    sys.stdout.write("the installation is ready\n")
    return 0
