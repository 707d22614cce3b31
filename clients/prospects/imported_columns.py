"""The columns of a list of 准客户 (workbooks.md), and the fields that they fill."""

from __future__ import annotations

from django.utils.translation import gettext as _

from clients.prospects.models import Prospect, Source
from clients.prospects.rules import is_uscc
from org.workbooks.columns import Column, Table, brief, choice, code, day, integer, money, text
from org.workbooks.reading import Cell

FORMULA_SIGNS = ("=", "+", "-", "@")


def uscc(name: str) -> Column:
    def parse(cell: Cell) -> str:
        words = str(cell).upper()
        if words.startswith(FORMULA_SIGNS):
            raise ValueError(_("「%(cell)s」是公式，不是统一社会信用代码") % {"cell": brief(cell)})
        if len(words) != 18:
            raise ValueError(_("「%(cell)s」不是 18 位的统一社会信用代码") % {"cell": brief(cell)})
        if not is_uscc(words):
            raise ValueError(_("「%(cell)s」校验位不对，请核对统一社会信用代码") % {"cell": brief(cell)})
        return words

    return Column(name, parse, empty="")


PROSPECTS = Table(
    "准客户",
    (
        uscc("统一社会信用代码"),
        text("单位名称", length=100, required=True),
        text("行业", length=40),
        text("性质", length=40),
        text("地址", length=200),
        integer("员工人数"),
        text("经办人", length=40, required=True),
        text("经办人职务", length=40),
        text("经办人电话", length=30),
        text("决策人", length=40),
        choice("来源", dict(Source.choices), required=True),
        text("现保险公司", length=60),
        day("到期日"),
        money("预计保费"),
        choice("等级", {grade: grade for grade in "ABC"}),
        code("负责人工号", required=True),
        day("登记日期"),
        integer("陪访级次", most=4),
        choice("类型", dict(Prospect.Kind.choices)),  # of a new client; docs/workbooks.md
    ),
)
FIELDS = {
    "name": "单位名称",
    "uscc": "统一社会信用代码",
    "industry": "行业",
    "ownership": "性质",
    "address": "地址",
    "headcount": "员工人数",
    "source": "来源",
    "insurer": "现保险公司",
    "cover_expires_on": "到期日",
    "expected_premium": "预计保费",
    "grade": "等级",
}
