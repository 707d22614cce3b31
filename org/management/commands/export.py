"""`export WHAT`: rows of whole weeks for the operator and for checks (workbooks.md, Commands), and with `--as` the
workbook that somebody may take along, in the columns of its import, marked and traced as on the pages."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from xlsxwriter.exceptions import XlsxWriterException

from org.clock import now
from org.people.models import Person
from org.workbooks.downloads import save_book
from org.workbooks.listings import Listing, as_csv, as_json, as_workbook, listings, takeaways
from org.workbooks.upserting import trace_line

UNUSABLE = 2
FORMATS = ("json", "csv", "xlsx")
BY_SUFFIX = {f".{name}": name for name in FORMATS}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(_("%s 不是日期，写成 2026-09-14 这样") % text) from error


class Command(BaseCommand):
    help = "Print rows whose week's Monday lies between two days, or write the workbook that somebody may take along."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=sorted({*listings(), *takeaways()}))
        parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="as --out; its ending says the format")
        parser.add_argument("--from", dest="first", type=_day, metavar="DATE")
        parser.add_argument("--to", dest="last", type=_day, metavar="DATE")
        parser.add_argument("--format", choices=FORMATS)
        parser.add_argument("--out", type=Path, metavar="FILE", help="instead of standard output; xlsx needs it")
        parser.add_argument("--as", dest="by", metavar="STAFF_ID", help="whose reach, and whose name on the workbook")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["out"] and options["file"]:
            raise CommandError(_("存到哪里只写一处：FILE 或 --out FILE。"), returncode=UNUSABLE)
        out = options["out"] = options["out"] or options["file"]
        options["format"] = options["format"] or BY_SUFFIX.get(out.suffix.lower() if out else "")
        try:
            if options["by"]:
                _take_along(options)
            else:
                self.list(options)
        except (OSError, XlsxWriterException) as error:
            raise CommandError(_("不能写到 %s。") % (out or _("标准输出")), returncode=UNUSABLE) from error
        except (DatabaseError, ImproperlyConfigured) as error:
            lines = str(error).strip().splitlines()
            raise CommandError(_("数据库不可用：%s") % (lines[0] if lines else ""), returncode=UNUSABLE) from error

    def list(self, options: dict[str, Any]) -> None:
        _check(options)
        listing, out, format = listings()[options["what"]], options["out"], options["format"] or "json"
        with _whole_or_not_at_all(out):
            if options["what"] in takeaways():  # clients leave the house
                span = {"from": options["first"], "to": options["last"]}
                trace_line("workbook", options["what"], span, at=now(), verb="export_list").save()
            self.put(format, listing, listing.rows(options["first"], options["last"]), out, options["what"])

    def put(self, format: str, listing: Listing, rows: Iterator[Sequence[Any]], out: Path | None, name: str) -> None:
        if out and format == "xlsx":
            as_workbook(name, listing, rows, out)
        elif out:
            with out.open("w", encoding="utf-8-sig" if format == "csv" else "utf-8", newline="") as file:
                self.write(format, listing, rows, file)
        else:
            self.write(format, listing, rows, sys.stdout)

    def write(self, format: str, listing: Listing, rows: Iterator[Sequence[Any]], target: Any) -> None:
        (as_csv if format == "csv" else as_json)(listing, rows, target)


def _check(options: dict[str, Any]) -> None:
    """Refuse before anything is read."""
    if options["what"] not in listings():
        raise CommandError(_("写明以谁的名义导出：--as 工号。"), returncode=UNUSABLE)
    if options["first"] is None or options["last"] is None:
        raise CommandError(_("写明起止日期：--from DATE --to DATE。"), returncode=UNUSABLE)
    if options["first"] > options["last"]:
        raise CommandError(_("起日在止日之后。"), returncode=UNUSABLE)
    if options["format"] == "xlsx" and options["out"] is None:
        raise CommandError(_("xlsx 要写明存到哪里：--out FILE。"), returncode=UNUSABLE)
    _check_target(options["out"])


def _check_target(out: Path | None) -> None:
    if out and (out.is_dir() or not os.access(out if out.exists() else out.absolute().parent, os.W_OK)):
        raise CommandError(_("不能写到 %s。") % out, returncode=UNUSABLE)


@contextmanager
def _whole_or_not_at_all(out: Path | None) -> Iterator[None]:
    """A file that broke off is taken away, and its line in the trace too. What was printed is out and stays traced."""
    if out is None or (out.exists() and not out.is_file()):
        yield
        return
    before, is_whole = _changed_at(out), False
    try:
        with transaction.atomic():
            yield
        is_whole = True
    finally:
        if not is_whole and _changed_at(out) != before:
            out.unlink(missing_ok=True)


def _changed_at(out: Path) -> int | None:
    return out.stat().st_mtime_ns if out.is_file() else None


def _take_along(options: dict[str, Any]) -> None:
    """What the page would give him, and only to who may."""
    found, out, at = takeaways().get(options["what"]), options["out"], now()
    if found is None or options["first"] or options["last"] or options["format"] not in (None, "xlsx"):
        words = _("--as 导出的是和导入同样列的 Excel，不分日期：%s") % "、".join(takeaways())
        raise CommandError(words, returncode=UNUSABLE)
    if out is None:
        raise CommandError(_("xlsx 要写明存到哪里：--out FILE。"), returncode=UNUSABLE)
    _check_target(out)
    by = Person.objects.filter(employee_no=options["by"]).first()
    if by is None or not by.can(found.needs, on=at.date()):
        words = _("没有工号为「%s」的人员，或他现在的岗位不能导出这类工作簿。") % options["by"]
        raise CommandError(words, returncode=UNUSABLE)
    sheets, via = found.sheets(by, at.date()), {_("途径"): _("命令行")}
    with _whole_or_not_at_all(out):
        save_book(out, str(found.title), sheets, filters=via, by=by, at=at, mark_in=found.mark_in, by_command=True)
