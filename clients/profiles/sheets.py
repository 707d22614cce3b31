"""客户资料档案卡 as sheets: the columns that an import reads, and what stands beside them for reading alone.

Consents, proposals and policies are not imported: a consent is given, a proposal has its file, policies come from the
core system's lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from clients.profiles.known import AGES, CLASSES, SEXES
from clients.profiles.models import Cover, KeyDate, Part, ServiceRecord, Stakeholder, YearRecord
from clients.prospects.named import CLIENT
from org.workbooks.columns import Column, Table, brief, choice, day, exact, integer, money, text, yes_no
from org.workbooks.reading import Cell

PEOPLE = 10_000_000  # more than a client employs
LENGTHS = {"legal_representative": 40, "business": 200, "concerns": 200, "benefit_policy": 4000}
SINGLE = (
    "legal_representative", "business", "founded_on", "concerns", "benefit_policy",
    *SEXES, *AGES, "average_age", *CLASSES,
)  # fmt: skip
OF_CLIENT = {"social_insurance": "社保", "budget": "年度预算"}  # 补充资料 that the list of 准客户 has no column for
WORDS = {
    "legal_representative": "法定代表人", "business": "主营业务", "founded_on": "成立日期", "concerns": "关注",
    "benefit_policy": "员工福利政策", "men": "男", "women": "女", "age_to_25": "25 岁及以下", "age_26_35": "26–35 岁",
    "age_36_45": "36–45 岁", "age_46_55": "46–55 岁", "age_from_56": "56 岁及以上", "average_age": "平均年龄",
    **{f"class_{n}": f"{n} 类" for n in range(1, 7)},
}  # fmt: skip


def tenths(name: str, *, least: int, most: int) -> Column:
    def parse(cell: Cell) -> Decimal:
        value = exact(cell)
        if not least <= value <= most or value != round(value, 1):
            said = {"cell": brief(cell), "least": least, "most": most}
            raise ValueError(_("「%(cell)s」应是 %(least)d 到 %(most)d、最多一位小数的数") % said)
        return round(value, 1)

    return Column(name, parse, number=True)


def _single(field: str) -> Column:
    name = WORDS[field]
    if field == "founded_on":
        return day(name)
    if field == "average_age":
        return tenths(name, least=14, most=100)
    return text(name, length=LENGTHS[field]) if field in LENGTHS else integer(name, most=PEOPLE)


CARDS = Table(
    "档案卡",
    (*CLIENT, text("社保", length=60), money("年度预算"), *(_single(field) for field in SINGLE)),
)
STAKEHOLDERS = Table(
    "干系人",
    (
        *CLIENT,
        text("姓名", length=40, required=True),
        text("职务", length=40),
        choice("角色", dict(Stakeholder.Role.choices), required=True),
        choice("态度", dict(Stakeholder.Attitude.choices)),
        choice("影响力", dict(Stakeholder.Influence.choices)),
        text("备注", length=200),
    ),
)
YEARS = Table(
    "保费与理赔",
    (
        *CLIENT,
        integer("年度", least=1990, most=2199, required=True),
        text("保险公司", length=60, required=True),
        money("保费"),
        money("赔款"),
        integer("被保险人数", most=PEOPLE),
    ),
)
COVERS = Table(
    "现有保障与竞争",
    (
        *CLIENT,
        text("公司", length=60, required=True),
        text("险种", length=60, required=True),
        choice("类别", dict(Cover.Standing.choices), required=True),
        money("保费"),
        day("到期"),
        day("报出日期"),
        text("说明", length=200),
    ),
)
DATES = Table(
    "重要日期",
    (
        *CLIENT,
        choice("类别", dict(KeyDate.Kind.choices), required=True),
        text("内容", length=100, required=True),
        day("日期", required=True),
        yes_no("每年"),
    ),
)
SERVICES = Table(
    "服务记录",
    (
        *CLIENT,
        day("日期", required=True),
        choice("类别", dict(ServiceRecord.Kind.choices), required=True),
        text("内容", length=200, required=True),
        text("结果", length=200),
    ),
)
# Field → column, of the lists.
FIELDS: dict[str, dict[str, str]] = {
    STAKEHOLDERS.sheet: {
        "name": "姓名", "title": "职务", "role": "角色", "attitude": "态度", "influence": "影响力", "note": "备注",
    },
    YEARS.sheet: {
        "year": "年度", "insurer": "保险公司", "premium": "保费", "claims": "赔款", "insured": "被保险人数",
    },
    COVERS.sheet: {
        "insurer": "公司", "line": "险种", "standing": "类别", "premium": "保费", "expires_on": "到期",
        "quoted_on": "报出日期", "note": "说明",
    },
    DATES.sheet: {"kind": "类别", "what": "内容", "on": "日期", "yearly": "每年"},
    SERVICES.sheet: {"day": "日期", "kind": "类别", "what": "内容", "result": "结果"},
}  # fmt: skip
# What names a row of a client; the others are known by all that they say.
KEYED: dict[str, tuple[type[Part], tuple[str, ...]]] = {
    STAKEHOLDERS.sheet: (Stakeholder, ("name",)),
    YEARS.sheet: (YearRecord, ("year", "insurer")),
}
LISTED: dict[str, type[Part]] = {COVERS.sheet: Cover, DATES.sheet: KeyDate, SERVICES.sheet: ServiceRecord}
PAST: Sequence[tuple[str, str]] = (
    (CARDS.sheet, "成立日期"), (COVERS.sheet, "报出日期"), (SERVICES.sheet, "日期"),
)  # fmt: skip
TABLES = (CARDS, STAKEHOLDERS, YEARS, COVERS, DATES, SERVICES)
