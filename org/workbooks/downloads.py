"""A list as it is filtered, as a workbook that says who took it, when and by which filter (DESIGN.md 5, Excel)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from org.clock import SHANGHAI
from org.trace.actions import OPERATOR, record
from org.workbooks.writing import SheetOut, Value, write

if TYPE_CHECKING:
    from org.people.models import Person

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download_list(
    name: str,
    header: Sequence[Value],
    rows: Iterable[Sequence[Value]],
    *,
    filters: Mapping[str, str],
    by: Person,
    at: datetime,
    mark_in: int = 0,
) -> HttpResponse:
    """One sheet of the list's own name."""
    return download_book(name, [SheetOut(name, header, rows)], filters=filters, by=by, at=at, mark_in=mark_in)


def download_book(
    name: str, sheets: Iterable[SheetOut], *, filters: Mapping[str, str], by: Person, at: datetime, mark_in: int = 0
) -> HttpResponse:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        save_book(path, name, sheets, filters=filters, by=by, at=at, mark_in=mark_in)
        content = path.read_bytes()
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}_{at:%Y%m%d}.xlsx")
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition or ""})


def save_book(
    path: Path,
    name: str,
    sheets: Iterable[SheetOut],
    *,
    filters: Mapping[str, str],
    by: Person,
    at: datetime,
    mark_in: int = 0,
    by_command: bool = False,
) -> None:
    """Traced under the person, because a list is about nobody in particular. Rows are streamed to the file. `mark_in`:
    the column of the line that says who took it; behind those of a contract an import passes it over. `by_command`:
    the operator took it in his name, which is no act of his."""
    said = {word: value for word, value in filters.items() if value}
    told = {"list": name, "filters": said} | ({"for": by.employee_no} if by_command else {})
    record(by, "export_list", by=None if by_command else by, actor=OPERATOR, at=at, changes=told)
    taken = f"{by.name} {by.employee_no} {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    if by_command:
        taken = _("{taken} 经命令行").format(taken=taken)
    about: list[Sequence[Value]] = [[word, value] for word, value in (said or {_("筛选"): _("全部")}).items()]
    last = SheetOut(_("说明"), [_("下载"), taken], about)
    write(path, chain(_marked(sheets, [*[None] * mark_in, _("下载"), taken]), [last]), mark=taken)


def _marked(sheets: Iterable[SheetOut], mark: Sequence[Value]) -> Iterator[SheetOut]:
    """The first sheet says at its end who took it; all of them do at the head and foot of their pages."""
    for place, sheet in enumerate(sheets):
        yield sheet if place else replace(sheet, rows=chain(sheet.rows, [mark]))
