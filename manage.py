#!/usr/bin/env python
"""Django's own commands for this checkout: a thin alias of `python -m django` with our settings."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "driveline.config.settings.dev")
    execute_from_command_line(sys.argv)
