"""The work on a batch: read, check, import, undo. One worker at a time; whoever comes finds in the row what to do.

Small files are worked on while the person waits, large ones in a task, what a lost message left behind by the
sweeper. A stranger's file is only ever opened by the child process of org/workbooks/reading.py.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from org import clock
from org.intake import undoing
from org.intake.fixing import Fixes, Place, mended
from org.intake.guarding import Guarded, guarded
from org.intake.journal import Cancelled, Keeper
from org.intake.kinds import KINDS, Reached, importer_of
from org.intake.models import FILE_KEPT, ImportBatch
from org.intake.rules import may_be_undone
from org.notices import actions as notices
from org.periods.due import Sweep, afterwards
from org.trace.actions import record
from org.workbooks.account import on_account_of
from org.workbooks.columns import Table
from org.workbooks.importing import ONE_IMPORT_AT_A_TIME, Book, Tally, checked, wait_for_others
from org.workbooks.reading import Sheet, Unusable, read
from org.workflow import Refused

log = logging.getLogger(__name__)
State = ImportBatch.State

LOCK = 6311_4
SMALL_FILE = 400_000  # bytes that are worked on while the person waits
SMALL_BOOK = 3_000  # rows
LOST = timedelta(seconds=60)  # then the message is taken for lost
ATTEMPTS = 3
SHOWN = 2_000  # problem rows kept for the page; all of them stand in the workbook of problems
POISON = (DatabaseError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError)


def is_small(batch: ImportBatch) -> bool:
    return batch.size <= SMALL_FILE and batch.total <= SMALL_BOOK


@afterwards
def work_on_the_lost(sweep: Sweep) -> None:
    """Redis was erased, or a worker died: the rows say what is to be done."""
    for pk in ImportBatch.objects.waiting(sweep.at - LOST).values_list("pk", flat=True):
        work(pk)


def work(pk: UUID, *, only_small: bool = False) -> None:
    """Do what the state asks for, step after step, unless another worker is at it."""
    with _alone(pk) as mine:
        while mine:
            batch = ImportBatch.objects.select_related("person").get(pk=pk)
            if not batch.works or (only_small and not is_small(batch)):
                return
            _one_step(batch)


@contextmanager
def _alone(pk: UUID) -> Iterator[bool]:
    """A lock of the session: the steps are transactions of their own, and it dies with the worker."""
    key = [LOCK, pk.int & 0x7FFFFFFF]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)


def _one_step(batch: ImportBatch) -> None:
    if batch.attempts >= ATTEMPTS:
        _give_up(batch)
        return
    begun = {"attempts": batch.attempts + 1, "progress": 0, "started_at": clock.now()}
    ImportBatch.objects.filter(pk=batch.pk).update(**begun)
    steps: dict[str, Callable[[ImportBatch], None]] = {
        State.READING: _read,
        State.CHECKING: _check,
        State.IMPORTING: _import,
        State.UNDOING: _undo,
    }
    try:
        steps[batch.state](batch)
    except Unusable as refusal:
        _end(batch, State.UNUSABLE, reason=str(refusal))
    except (OperationalError, InterfaceError):
        raise  # the server's trouble: tried again
    except POISON:
        log.exception("import %s failed in %s", batch.pk, batch.state)


def _give_up(batch: ImportBatch) -> None:
    said = _("系统没能办成，已停下，什么都没有写入。请稍后再试一次，还不行就告诉系统管理员")
    back = {State.IMPORTING: State.CHECKED, State.UNDOING: State.DONE}.get(State(batch.state))
    if back:
        _move(batch, back, reason=said)
    else:
        _end(batch, State.UNUSABLE, reason=said)


def _move(batch: ImportBatch, to: State, **changes: Any) -> bool:
    """From the state in which the work began, unless the person stopped it meanwhile."""
    same = ImportBatch.objects.filter(pk=batch.pk, state=batch.state)
    at = clock.now()
    return bool(same.update(state=to, attempts=0, changed_at=at, asked_at=at, **changes))


def _end(batch: ImportBatch, to: State, **changes: Any) -> None:
    _move(batch, to, ended_at=clock.now(), **changes)


def sheets_of(batch: ImportBatch) -> list[Sheet]:
    """As the file has them. Raises `Unusable`."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "upload.xlsx"
        path.write_bytes(bytes(batch.content or b""))
        return read(path)


def _read(batch: ImportBatch) -> None:
    sheets = sheets_of(batch)
    importer = importer_of(batch.kind)
    found = [columns_found(table, sheet) for table in importer.tables for sheet in sheets if sheet.name == table.sheet]
    if not found:
        names = "、".join(table.sheet for table in importer.tables)
        raise Unusable(_("工作簿里没有这些工作表：%(names)s。") % {"names": names})
    rows = sum(one["rows"] for one in found)
    to = State.COLUMNS if any(one["missing"] or one["unknown"] for one in found) else State.CHECKING
    _move(batch, to, result={"sheets": found}, total=rows)


def columns_found(table: Table, sheet: Sheet) -> dict[str, Any]:
    """What the first row names: columns of the contract, required ones that it lacks, others."""
    header = [name.strip() for name in sheet.header if name.strip()]
    names = [column.name for column in table.columns]
    return {
        "sheet": table.sheet,
        "rows": len(sheet.rows),
        "found": [name for name in names if name in header],
        "missing": [column.name for column in table.columns if column.required and column.name not in header],
        "absent": [column.name for column in table.columns if not column.required and column.name not in header],
        "unknown": [name for name in header if name not in names],
        "twice": [name for name in names if header.count(name) > 1],
    }


def _check(batch: ImportBatch) -> None:
    """A dry run: everything is checked and, where that is quick, written and rolled back to count it."""
    at, fixes = clock.now(), Fixes.of(batch.fixes)
    importer = guarded(batch, at)
    try:
        sheets = mended(sheets_of(batch), importer.tables, fixes)
        with _keeping(batch) as keeper, on_account_of(keeper), transaction.atomic():
            book = checked(importer, sheets)
            tally = importer.write(book, at=at) if is_small(batch) and _nobody_imports() else None
            transaction.set_rollback(True)
        told = importer.count_answers(batch.person, before=batch.result.get("told", []), at=at)
    except Unusable as refusal:
        _move(batch, State.COLUMNS, reason=str(refusal))
        return
    except Cancelled:
        return
    said = outcome_of(book, importer, tally) | {"dropped": len(fixes.dropped), "told": told}
    _move(batch, State.CHECKED, result=batch.result | said, reason="")


def _nobody_imports() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_IMPORT_AT_A_TIME])
        return bool(cursor.fetchone()[0])


@contextmanager
def _keeping(batch: ImportBatch) -> Iterator[Keeper]:
    keeper = Keeper(batch, watched=not is_small(batch))
    try:
        yield keeper
    finally:
        keeper.close()


def outcome_of(book: Book, importer: Guarded, tally: Tally | None) -> dict[str, Any]:
    """The numbers of the page, and the rows that it shows with their cells."""
    errors: dict[Place, list[list[Any]]] = {}
    for error in book.errors:
        errors.setdefault((error.sheet, error.row), []).append([error.column, error.message])
    problems: list[dict[str, Any]] = []
    likely: list[dict[str, Any]] = []
    for table in importer.tables:
        for row in book.rows.get(table.sheet, []):
            place = (table.sheet, row.number)
            if place in errors:
                line = {"sheet": table.sheet, "row": row.number, "cells": row.cells, "errors": errors[place]}
                (likely if place in importer.held else problems).append(line)
    return {
        "rows": book.row_count,
        "good": book.row_count - book.refused,
        "bad": len(problems),
        "likely": len(likely),
        "tally": vars(tally) if tally else None,
        "problems": problems[:SHOWN],
        "doubles": likely[:SHOWN],
    }


def _import(batch: ImportBatch) -> None:
    """In one transaction with the state, the journal and the trace: all of it, or nothing."""
    at = clock.now()
    if not batch.person.can(KINDS[batch.kind].needs, on=at.date()):
        _move(batch, State.CHECKED, reason=_("你现在的岗位不能导入这类工作簿"))
        return
    importer = guarded(batch, at)
    try:
        waiting = [mended(sheets_of(batch), importer.tables, Fixes.of(batch.fixes))]
        with _keeping(batch) as keeper, on_account_of(keeper), transaction.atomic():
            wait_for_others()
            book = checked(importer, waiting.pop())  # a long list need not be held twice
            tally = importer.write(book, at=at)
            said = outcome_of(book, importer, tally)
            numbers = {name: said[name] for name in ("rows", "good", "bad", "likely")} | vars(tally)
            record(batch, "import_workbook", by=batch.person, at=at, changes=_file(batch) | numbers)
            _finish(batch, at=at, result=batch.result | said, journal=keeper.as_json())
        importer.count_answers(batch.person, before=batch.result.get("told", []), at=at, over=True)
    except Cancelled:
        said_so = _("已停下，什么都没有写入")
        ImportBatch.objects.filter(pk=batch.pk).update(cancelled=False)
        _move(batch, State.CHECKED, reason=said_so)


def _file(batch: ImportBatch) -> dict[str, Any]:
    return {"kind": batch.kind, "file": batch.file_name, "sha256": batch.sha256}


def _finish(batch: ImportBatch, *, at: datetime, **changes: Any) -> None:
    still = ImportBatch.objects.filter(pk=batch.pk, state=State.IMPORTING, cancelled=False)
    over = {"state": State.DONE, "finished_at": at, "ended_at": at, "changed_at": at, "attempts": 0, "reason": ""}
    if not still.update(**over, **changes):
        raise Cancelled
    if not is_small(batch):
        notices.post(
            "import_done",
            to=[batch.person],
            at=at,
            title=_("{file} 已导入").format(file=batch.file_name),
            link=f"/imports/{batch.pk}/",
            once=f"{batch.pk}",
        )


def _undo(batch: ImportBatch) -> None:
    at = clock.now()
    finished = batch.finished_at
    if not batch.person.can(KINDS[batch.kind].needs, on=at.date()):
        _move(batch, State.DONE, reason=_("你现在的岗位不能撤回这类工作簿"))
        return
    importer = importer_of(batch.kind)
    importer.reaching(Reached(batch.person, batch.kind, at.date()))
    try:
        if batch.journal is None or finished is None or not may_be_undone(finished, at=at, kept=FILE_KEPT):
            raise Refused(_("导入已超过 24 小时，不能整批撤回"))
        with _keeping(batch) as keeper, on_account_of(keeper), transaction.atomic():
            wait_for_others()
            undoing.take_back(batch.journal, importer, at=at)
            record(batch, "undo_import", by=batch.person, at=at, changes=_file(batch))
            _move(batch, State.UNDONE, undone_at=at, ended_at=at, journal=None, reason="")
    except Refused as refusal:
        _move(batch, State.DONE, reason=str(refusal))
