"""`rules export | check | publish`: rule sets as files (workbooks.md, Commands)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from org import clock
from org.rules.actions import publish
from org.rules.book import DEFAULTS, book_on
from org.rules.problems import problems
from org.rules.schema import RuleBook
from org.workflow import Refused


class Command(BaseCommand):
    help = "Print the rules in force, check a file, or publish a new version from a Monday."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["export", "check", "publish"])
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE.json")
        parser.add_argument("--effective-from", type=_day, metavar="YYYY-MM-DD")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *, what: str, file: Path | None, effective_from: date | None, **options: Any) -> None:
        if what == "export":
            self._print(book_on(clock.today()).as_json())
        elif what == "check":
            self._check(file, as_json=options["json"])
        else:
            self._publish(file, effective_from, as_json=options["json"])

    def _check(self, file: Path | None, *, as_json: bool) -> None:
        book = _read(file)
        if as_json:
            self._print({"problems": [], "sha256": book.sha256})
        else:
            self.stdout.write(_("规则有效。"))

    def _publish(self, file: Path | None, effective_from: date | None, *, as_json: bool) -> None:
        book = _read(file) if file else DEFAULTS
        try:
            rules = publish(book, by=None, at=clock.now(), effective_from=effective_from)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        if as_json:
            day = rules.effective_from.isoformat()
            self._print({"version": rules.version, "effective_from": day, "sha256": rules.sha256})
        else:
            self.stdout.write(_("已发布{rules}，从 {day} 起生效。").format(rules=rules, day=rules.effective_from))

    def _print(self, answer: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _read(file: Path | None) -> RuleBook:
    """The file as a rule book; every problem in one answer, exit 2."""
    if file is None:
        raise CommandError(_("要检查哪个文件？"), returncode=2)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as reason:
        raise CommandError(_("读不了 {file}：{reason}").format(file=file, reason=reason), returncode=2) from reason
    if found := problems(text):
        raise CommandError("\n".join(found), returncode=2)
    return RuleBook.read(text)
