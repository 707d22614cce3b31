"""`manage.py seed_demo`: demo data that end today, and an account for each of the sixteen posts."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from activity.demo.actions import seed
from org.clock import now
from org.workflow import Refused


class Command(BaseCommand):
    help = "Fill an empty database with believable demo data; safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            told = seed(at=now())
        except Refused as reason:
            raise CommandError(str(reason), returncode=2) from reason
        if options["json"]:
            self.stdout.write(json.dumps({"accounts": told}, ensure_ascii=False))
            return
        for account in told:
            self.stdout.write("  ".join(account.values()))
