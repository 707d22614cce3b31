"""`export WHAT --from DATE --to DATE`: rows of whole weeks for the operator and for checks (workbooks.md, Commands)."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from org.workbooks.listings import Listing, as_csv, as_json, as_workbook, listings

UNUSABLE = 2
FORMATS = ("json", "csv", "xlsx")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(_("%s 不是日期，写成 2026-09-14 这样") % text) from error


class Command(BaseCommand):
    help = "Print rows whose week's Monday lies between two days."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=sorted(listings()))
        parser.add_argument("--from", dest="first", type=_day, required=True, metavar="DATE")
        parser.add_argument("--to", dest="last", type=_day, required=True, metavar="DATE")
        parser.add_argument("--format", choices=FORMATS, default="json")
        parser.add_argument("--out", type=Path, metavar="FILE", help="instead of standard output; xlsx needs it")

    def handle(self, *args: Any, **options: Any) -> None:
        listing, out = listings()[options["what"]], options["out"]
        _check(options)
        try:
            rows = listing.rows(options["first"], options["last"])
            if options["format"] == "xlsx":
                as_workbook(options["what"], listing, rows, out)
            elif out:
                with out.open("w", encoding="utf-8-sig" if options["format"] == "csv" else "utf-8", newline="") as file:
                    self.write(options["format"], listing, rows, file)
            else:
                self.write(options["format"], listing, rows, sys.stdout)
        except (DatabaseError, ImproperlyConfigured) as error:
            lines = str(error).strip().splitlines()
            raise CommandError(_("数据库不可用：%s") % (lines[0] if lines else ""), returncode=UNUSABLE) from error

    def write(self, format: str, listing: Listing, rows: Iterator[Sequence[Any]], target: Any) -> None:
        (as_csv if format == "csv" else as_json)(listing, rows, target)


def _check(options: dict[str, Any]) -> None:
    """Refuse before anything is read."""
    out = options["out"]
    if options["first"] > options["last"]:
        raise CommandError(_("起日在止日之后。"), returncode=UNUSABLE)
    if options["format"] == "xlsx" and out is None:
        raise CommandError(_("xlsx 要写明存到哪里：--out FILE。"), returncode=UNUSABLE)
    if out and (out.is_dir() or not os.access(out.absolute().parent, os.W_OK)):
        raise CommandError(_("不能写到 %s。") % out, returncode=UNUSABLE)
