"""What a later version of a closed week changed, why, when and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import gettext as _

from activity.assessment.figures import CLIENT_MANAGERS
from activity.assessment.models import WeekAssessment
from activity.assessment.reading import Confided
from activity.daily_log.day import ITEM_NAMES
from activity.weeks import words


class Corrected(NamedTuple):
    version: int
    at: datetime
    by: str  # a name; "" for what fell due by itself, and beside the cause alone
    why: str
    changes: list[str]


def corrected(versions: Sequence[WeekAssessment], told: Confided) -> list[Corrected]:
    """The later versions of one week, latest first; `versions` in order, with `by` fetched."""
    return [Corrected(new.version, new.at, *_why(new, told), changes(old, new)) for old, new in pairwise(versions)][
        ::-1
    ]


def _why(row: WeekAssessment, told: Confided) -> tuple[str, str]:
    """Who corrected it and what he wrote; the word of the cause for who is not told more."""
    cause = str(row.get_cause_display()) if row.cause else ""
    if not told.note_of(row.cause):
        return "", cause
    return row.by.name if row.by else "", row.cause_note or cause


def changes(old: WeekAssessment, new: WeekAssessment) -> list[str]:
    """应完成 5 天 → 4 天半: one phrase for each thing that is otherwise than before."""
    if new.void:
        return [_("这一周不任客户经理，不再考核")]
    before, after = _told(old), _told(new)
    found = [
        _("{what} {before} → {after}").format(what=what, before=before[what], after=after[what])
        for what in after
        if before[what] != after[what]
    ]
    return [_("这一周重新考核"), *found] if old.void else found


def _told(row: WeekAssessment) -> dict[str, str]:
    """What is compared, as it is said."""
    return {
        _("结果"): str(row.get_status_display()),
        _("应完成"): words.days(row.required_half_days),
        **{str(ITEM_NAMES[item]): str(getattr(row, item)) for item in CLIENT_MANAGERS.items},
        _("目标"): f"{row.percent}%",
        _("连续未达"): _("{n} 周").format(n=row.streak),
        _("不计周"): str(row.get_spared_display()),
        _("单位"): row.unit.name,
    }
