"""`{% load days %}`: days as pages write them."""

from datetime import date

from django import template

from org import days
from org.week import Week

register = template.Library()
register.filter(days.weekday)
register.filter(days.in_words)
register.filter(days.month_and_day)


@register.filter
def week_of(day: date) -> Week:
    """For addresses."""
    return Week.of(day)


@register.filter
def week_label(monday: date) -> str:
    """11.9–11.15（第 46 周）."""
    return Week(monday).label
