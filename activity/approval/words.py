"""How an approval's figures are said: 拜访 18 → 15, 保费 9.0 → 6.0 万."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from org.money import exact_wan

FIGURES = {"visits": gettext_lazy("拜访"), "premium": gettext_lazy("保费 万元"), "cases": gettext_lazy("件数")}


def said(field: str, value: Any) -> str:
    """As pages and letters print it; premium in 万元, to the last fen."""
    if value is None:
        return "–"
    return str(exact_wan(value)) if field == "premium" else str(value)


def meant(field: str, text: str) -> Any:
    """The value that `kept` kept."""
    if not text:
        return None
    return Decimal(text) if field == "premium" else int(text)


def kept(value: Any) -> str:
    """As an amendment keeps it; premium in yuan, "" for nothing."""
    return "" if value is None else str(value)


def changed(field: str, before: Any, after: Any) -> str:
    return _("{figure} {before} → {after}").format(
        figure=FIGURES[field], before=said(field, before), after=said(field, after)
    )
