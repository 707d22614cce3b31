"""How pages write a day: 11月19日 周四 (DESIGN.md 7)."""

from datetime import date

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))


@register.filter
def weekday(day: date) -> str:
    return str(WEEKDAYS[day.weekday()])


@register.filter
def in_words(day: date) -> str:
    return f"{day.month}月{day.day}日 {WEEKDAYS[day.weekday()]}"
