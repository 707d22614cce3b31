"""`import_workbook KIND FILE`: the operator's way in; it acts at once and is traced as `operator`."""

import json
import os
import sys
from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import gettext as _

from org.clock import now
from org.workbooks import importing, writing
from org.workbooks.importing import Outcome
from org.workbooks.reading import Unusable
from org.workbooks.upserting import trace_line

DONE, SOME_REFUSED, UNUSABLE = 0, 1, 2
SHOWN = 20  # errors printed without --json; all of them stand in the returned workbook


class Command(BaseCommand):
    help = "Import a workbook of a contract, or of the house's own (docs/workbooks.md)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(importing.importers()))
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check and count, write nothing")
        parser.add_argument("--all-or-nothing", action="store_true", help="write nothing if a row is refused")
        parser.add_argument("--errors", type=Path, metavar="OUT.xlsx", help="the whole file back with 错误原因")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = import_file(options)
        except Unusable as reason:
            self.give_up(str(reason), as_json=options["json"])
        except (DatabaseError, ImproperlyConfigured) as error:
            lines = str(error).strip().splitlines()
            self.give_up(_("数据库不可用：%s") % (lines[0] if lines else ""), as_json=options["json"])
        self.report(outcome, as_json=options["json"])
        sys.exit(SOME_REFUSED if outcome.refused else DONE)

    def give_up(self, reason: str, *, as_json: bool) -> None:
        if as_json:
            error = {"sheet": "", "row": 0, "column": "", "message": reason}
            counts = dict.fromkeys(("rows", "created", "updated", "unchanged", "refused"), 0)
            self.stdout.write(json.dumps(counts | {"errors": [error]}, ensure_ascii=False))
        self.stderr.write(reason)
        sys.exit(UNUSABLE)

    def report(self, outcome: Outcome, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False))
            return
        tally = outcome.tally
        self.stdout.write(
            _("共 %(rows)d 行：新增 %(created)d，更新 %(updated)d，不变 %(unchanged)d，拒收 %(refused)d。")
            % {"rows": outcome.rows, "refused": outcome.refused, **vars(tally)}
        )
        for error in outcome.errors[:SHOWN]:
            place = f"{error.sheet} {error.row} {error.column}".rstrip()
            self.stdout.write(f"  {place}：{error.message}")
        if len(outcome.errors) > SHOWN:
            self.stdout.write(_("  ……其余 %d 处见错误清单（--errors）。") % (len(outcome.errors) - SHOWN))


def import_file(options: dict[str, Any]) -> Outcome:
    """Import, leave a line in the trace, write the returned workbook. Raises `Unusable`."""
    refuse_unwritable(options["errors"])
    file, kind, at = options["file"], options["kind"], now()
    outcome = importing.run(
        importing.importers()[kind](),
        file,
        at=at,
        dry_run=options["dry_run"],
        all_or_nothing=options["all_or_nothing"],
    )
    if not options["dry_run"]:
        counts = outcome.as_json() | {"errors": len(outcome.errors)}
        digest = sha256(file.read_bytes()).hexdigest()
        trace_line("workbook", kind, counts | {"file": file.name, "sha256": digest}, at=at).save()
    if options["errors"]:
        writing.write_returned(options["errors"], outcome.sheets, importing.reasons(outcome.errors))
    return outcome


def refuse_unwritable(target: Path | None) -> None:
    """Before anything is imported: afterwards the errors would be lost."""
    if target and (target.is_dir() or not os.access(target.absolute().parent, os.W_OK)):
        raise Unusable(_("不能写到 %(path)s。") % {"path": target})
