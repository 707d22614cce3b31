"""`{% load days %}`: days as pages write them."""

from django import template

from org import days

register = template.Library()
register.filter(days.weekday)
register.filter(days.in_words)
register.filter(days.month_and_day)
