"""转介绍 as sheets: who was asked, who was named and agreed, the thanks. No numbers leave; one may come in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from clients.prospects.imported_columns import uscc
from clients.prospects.named import CLIENT
from clients.referrals.models import Referral
from org.workbooks.columns import Table, choice, code, day, integer, text

REGISTERED_CODE = "登记客户代码"
RECORDED = ("recorded_at", "pk")
MOST_A_DAY = 99
NTH = "第几次"  # empty: the first
# A request is known by its client, the day, who was asked and, where he was asked again on that day, its number.
ASKED = (
    *CLIENT,
    day("日期", required=True),
    text("请了谁", length=40, required=True),
    integer(NTH, least=2, most=MOST_A_DAY),
)
REFERRALS = Table(
    "转介绍",
    (
        *ASKED,
        code("工号", required=True),
        text("话术", length=60, required=True),
        integer("话术版本", least=1, most=30_000),
        text("说到的步骤", length=100),
        choice("结果", dict(Referral.Result.choices), required=True),
        integer("没同意联系的人数", most=1_000),
        text("备注", length=200),
        day("再问日期"),
    ),
)
NAMES = Table(
    "被介绍人",
    (
        *ASKED,
        text("姓名", length=40, required=True),
        text("单位", length=100, required=True),
        text("电话", length=30),
        day("同意联系", required=True),
        text("登记为客户", length=100),
        uscc(REGISTERED_CODE),
        code("登记客户负责人"),
        day("不再跟进日期"),
        text("不再跟进原因", length=100),
    ),
)
THANKS = Table("致谢", (*ASKED, day("致谢日期", required=True), text("告诉了什么", length=200, required=True)))
TABLES = (REFERRALS, NAMES, THANKS)


def numbered(found: Iterable[Referral]) -> Iterator[tuple[int, Referral]]:
    """Each with its number among those of its day; given as they were recorded (RECORDED)."""
    seen: Counter[tuple[object, ...]] = Counter()
    for one in found:
        same = (one.prospect_id, one.asked_on, one.contact)
        seen[same] += 1
        yield seen[same], one
