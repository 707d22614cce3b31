"""The verbs of an import: hand in a file, match columns, correct cells, import, stop, take back, forget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from org.idempotency.actions import Result, once
from org.intake.fixing import MOST, Fixes
from org.intake.models import FILE_KEPT, ImportBatch
from org.intake.rules import may_be_undone
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person

State = ImportBatch.State
NAME = 120
MOST_OPEN = 20  # batches of one person that wait for him; each holds a file


def upload(kind: str, *, name: str, content: bytes, key: UUID, by: Person, at: datetime) -> Result:
    """The file as it came, once for a form: a second tap finds the first batch."""
    digest = sha256(content).hexdigest()

    def effect() -> Result:
        waiting = ImportBatch.objects.filter(person=by, ended_at=None).count()
        if waiting >= MOST_OPEN:
            raise Refused(_("你有 {n} 份没导完的文件，先导完或取消几份").format(n=waiting))
        batch = ImportBatch.objects.create(
            person=by, kind=kind, file_name=name[:NAME], sha256=digest, size=len(content), content=content,
            created_at=at, changed_at=at, asked_at=at,
        )  # fmt: skip
        record(batch, "upload_import", by=by, at=at, changes={"kind": kind, "file": batch.file_name, "sha256": digest})
        return {"batch": str(batch.pk)}

    return once(key, by=by, verb="upload_import", at=at, parameters={"kind": kind, "sha256": digest}, effect=effect)


def match(batch: ImportBatch, columns: Mapping[str, Mapping[str, str]], *, by: Person, at: datetime) -> None:
    """Contract's column → the file's header, by sheet; then the rows are checked."""

    def change(fixes: Fixes) -> None:
        fixes.columns = {sheet: dict(named) for sheet, named in columns.items()}

    _change(batch, change, at=at)


def fix(batch: ImportBatch, change: Callable[[Fixes], None], *, by: Person, at: datetime) -> None:
    """Change what the person says about the file, and check again."""
    _change(batch, change, at=at)


@transaction.atomic
def _change(batch: ImportBatch, change: Callable[[Fixes], None], *, at: datetime) -> None:
    """On the row as it stands: two tabs add up, they do not overwrite each other."""
    held = ImportBatch.objects.select_for_update().light().get(pk=batch.pk)
    if held.state not in ImportBatch.OPEN:
        raise Refused(_("这份文件现在不能改，刷新看看"))
    fixes = Fixes.of(held.fixes)
    change(fixes)
    if fixes.size > MOST:
        raise Refused(_("要改的地方太多，请下载问题表，在 Excel 里改好再导入"))
    changed: dict[str, Any] = {"fixes": fixes.as_json(), "version": held.version + 1, "reason": ""}
    _ask(batch, State.CHECKING, held.state, at=at, **changed)


def _ask(batch: ImportBatch, to: State, source: str, *, at: datetime, seen: int | None = None, **changes: Any) -> None:
    """Compare and set: of two at once one wins. `seen`: the version that it is done to."""
    now = {"state": to, "asked_at": at, "changed_at": at, "attempts": 0, "progress": 0, "cancelled": False}
    same = ImportBatch.objects.filter(pk=batch.pk, state=source)
    if seen is not None:
        same = same.filter(version=seen)
    if not same.update(**now, **changes):
        raise Refused(_("这份文件现在不能改，刷新看看"))


def begin(batch: ImportBatch, *, version: int, by: Person, at: datetime) -> None:
    """Import the good rows, as the person saw them."""
    if batch.version != version:
        raise Refused(_("核对结果变了，请看过再导入"))
    if not batch.result.get("good"):
        raise Refused(_("没有可以导入的行"))
    _ask(batch, State.IMPORTING, State.CHECKED, at=at, seen=version, reason="")


def cancel(batch: ImportBatch, *, by: Person, at: datetime) -> None:
    """Before the import the batch is over; while it runs it stops, and nothing is written."""
    mine = ImportBatch.objects.filter(pk=batch.pk)
    before = (State.READING, State.COLUMNS, State.CHECKING, State.CHECKED)
    over = {"state": State.CANCELLED, "ended_at": at, "changed_at": at}
    if mine.filter(state__in=before).update(**over) or mine.filter(state=State.IMPORTING).update(cancelled=True):
        record(batch, "cancel_import", by=by, at=at, changes={"file": batch.file_name})
        return
    raise Refused(_("已经导入完了，要撤回请点整批撤回"))


def undo(batch: ImportBatch, *, by: Person, at: datetime) -> None:
    finished = batch.finished_at
    if finished is None or not may_be_undone(finished, at=at, kept=FILE_KEPT):
        raise Refused(_("导入已超过 24 小时，不能整批撤回"))
    _ask(batch, State.UNDOING, State.DONE, at=at, reason="")


def problems_taken(batch: ImportBatch, *, by: Person, at: datetime) -> None:
    """Names and numbers leave the house."""
    record(batch, "export_problems", by=by, at=at, changes={"file": batch.file_name})


def forget_files(at: datetime) -> int:
    """A day after the end, and a week after the last change: file, corrections, cells and journal go; returns how many
    files. Counts stay."""
    gone = 0
    for batch in ImportBatch.objects.light().to_forget(at):
        kept = {name: value for name, value in batch.result.items() if name not in ("problems", "doubles")}
        changes: dict[str, Any] = {"content": None, "journal": None, "fixes": {}, "result": kept}
        if batch.ended_at is None:
            changes |= {"state": State.EXPIRED, "ended_at": at}
        gone += ImportBatch.objects.filter(pk=batch.pk, state=batch.state).update(**changes)
    return gone
