"""Reading a workbook that a stranger wrote: guarded, capped, in a child process (reliability.md, C12 and G7).

Every file that cannot be used ends as one `Unusable` sentence for the person, within seconds.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

QUARANTINE = Path(__file__).with_name("quarantine.py")
FILE_LIMIT = 20 * 2**20
WALL_SECONDS = 30


class Unusable(Exception):
    """The whole file is refused; the text is a sentence for the person who sent it."""


class Formula(str):
    """A formula as the cell held it (`=A1&"x"`). Not a value: a contract's column refuses it."""

    __slots__ = ()


Cell = str | int | float | Formula | None


@dataclass(slots=True)
class Sheet:
    """`header` is row 1 from column A on; `rows` are (Excel's row number, cells) without the blank ones."""

    name: str
    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)


def sentences() -> dict[str, str]:
    return {
        "missing": _("找不到这个文件。"),
        "too_heavy": _("文件超过 20 MB，请分成几个文件导入。"),
        "not_xlsx": _("这不是 .xlsx 工作簿，或文件不完整，请用 Excel 另存为 .xlsx 后再导入。"),
        "locked_or_old": _("文件加了密码或是旧的 .xls 格式，请另存为没有密码的 .xlsx 后再导入。"),
        "too_many_members": _("工作簿里的部件超过 200 个，请只留数据表后再导入。"),
        "duplicate_members": _("工作簿里有同名的部件，不能确定以哪个为准，请重新另存为 .xlsx。"),
        "bomb": _("工作簿展开后过大，不能导入。"),
        "macro": _("工作簿含有宏或二进制部件，请另存为不含宏的 .xlsx 后再导入。"),
        "external_link": _("工作簿链接了别的文件，请断开链接后再导入。"),
        "entities": _("工作簿里有 XML 实体定义，不能导入。"),
        "encoding": _("工作簿的文字编码不是 UTF-8，请用 Excel 重新另存为 .xlsx。"),
        "too_wide": _("工作表超过 200 列，请删去多余的列后再导入。"),
        "too_big": _("工作簿的内容太多，请分成几个文件导入。"),
        "stopped": _("工作簿的内容太多或已损坏，在限定的时间和内存内读不完，不能导入。"),
        "damaged": _("工作簿已损坏，读不出来，请用 Excel 打开后重新另存为 .xlsx。"),
    }


def read(path: Path) -> list[Sheet]:
    """All worksheets in their order. Raises `Unusable`; at most 300 MB and 3 s of CPU, in the child."""
    if not path.is_file():
        raise Unusable(sentences()["missing"])
    if path.stat().st_size > FILE_LIMIT:
        raise Unusable(sentences()["too_heavy"])
    command = [sys.executable, "-I", str(QUARANTINE), str(path.resolve())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}) as child:
        alarm = threading.Timer(WALL_SECONDS, child.kill)
        alarm.start()
        try:
            return sheets_from(child.stdout or ())
        finally:
            alarm.cancel()
            child.kill()


def sheets_from(lines: Iterable[bytes]) -> list[Sheet]:
    """The child's answer; an answer that stops short means that a limit stopped the child."""
    sheets: list[Sheet] = []
    same: dict[Cell, Cell] = {}  # most cells of a long list repeat: keep each text once
    for message in messages(lines):
        if isinstance(message, list):
            number, cells = message
            add_row(sheets[-1], number, [cell_from(cell, same) for cell in cells])
        elif "sheet" in message:
            sheets.append(Sheet(message["sheet"]))
        elif "unusable" in message:
            raise Unusable(sentences()[message["unusable"]])
        else:
            return sheets
    raise Unusable(sentences()["stopped"])


def messages(lines: Iterable[bytes]) -> Iterator[Any]:
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:  # the child was stopped in the middle of a line
            return


def cell_from(cell: Any, same: dict[Cell, Cell]) -> Cell:
    if isinstance(cell, dict):
        return Formula(cell["f"])
    return same.setdefault(cell, cell) if isinstance(cell, str) else cell


def add_row(sheet: Sheet, number: int, cells: list[Cell]) -> None:
    if number == 1:
        sheet.header = ["" if cell is None else str(cell) for cell in cells]
    else:
        sheet.rows.append((number, cells))
