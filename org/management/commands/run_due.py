"""`run_due`: what beat's bell does, now (workbooks.md, Commands)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _

from org.periods.due import run_due
from org.week import Week


class Command(BaseCommand):
    help = "Do everything that is due, oldest first. Safe twice, twice at once, and after weeks of silence."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, **options: Any) -> None:
        try:
            done = run_due()
        except CommandError:
            raise  # no database at all: it has its own sentence
        except OperationalError as trouble:
            raise CommandError(
                _("数据库中断，未完成的下次会补办：{reason}").format(reason=trouble), returncode=1
            ) from trouble
        self.stdout.write(_as_json(done) if options["json"] else _as_text(done))


def _as_json(done: list[Any]) -> str:
    return json.dumps({"done": done}, ensure_ascii=False)


def _as_text(done: list[Any]) -> str:
    lines = [f"{one['kind']} {one['unit']} {Week(date.fromisoformat(one['week'])).label}" for one in done]
    return "\n".join(lines) or _("没有到期的事项。")
