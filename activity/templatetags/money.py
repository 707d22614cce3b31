"""`{% load money %}`: yuan as pages write them, in 万元."""

from decimal import Decimal

from django import template

from org.money import wan as in_wan

register = template.Library()


@register.filter
def wan(yuan: Decimal | None) -> str:
    """8.2; – where there is none."""
    return "–" if yuan is None else in_wan(yuan)
