"""The facts of a proposal as its line keeps them: two weeks, item by item, with the arithmetic in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.assessment.models import WeekAssessment
from activity.assessment.rules import FULL, PARTS, needed, parts_due
from org.rules.schema import RuleBook
from org.week import Week

NAMES = (
    ("calls", gettext_lazy("电话"), gettext_lazy("个")),
    ("visits", gettext_lazy("有效拜访"), gettext_lazy("次")),
    ("prospects", gettext_lazy("准客户积累"), gettext_lazy("个")),
    ("studies", gettext_lazy("学习"), gettext_lazy("次")),
)
MODES = {
    "each_item": gettext_lazy("四项各自按周合计，任何一项不够就是未达；项目之间不互相抵补"),
    "each_day": gettext_lazy("每个应出勤的日子四项都要够；差的逐日相加"),
    "weighted": gettext_lazy("四项完成率按权重相加，合计不到要求就是未达"),
}
PAIRS = {
    "pairs": gettext_lazy("每两周一对，不重叠：连续未达的第 2、4、6 周各一次，一周只算一次"),
    "rolling": gettext_lazy("从连续未达的第 2 周起，每周一次"),
}


class Line(NamedTuple):
    """One item. 3 × 9 ÷ 2 (`sum`) = 13.5 (`exact`), so 14 (`need`): None where each day has its own."""

    code: str
    name: Any
    unit: Any
    sum: str
    exact: str
    need: int | None
    done: int
    short: int


@dataclass(frozen=True)
class WeekFacts:
    """One of the two weeks. `now`: the version in force, where it is another than the proposal rests on."""

    week: Week
    version: int
    half_days: int
    percent: int
    lines: Sequence[Line]
    score: str  # of the weighted mode: 83.3 / 100
    now: WeekAssessment | None = None

    @property
    def days(self) -> str:
        """4.5 from nine half days."""
        return halved(self.half_days)


def pair(facts: Mapping[str, Any]) -> str:
    """第 7、8 周为一对, where the rules take short weeks two by two."""
    streak = facts.get("streak", 0)
    if facts.get("pairs") != "pairs" or streak < 2:
        return ""
    return _("其中第 {first}、{second} 周为一对").format(first=streak - 1, second=streak)


def halved(count: int) -> str:
    return f"{count // 2}.5" if count % 2 else str(count // 2)


def weeks_of(facts: Mapping[str, Any], book: RuleBook, current: Mapping[date, WeekAssessment]) -> list[WeekFacts]:
    """Both weeks, the first one first; a line of an older kind without weeks gives none."""
    found = []
    for one in facts.get("weeks", ()):
        if not one.get("week"):
            continue  # the first week was corrected away in the same breath
        monday = date.fromisoformat(one["week"])
        now = current.get(monday)
        later = now if now is not None and now.version != one["version"] else None
        lines = _lines(one, book, str(facts["mode"]))
        score = _score(one, book) if facts["mode"] == "weighted" else ""
        found.append(WeekFacts(Week(monday), one["version"], one["half_days"], one["percent"], lines, score, later))
    return found


def _lines(one: Mapping[str, Any], book: RuleBook, mode: str) -> list[Line]:
    half_days, percent = one["half_days"], one["percent"]
    need = needed(book.standard, half_days=half_days, percent=percent)
    parts = parts_due(book.standard, half_days=half_days, percent=percent)
    rows = zip(NAMES, book.standard, need, parts, one["done"], one["short"], strict=True)
    return [
        Line(
            code,
            name,
            unit,
            _sum(target, None if mode == "each_day" else half_days, percent),
            _exact(due),
            None if mode == "each_day" else needs,
            done,
            short,
        )
        for (code, name, unit), target, needs, due, done, short in rows
    ]


def _sum(target: int, half_days: int | None, percent: int) -> str:
    """6 × 9 ÷ 2, or 每天 6; with a newcomer's share where there is one."""
    share = f" × {percent}%" if percent != FULL else ""
    if half_days is None:
        return _("每天 {target}").format(target=target) + share
    return f"{target} × {half_days} ÷ 2{share}"


def _exact(parts: int) -> str:
    """Two-hundredths of an entry as a number: 13.5."""
    whole, rest = divmod(parts, PARTS)
    return f"{whole}.{rest * 1000 // PARTS:03}".rstrip("0") if rest else str(whole)


def _score(one: Mapping[str, Any], book: RuleBook) -> str:
    """Σ min(done, due) ÷ due × weight of the required, in percent to a tenth, cut."""
    due = parts_due(book.standard, half_days=one["half_days"], percent=one["percent"])
    weights = book.assessment.weights.model_dump().values()
    tenths = sum(
        10 * weight * min(PARTS * done, owes) // owes if owes else 10 * weight
        for weight, done, owes in zip(weights, one["done"], due, strict=True)
    )
    return f"{tenths // 10}.{tenths % 10} / {book.assessment.threshold_percent}"
