"""The sentences that a person reads: why an entry or a log does not count, and what the day still lacks."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.daily_log.rules import Tally, WhyNot

SENTENCES: Final[dict[WhyNot, Promise]] = {
    WhyNot.NO_PURPOSE: gettext_lazy("没有写目的"),
    WhyNot.NO_OUTCOME: gettext_lazy("没有写结果"),
    WhyNot.DO_NOT_DISTURB: gettext_lazy("联系人已标勿扰"),
    WhyNot.QUIET_HOURS: gettext_lazy("免打扰时段内的电话"),
    WhyNot.SAME_CONTACT: gettext_lazy("同一联系人当天已计一个"),
    WhyNot.UNANSWERED_LIMIT: gettext_lazy("当天计入的未接电话已满"),
    WhyNot.INEFFECTIVE: gettext_lazy("经理判为无效"),
    WhyNot.NOT_HELD: gettext_lazy("没有见到面"),
    WhyNot.NO_CONTACT: gettext_lazy("没有写联系人"),
    WhyNot.NO_NEXT_STEP: gettext_lazy("开拓拜访没有下一步日期"),
    WhyNot.SAME_CLIENT: gettext_lazy("同一客户当天已计一次"),
    WhyNot.INCOMPLETE: gettext_lazy("必填项不全"),
    WhyNot.DUPLICATE: gettext_lazy("该单位之前已登记"),
    WhyNot.NOT_OLD: gettext_lazy("当天登记的准客户不另计完善"),
    WhyNot.TOO_FEW_FACTS: gettext_lazy("补充的资料不够"),
    WhyNot.NO_KEY_FACT: gettext_lazy("没有补充人员或到期日"),
    WhyNot.WEEKLY_LIMIT: gettext_lazy("本周计入的完善已满"),
    WhyNot.NO_TOPIC: gettext_lazy("没有选问题或险种"),
    WhyNot.NOTHING_LEARNT: gettext_lazy("没有写收获"),
    WhyNot.NOT_HANDED_IN: gettext_lazy("日志未提交"),
    WhyNot.BACK_NOT_ACCEPTED: gettext_lazy("补录未经经理接受"),
    WhyNot.TOO_LATE: gettext_lazy("锁定后才提交"),
}


SHORT_NAMES = (gettext_lazy("电话"), gettext_lazy("拜访"), gettext_lazy("准客户"), gettext_lazy("学习"))


def sentence(why_not: str) -> str:
    """The sentence of a stored code; nothing for the empty code of a counted entry."""
    return str(SENTENCES[WhyNot(why_not)]) if why_not else ""


def lacking(short: Sequence[int], names: Sequence[Any] = SHORT_NAMES) -> str:
    """2 电话 1 拜访; "" when nothing is missing."""
    return " ".join(f"{count} {name}" for count, name in zip(short, names, strict=True) if count)


def still_missing(missing: Tally) -> str:
    """As the day's foot says it: 还差 2 电话 1 拜访; nothing when all is done."""
    said = lacking(missing)
    return _("还差 %s") % said if said else ""
