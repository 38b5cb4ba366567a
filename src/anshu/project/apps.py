"""Start-up: load what every domain declares, wire the reactions, and let the checks look at the whole."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext

from anshu.kernel import errors

ROOMS = ("transitions", "ledger", "checks")


class ProjectConfig(AppConfig):
    name = "anshu.project"
    label = "project"

    def ready(self) -> None:
        errors.translate = gettext
        # Loops and registers are entered in their books when their modules are loaded, in the order of the storeys.
        for config in apps.get_app_configs():
            for room in ROOMS:
                if config.name.startswith("anshu.") and find_spec(f"{config.name}.{room}"):
                    import_module(f"{config.name}.{room}")
        post_migrate.connect(import_module("anshu.ledger.word_index").enter, sender=apps.get_app_config("ledger"))
        # Who is on shift is known above the calls that ask for it.
        import_module("anshu.domains.warnings.queries.calls").ROSTERS.append(
            import_module("anshu.domains.duty.queries").on_shift
        )
        outbox = import_module("anshu.workflow.outbox")
        outbox.wire(import_module("anshu.project.reactions").REACTIONS)
