"""Half days owed, as the pages count them; the statement of the week's figures counts the same (test_statement.py)."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from activity.daily_log.due import due_halves
from org.absences.models import Relief
from org.posts import Post
from org.rules import actions as rules
from org.rules.schema import RuleBook
from org.working_days.calendar import calendar_between
from tests import factories as make

MONDAY, THURSDAY = date(2026, 11, 16), date(2026, 11, 19)
BOTH = frozenset({"am", "pm"})


def owed(who, first=THURSDAY, last=THURSDAY):
    due = due_halves([who.pk], first, last, calendar_between(first, last))
    return {day: halves for (_person, day), halves in due.items()}


def relieve(unit, hq, *halves, day=THURSDAY):
    for half in halves:
        Relief.objects.create(batch=uuid4(), unit=unit, day=day, half=half, reason="台风", by=hq, at=make.at(MONDAY))


def test_relief_spares_the_unit_and_all_below_it(zhou, branch, hq, stranger):
    relieve(branch, hq, "pm")
    make.appoint(stranger, Post.CLIENT_MANAGER, stranger.appointments.get().unit)
    assert owed(zhou) == {THURSDAY: {"am"}}
    assert owed(stranger) == {THURSDAY: BOTH}


@pytest.mark.parametrize("relieved", ["earlier", "later"])
def test_of_two_posts_at_once_the_one_taken_up_later_decides(zhou, city, department, hq, relieved):
    other = make.department(make.branch(city, "370299", "即墨支公司"))
    make.appoint(zhou, Post.CLIENT_MANAGER, other, starts_on=MONDAY)
    relieve({"earlier": department, "later": other}[relieved], hq, "am", "pm")
    assert owed(zhou) == ({} if relieved == "later" else {THURSDAY: BOTH})


def test_only_the_first_duty_of_a_month_is_taken_off(zhou):
    book = RuleBook.read({"assessment": {"duty_half_days_a_month": 3}})
    rules.publish(book, by=None, at=make.at(MONDAY), effective_from=MONDAY - timedelta(weeks=8))
    for day in (MONDAY, THURSDAY):
        for half in ("am", "pm"):
            make.absence(zhou, day, half, kind="duty")
    assert owed(zhou) == {THURSDAY: {"pm"}}
    assert MONDAY not in owed(zhou, MONDAY)
