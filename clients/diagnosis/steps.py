"""The steps of the interview in its order, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from clients.diagnosis.models import FamilyMember, NeedsDiagnosis

STEPS = {
    "members": _("家里有谁"),
    "living": _("生活和大笔支出"),
    "income": _("收入和社保"),
    "cover": _("已有保障和资产"),
    "budget": _("保费预算"),
}
FIRST = "members"


class Step(NamedTuple):
    name: str
    label: Any
    mark: int
    state: str  # done, now or empty


def after(step: str) -> str:
    """The next one, empty after the last."""
    order = list(STEPS)
    return order[order.index(step) + 1] if step in order[:-1] else ""


def _is_done(step: str, of: NeedsDiagnosis, members: Sequence[FamilyMember]) -> bool:
    adults = [one for one in members if one.is_adult]
    return (
        bool(members)
        and {
            "members": True,
            "living": all(one.living is not None for one in members),
            "income": any(one.income is not None for one in adults),
            "cover": all(one.cover_asked for one in adults) and of.assets is not None,
            "budget": of.premium_wish is not None,
        }[step]
    )


def steps_of(of: NeedsDiagnosis, members: Sequence[FamilyMember], now: str = "") -> list[Step]:
    return [
        Step(name, label, at, "now" if name == now else "done" if _is_done(name, of, members) else "")
        for at, (name, label) in enumerate(STEPS.items(), start=1)
    ]
