"""One's own week as it is read: a Friday morning, its pages as words, and days that were worked."""

import re
from datetime import date, timedelta
from uuid import uuid4

from lxml import html

from activity.daily_log.models import DailyLog
from org.periods.due import run_due
from org.week import Week
from tests import factories as make

WEEK = Week(make.MONDAY)
LAST = WEEK.previous
FRIDAY = make.THURSDAY + timedelta(days=1)
NOW = make.at(FRIDAY, 9)
CLOSED = make.at(date(2026, 11, 24), 12, 1)  # of the week of 11-16


def words(text):
    main = html.fromstring(text).xpath("//main")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.tostring(main, encoding="unicode")))


def of(person, week=WEEK, rest=""):
    return f"/people/{person.employee_no}/week/{week}/{rest}"


def did(who, day, calls=0, visits=0, prospects=0, studies=0, **more):
    """A log that counts, with those figures in its header."""
    given = {"counts": True, "state": "submitted", "handed_in_at": make.at(day, 18), "timeliness": "on_time", **more}
    return DailyLog.objects.create(
        person=who, unit=who.appointments.first().unit, day=day, created_at=make.at(day), calls=calls, visits=visits,
        prospects=prospects, studies=studies, **given,
    )  # fmt: skip


def a_full_week(who, week=WEEK, **less):
    """5 × 6311, less what is said of the Friday."""
    for n, day in enumerate(week.days[:5]):
        done = {"calls": 6, "visits": 3, "prospects": 1, "studies": 1}
        did(who, day, **{item: count - (less.get(item, 0) if n == 4 else 0) for item, count in done.items()})


def close(clock_at, at=CLOSED):
    clock_at(at)
    run_due()


def send(client, who, address, at, clock_at, **body):
    clock_at(at)
    client.force_login(who)
    return client.post(address, {"key": uuid4(), **body}, follow=body.pop("follow", False))
