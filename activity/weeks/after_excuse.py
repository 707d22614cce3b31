"""What excusing a closed week does to the weeks after it: skipped, it moves the pairs of the row of short weeks."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from activity.assessment.forecast import Verdict
from activity.assessment.models import WeekAssessment
from activity.assessment.rules import Link, Spared, Status, proposes, streak
from org.rules.book import book_of
from org.rules.schema import RuleBook
from org.week import Week


def newly_proposed(first: WeekAssessment) -> list[str]:
    """第 46 周将成为连续第 2 周: closed weeks that would propose once `first` is excused and do not now.

    One query.
    """
    later = WeekAssessment.objects.current().filter(person=first.person_id, week__gt=first.week)
    rows = list(later.select_related("close__rules").order_by("week"))
    links = [(Verdict.recorded(row), book_of(row.close.rules)) for row in (first, *rows)]
    return [
        _("{week}将成为连续第 {n} 周").format(week=_("第 {n} 周").format(n=Week(row.week).number), n=reached)
        for row, reached in zip(rows, _moved(links), strict=True)
        if reached
    ]


def _moved(links: Sequence[tuple[Verdict, RuleBook]]) -> list[int]:
    """Of each week after the first the new place in the row, where it proposes only then; else 0."""
    (excused, book), *later = links
    before = excused.streak if excused.spared else excused.streak - 1
    reached = streak(before, Link(Status.EXCUSED, Spared(excused.spared), excused.starts_anew), book.assessment)
    found = []
    for verdict, its_book in later:
        rules, yuan = its_book.assessment, its_book.fines.two_short_weeks_yuan
        reached = streak(reached, verdict.link, rules)
        is_new = proposes(reached, verdict.link, rules, yuan=yuan) and not verdict.proposes
        found.append(reached if is_new else 0)
    return found
