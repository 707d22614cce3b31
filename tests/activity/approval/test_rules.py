"""系统核对, as a table: where a goal or a companion is worth a look."""

from datetime import date, time
from decimal import Decimal

import pytest

from activity.approval.rules import Company, Kind, Planned, company_hints, goal_hints

MON, TUE = date(2026, 11, 23), date(2026, 11, 24)


def hints(**more):
    given = {"person": 1, "half_days": 10, "visits": 15, "premium": Decimal(80_000), **more}
    usual = {name: Decimal(more[name]) for name in ("usual_visits", "usual_premium") if more.get(name) is not None}
    return goal_hints([Planned(**{**given, **usual})], visits_a_day=3, high_percent=150)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, []),  # nothing to compare with
        ({"usual_premium": 46_000, "premium": Decimal(90_000)}, [Kind.PREMIUM]),
        ({"usual_premium": 60_000, "premium": Decimal(90_000)}, [Kind.PREMIUM]),  # 1.5 times exactly
        ({"usual_premium": 60_001, "premium": Decimal(90_000)}, []),
        ({"usual_premium": 0, "premium": Decimal(90_000)}, []),
        ({"usual_visits": 10, "visits": 18}, [Kind.VISITS]),
        ({"usual_visits": 11, "visits": 15}, []),
        ({"usual_visits": 10, "visits": 15}, [Kind.VISITS]),
        ({"visits": 30}, []),  # six a day: twice the standard
        ({"visits": 31}, [Kind.DAYS]),
        ({"visits": 15, "half_days": 4}, [Kind.DAYS]),
        ({"half_days": 0}, [Kind.AWAY]),
        ({"half_days": 0, "visits": 0, "premium": Decimal(0)}, []),
        ({"half_days": 0, "visits": None, "premium": None}, []),
        ({"visits": None, "premium": None, "usual_visits": 10, "usual_premium": 10_000}, []),
        (
            {"usual_premium": 46_000, "premium": Decimal(90_000), "usual_visits": 10, "visits": 31},
            [Kind.PREMIUM, Kind.VISITS, Kind.DAYS],
        ),
    ],
)
def test_goals(given, found):
    assert [hint.kind for hint in hints(**given)] == found


def test_the_ratio_is_shown_with_one_decimal():
    (hint,) = hints(usual_premium=46_000, premium=Decimal(90_000))
    assert (hint.goal, hint.usual, hint.ratio) == (90_000, 46_000, Decimal("2.0"))


def line(day=MON, at=None, part="am", companion=9, person=1):
    return Company(companion, person, day, part, at)


@pytest.mark.parametrize(
    ("lines", "free", "found"),
    [
        ([], 10, []),
        ([line(at=time(9))], 10, []),
        ([line(at=time(9)), line(at=time(10))], 10, []),
        ([line(at=time(9)), line(at=time(9, 59))], 10, [Kind.OVERLAP]),
        ([line(at=time(9)), line(TUE, at=time(9))], 10, []),
        ([line(at=time(11, 30)), line(at=time(12, 15), part="pm")], 10, [Kind.OVERLAP]),
        ([line(), line(part="pm")], 10, []),
        ([line(), line()], 10, [Kind.OVERLAP]),
        ([line(at=time(9)), line(at=time(9), companion=8)], 10, []),
        ([line(at=time(9)), line(at=time(14)), line(TUE)], 2, [Kind.FULL]),
        ([line(at=time(9)), line(at=time(14)), line(TUE)], 3, []),
        ([line()], 0, [Kind.FULL]),
    ],
)
def test_companions(lines, free, found):
    assert [hint.kind for hint in company_hints(lines, {9: free, 8: free}, minutes=60)] == found


def test_who_is_promised_too_often_is_told_with_both_numbers():
    (hint,) = company_hints([line(at=time(9)), line(TUE)], {9: 1}, minutes=60)
    assert (hint.person, hint.goal, hint.usual) == (9, 2, 1)
