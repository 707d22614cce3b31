"""How a plan's figures and states are said."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.planning.plans import Overtaken
from org.clock import SHANGHAI
from org.money import exact_wan

NAMES = {
    "visits": gettext_lazy("拜访"), "premium": gettext_lazy("保费 万元"), "cases": gettext_lazy("件数"),
    "key_work": gettext_lazy("重点工作"), "key_clients": gettext_lazy("重点客户"),
    "why": gettext_lazy("为什么做得到"), "support": gettext_lazy("需要支持"),
    "summary": gettext_lazy("本周总结"), "shortfall_reason": gettext_lazy("未达原因"),
    "feasibility": gettext_lazy("可行性论证"),
}  # fmt: skip

FIGURES = {
    "premium": gettext_lazy("保费"), "cases": gettext_lazy("件数"), "done": gettext_lazy("完成的事项"),
    "missed": gettext_lazy("未接的事项"), "moved": gettext_lazy("改期的事项"), "cancelled": gettext_lazy("取消的事项"),
    "planned": gettext_lazy("未办的事项"),
}  # fmt: skip


class Stored(NamedTuple):
    """The sentence about another tab, and what it left, by name."""

    at: datetime
    values: list[tuple[str, str]]


def said_otherwise(overtaken: Overtaken) -> Stored:
    named = [(_named(name), _value(name, value)) for name, value in overtaken.stored.items()]
    return Stored(overtaken.at.astimezone(SHANGHAI), named)


def _named(name: str) -> str:
    """`visits`, or 周婷·visits."""
    who, _dot, field = name.rpartition("·")
    return f"{who} {NAMES.get(field, field)}".strip()


def _value(name: str, value: Any) -> str:
    if value in (None, ""):
        return _("空着")
    if isinstance(value, Decimal) and name.endswith("premium"):
        return str(exact_wan(value))
    return str(value)
