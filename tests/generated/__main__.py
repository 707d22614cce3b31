"""`python -m tests.generated` writes docs/generated/; the test beside it says when that is due."""

import os
from importlib import import_module

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    import_module("tests.generated.pages").write()
