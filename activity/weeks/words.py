"""How the week is said to those whom it concerns: half days, what is due, what the close does (DESIGN.md 7)."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.assessment.forecast import Verdict
from activity.assessment.models import WeekAssessment
from activity.assessment.rules import FULL, PARTS, Spared, Status, exempt_below, week_of_service
from activity.daily_log.reasons import lacking
from org.days import month_and_day
from org.rules.schema import RuleBook
from org.week import Week
from org.working_days.rules import SHANGHAI

SHORT_NAMES_3111 = (gettext_lazy("追踪"), gettext_lazy("陪访"), gettext_lazy("辅导"), gettext_lazy("计划书或增员"))
STATUS_LOOK = {  # pill, icon
    Status.MET: ("ok", "circle-check"),
    Status.SHORT: ("warn", "triangle-alert"),
    Status.EXEMPT: ("", "circle-minus"),
    Status.EXCUSED: ("info", "shield-check"),
}
SPARED = {Spared.TRIAL: gettext_lazy("试运行"), Spared.NEWCOMER: gettext_lazy("新人保护期")}


class Pill(NamedTuple):
    state: str
    icon: str
    word: Any


RUNNING = Pill("", "hourglass", gettext_lazy("进行中"))
SHORT_SO_FAR = Pill("", "hourglass", gettext_lazy("暂计未达"))  # of a week that is over and not closed


def pill_of(status: str, *, running: bool = False) -> Pill:
    """`running`: days that require something are still to come, and nobody has fallen short of them yet."""
    if running and status == Status.SHORT:
        return RUNNING
    return Pill(*STATUS_LOOK[Status(status)], WeekAssessment.Status(status).label)


def days(half_days: int) -> str:
    """4 天半, 5 天, 半天."""
    whole, half = divmod(half_days, 2)
    if not half:
        return _("{n} 天").format(n=whole)
    return _("{n} 天半").format(n=whole) if whole else _("半天")


def plain(amount: Fraction) -> str:
    """13.5, 30, 4.455: never more than three decimals (two-hundredths of an entry)."""
    return f"{float(amount):g}"


def moment(at: datetime) -> str:
    """11月24日 12:00"""
    local = at.astimezone(SHANGHAI)
    return f"{month_and_day(local.date())} {local:%H:%M}"


def due_in_words(target: int, *, half_days: int, percent: int = FULL) -> str:
    """How what is due comes about: 每天 3 × 4 天半 = 13.5，整数算 14."""
    parts = target * half_days * percent
    said = _("每天 {target} × {days}").format(target=target, days=days(half_days))
    if percent != FULL:
        said += f" × {percent}%"
    due, whole = Fraction(parts, PARTS), -(-parts // PARTS)
    said += f" = {plain(due)}"
    return said if due == whole else _("{said}，整数算 {whole}").format(said=said, whole=whole)


def taken(amount: int, book: RuleBook) -> str:
    """What a pair of short weeks is worth: 扣 ¥50, by the effect and the label of the rules."""
    fines = book.fines
    if fines.effect == "record":
        return _("{label}（只记录，不涉及金额）").format(label=fines.label)
    verb = _("扣") if fines.label == type(fines).model_fields["label"].default else fines.label
    worth = _("{n} 分") if fines.effect == "points" else "¥{n}"
    return f"{verb} {worth.format(n=amount)}"


MODES: dict[str, Promise] = {
    "each_day": gettext_lazy("规则要求每个应完成的日子四项都够，多的日子不补少的日子"),
    "weighted": gettext_lazy("规则按四项加权计分"),
}


def mode_of(book: RuleBook) -> str:
    """The mode of the rules where it is not the ordinary one."""
    rules = book.assessment
    if rules.mode not in MODES:
        return ""
    said = str(MODES[rules.mode])
    return said if rules.mode == "each_day" else _("{said}，{n} 分达标").format(said=said, n=rules.threshold_percent)


class Stage(NamedTuple):
    """How far an open week has come. `before`: 上周, where that one is short so far and not closed either."""

    begun: bool = True
    running: bool = False  # days that require something are still to come
    before: str = ""


def outlook(verdict: Verdict, book: RuleBook, closes_at: datetime, stage: Stage, *, fines: bool) -> list[str]:
    """What the close would do by the figures of now; `fines`: also for money.

    While the week runs only what is left to do: what follows is said from the last day on that requires something.
    """
    when = moment(closes_at)
    if not stage.begun:
        return [_("这一周还没有开始，{when} 关账").format(when=when)]
    if verdict.status == Status.MET:
        return [_("按现在的数，{when} 关账会记为达标").format(when=when)]
    if verdict.status == Status.EXEMPT:
        return [_("{when} 关账会记为免考核：{why}").format(when=when, why=why_exempt(verdict, book))]
    if verdict.status == Status.EXCUSED:
        return [_("分管总已准予免责，{when} 关账会记为已免责").format(when=when)]
    lacks = lacking(verdict.short)
    if stage.running:
        return [_("还差 {lacks}").format(lacks=lacks) if lacks else _("加权得分还不够")]
    said = _("按现在的数，{when} 关账会记为未达").format(when=when)
    if lacks:
        said += _("，差 {lacks}").format(lacks=lacks)
    return [said, *consequence(verdict, book, before=stage.before, fines=fines)]


def consequence(
    verdict: Verdict, book: RuleBook, *, recorded: bool = False, before: str = "", fines: bool
) -> list[str]:
    """What follows from a short week: nothing while spared, a proposal where it ends a pair, else how far it is.

    Of a recorded week that proposes the fine itself says the rest. Without `fines` how many weeks in a row it is,
    which whoever reads results reads.
    """
    if verdict.spared:
        return []  # said beside it: `spared_of`
    amount = book.fines.two_short_weeks_yuan
    streak = _("连续第 {n} 周未达").format(n=verdict.streak)
    if before and verdict.streak > 1:
        streak = _("{before}暂计未达，按现在的数是{streak}").format(before=before, streak=streak)
    if not (amount and fines):
        return [streak]
    what = taken(amount, book)
    if verdict.proposes:
        streak = _("{streak}，{why}").format(streak=streak, why=_pair(verdict, book))
        then = _("{streak}；如果到关账时还不够，会提议{what}，由分管总确认")
        return [streak if recorded else then.format(streak=streak, what=what)]
    if verdict.streak > 1:
        said = _("{streak}；{label}按两周一对、互不重叠，这一周不提出")
        return [said.format(streak=streak, label=book.fines.label)]
    return [_("{streak}；连续满两周才会提议{what}").format(streak=streak, what=what)]


def _pair(verdict: Verdict, book: RuleBook) -> str:
    """Which two weeks it is about: 满两周, and of a longer row that is taken two by two 第 7、8 周为一对."""
    if verdict.streak == 2 or book.assessment.short_weeks != "pairs":
        return _("满两周")
    return _("第 {first}、{second} 周为一对").format(first=verdict.streak - 1, second=verdict.streak)


def why_exempt(verdict: Verdict, book: RuleBook) -> str:
    """应完成 1 天，不足 2 天."""
    if not verdict.half_days:
        return _("没有应完成的日子")
    least = exempt_below(book.assessment)
    return _("应完成 {has}，不足 {least}").format(has=days(verdict.half_days), least=days(least))


def spared_of(spared: Spared, book: RuleBook, *, fines: bool) -> str:
    """Why the week proposes nothing whatever its result; without `fines` what it does to the weeks in a row."""
    if not spared:
        return ""
    skips = book.assessment.unassessed_weeks == "skip"
    streak = _("连续未达跳过这一周") if skips else _("连续未达到这一周断开")
    said = _("{why}：照常统计和显示，不提出{label}，{streak}") if fines else _("{why}：照常统计和显示，{streak}")
    return said.format(why=SPARED[spared], label=book.fines.label, streak=streak)


def newcomer_of(verdict: Verdict, joined_on: date, week: Week) -> str:
    """入职第 3 周，新人目标按 50% 算; "" for full targets."""
    if verdict.percent == FULL:
        return ""
    nth = week_of_service(joined_on, week)
    return _("入职第 {nth} 周，新人目标按 {percent}% 算").format(nth=nth, percent=verdict.percent)
