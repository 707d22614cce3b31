"""What follows from a short week, in words."""

from datetime import date

import pytest

from activity.assessment.forecast import Verdict
from activity.assessment.rules import Status
from activity.weeks.words import consequence
from org.rules.schema import RuleBook

SHORT = Verdict(1, 1, 10, (0, 0, 0, 0), (30, 15, 5, 5), Status.SHORT, proposes=True)


@pytest.mark.parametrize(
    ("streak", "taken", "why"),
    [(2, "pairs", "满两周"), (8, "pairs", "第 7、8 周为一对"), (3, "rolling", "满两周")],
)
@pytest.mark.parametrize("recorded", [True, False])
def test_the_pair_is_named(streak, taken, why, recorded):
    book = RuleBook.model_validate({"effective_from": date(2026, 9, 14), "assessment": {"short_weeks": taken}})
    [said] = consequence(SHORT._replace(streak=streak), book, recorded=recorded, fines=True)
    assert f"连续第 {streak} 周未达，{why}" in said
