"""Figures of a diagnosis as its pages print them: `{% load family %}`."""

from __future__ import annotations

from decimal import Decimal

from django import template

from clients.diagnosis import words

register = template.Library()


@register.filter
def amount(yuan: Decimal) -> str:
    return words.amount(yuan)


@register.filter
def signed(yuan: Decimal) -> str:
    """+37.34 where something is left."""
    return f"+{words.amount(yuan)}" if yuan > 0 else words.amount(yuan)


@register.filter
def said(yuan: Decimal | None) -> str:
    return "–" if yuan is None else words.said(yuan)


@register.filter
def whole(yuan: Decimal) -> str:
    """¥6,800, with fen only where there are any."""
    return f"{yuan:,.2f}".removesuffix(".00")
