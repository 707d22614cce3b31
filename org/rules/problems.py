"""Why a rule set is refused, in words for whoever wrote the file."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import ValidationError

from org.rules.schema import RuleBook

SENTENCES = {
    "json_invalid": gettext_noop("不是有效的 JSON：%(error)s"),
    "model_type": gettext_noop("须为一组键和值 {…}"),
    "extra_forbidden": gettext_noop("没有这一项"),
    "missing": gettext_noop("缺少这一项"),
    "int_type": gettext_noop("须为整数，不带引号和小数"),
    "greater_than_equal": gettext_noop("不能小于 %(ge)s"),
    "less_than_equal": gettext_noop("不能大于 %(le)s"),
    "bool_type": gettext_noop("须为 true 或 false"),
    "literal_error": gettext_noop("只能是 %(expected)s"),
    "string_type": gettext_noop("须为文字"),
    "string_too_long": gettext_noop("最多 %(max_length)s 个字"),
    "string_pattern_mismatch": gettext_noop("须为一个词，不能为空，也不含空格和符号"),
    "time_type": gettext_noop('须为时刻，如 "08:30"'),
    "time_parsing": gettext_noop('须为时刻，如 "08:30"'),
    "whole_minute": gettext_noop('须为时刻，如 "08:30"'),
    "date_type": gettext_noop('须为日期，如 "2026-09-14"'),
    "date_parsing": gettext_noop('须为日期，如 "2026-09-14"'),
    "monday": gettext_noop("须为周一"),
    "tuple_type": gettext_noop("须为一列值 […]"),
    "too_short": gettext_noop("至少 %(min_length)s 项"),
    "too_long": gettext_noop("最多 %(max_length)s 项"),
    "lock_before_late": gettext_noop("锁定不能早于迟交截止（log_late_until）"),
    "not_hundred": gettext_noop("各项权重之和须为 100"),
    "ramp_order": gettext_noop("各级的周数（until_week）须依次增大"),
    "ladder_order": gettext_noop("金额须由低到高，并在 tool_least_yuan 与 tool_most_yuan 之间"),
}


def problems(data: object) -> list[str]:
    """Each reason as 路径：原因, in the order of the file; empty when `RuleBook.read` takes the data."""
    try:
        RuleBook.read(data)
    except ValidationError as error:
        return [_sentence(one["type"], one["loc"], one.get("ctx", {})) for one in error.errors()]
    return []


def _sentence(kind: str, where: tuple[int | str, ...], facts: dict[str, Any]) -> str:
    path = ".".join(map(str, where)) or _("规则文件")
    reason = _(SENTENCES.get(kind, "不合要求")) % facts
    return _("%(path)s：%(reason)s") % {"path": path, "reason": reason}
