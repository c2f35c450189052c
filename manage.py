"""Command line of the installation: ``python manage.py COMMAND``."""

import os
import sys

from django.core.management import execute_from_command_line

from config.collecting import collect_rarely

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    collect_rarely()
    execute_from_command_line(sys.argv)
