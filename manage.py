"""Django's own commands (migrations, translations), for those who build Anshu. Those who run it use `anshu`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anshu.project.django_settings")
    execute_from_command_line(sys.argv)
