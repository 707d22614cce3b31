"""How a day is written: 11月19日 周四 (DESIGN.md 7)."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WEEKDAYS = (
    gettext_lazy("周一"), gettext_lazy("周二"), gettext_lazy("周三"), gettext_lazy("周四"),
    gettext_lazy("周五"), gettext_lazy("周六"), gettext_lazy("周日"),
)  # fmt: skip


def weekday(day: date) -> str:
    return str(WEEKDAYS[day.weekday()])


def month_and_day(day: date) -> str:
    return _("{month}月{day}日").format(month=day.month, day=day.day)


def in_words(day: date) -> str:
    return f"{month_and_day(day)} {weekday(day)}"
