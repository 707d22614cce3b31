"""What a file of a 计划书 is, told from its content and never from its name alone."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import PurePosixPath
from typing import NamedTuple
from zlib import error as ZlibError

MOST = 10 * 2**20  # bytes
NAME = 120
MEMBERS = 2_000
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "png": "image/png",
    "jpg": "image/jpeg",
}
ACCEPT = ".pdf,.xlsx,.docx,.png,.jpg,.jpeg"
INSIDE = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}


class Upload(NamedTuple):
    name: str
    kind: str
    content: bytes


def kind_of(content: bytes) -> str:
    """One of TYPES; "" for everything else, a workbook or document with macros too."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return "png"
    if content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\x00").endswith(b"\xff\xd9"):
        return "jpg"
    return _office(content) if content.startswith(b"PK\x03\x04") else ""


def _office(content: bytes) -> str:
    """By the names of its parts alone: nothing is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            names = packed.namelist()
    # All that zipfile raises over hostile bytes; the one for what is not implemented is an unknown way of packing.
    except (zipfile.BadZipFile, ZlibError, ValueError, NotImplementedError, OverflowError, EOFError):
        return ""
    if len(names) > MEMBERS or "[Content_Types].xml" not in names or any("vba" in one.lower() for one in names):
        return ""
    return next((kind for kind, part in INSIDE.items() if part in names), "")


def named(name: str, kind: str) -> str:
    """The file's own name without folders and controls, ending as its content says."""
    plain = CONTROL.sub("", name.replace("\\", "/").rsplit("/", 1)[-1]).strip().strip(".")
    stem = PurePosixPath(plain or kind).stem or kind
    return f"{stem[: NAME - 5]}.{kind}"
