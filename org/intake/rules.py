"""What an importer most likely meant by a refused cell, and the limits of an undo. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from difflib import get_close_matches

MEANT = {  # as people write it → the word of the contract
    "朋友": "缘故", "亲友": "缘故", "亲戚": "缘故", "熟人": "缘故", "同学": "缘故",
    "陌拜": "陌生", "陌生拜访": "陌生", "扫街": "陌生",
    "介绍": "转介绍", "客户介绍": "转介绍", "推荐": "转介绍",
    "老客": "老客户", "续保客户": "老客户", "存量": "老客户",
    "中介": "渠道", "经纪": "渠道", "代理": "渠道",
    "新单": "新保", "首保": "新保", "续期": "续保", "续单": "续保",
    "Y": "是", "y": "是", "√": "是", "N": "否", "n": "否", "×": "否",
}  # fmt: skip
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
EXCEL_DAYS = (20_000, 80_000)  # the serial numbers of 1954 to 2119
FIRST_DAY = date(1899, 12, 30)  # of Excel's calendar


def meant_word(cell: str, choices: Sequence[str]) -> str:
    """The word of a closed list, "" when nothing comes near."""
    known = MEANT.get(cell.strip(), "")
    if known in choices:
        return known
    near = [word for word in choices if word in cell] or get_close_matches(cell.strip(), choices, n=1, cutoff=0.6)
    return near[0] if len(near) == 1 else ""


def meant_day(cell: str) -> str:
    """2026/9/3, 2026年9月3日, 20260903 and 46268 (a date that lost its format) as YYYY-MM-DD."""
    found = DAY.fullmatch(cell.strip()) or COMPACT_DAY.fullmatch(cell.strip())
    try:
        if found:
            return date(*map(int, found.groups())).isoformat()
        if cell.isdigit() and EXCEL_DAYS[0] <= int(cell) <= EXCEL_DAYS[1]:
            return (FIRST_DAY + timedelta(days=int(cell))).isoformat()
    except ValueError:
        pass
    return ""


def meant_number(cell: str) -> str:
    """The one number in 约60人; none of two, and never across a sign or a power of ten."""
    found = NUMBER.findall(cell.replace(",", "").replace("，", ""))
    return found[0] if len(found) == 1 and not set(cell) & set("-−万亿千百%=") else ""


def may_be_undone(finished_at: datetime, *, at: datetime, kept: timedelta) -> bool:
    """Exclusive: 24:00:00 later is too late."""
    return at < finished_at + kept
