"""What the tests of 批阅 share: the hours around a Thursday's log, and what it comes to."""

from activity.daily_log import reviewing
from activity.daily_log.day import week_view
from activity.daily_log.models import DailyLog
from clients.visits.models import Visit
from org.notices.models import Notice
from org.week import Week
from tests.factories import MONDAY, THURSDAY, at

FRIDAY = THURSDAY.replace(day=20)
MONDAY_AFTER = THURSDAY.replace(day=23)
NINE = at(FRIDAY, 9)
LOCKED = at(MONDAY_AFTER, 12)
WEEK_CLOSE = at(THURSDAY.replace(day=24), 12)
JUST_BEFORE_CLOSE = at(THURSDAY.replace(day=24), 11, 59, 59)


def figures(row):
    return row.calls, row.visits, row.prospects, row.studies


def week_of(who):
    return week_view(who, Week(MONDAY), NINE).done


def told(who):
    return list(Notice.objects.filter(to=who).values_list("kind", "body"))


def fresh(log):
    return DailyLog.objects.select_related("unit", "person").get(pk=log.pk)


def a_visit(log):
    return Visit.objects.filter(person_id=log.person_id, day=log.day).first()


def passed(log, by, when=NINE, comment="好"):
    return reviewing.pass_log(fresh(log), by=by, at=when, rating=4, comment=comment)


def returned(log, by, when=NINE):
    return reviewing.return_log(fresh(log), by=by, at=when, comment="补填")
