#!/usr/bin/env python
"""The operator's door: `manage.py help` lists what can be done."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

UNUSABLE = 2


def main() -> None:
    """What the settings lack is said in one sentence, whatever the command; other faults keep their traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, ValueError) as error:
        if settings.configured and not isinstance(error, ImproperlyConfigured):
            raise
        sentence = " ".join(str(error).split())
        sys.stderr.write(f"{type(error).__name__}: {sentence}\n")
        sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
