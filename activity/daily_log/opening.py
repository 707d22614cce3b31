"""The day that is written in: its header, made on first need and locked, and whether it may still be changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from activity.daily_log.limits import ruled_limits, sentence_of
from activity.daily_log.models import DailyLog
from org.people.models import Person
from org.permissions import Permission
from org.posts import Post
from org.rules.schema import RuleBook
from org.units.models import Unit
from org.workflow import Refused


def unit_on(person: Person, day: date) -> Unit:
    """The unit in which he keeps a log that day; refused when he is no client manager then."""
    held = [one for one in person.posts_on(day) if one.post == Post.CLIENT_MANAGER]
    if not held:
        raise Refused(_("这一天你不是客户经理，没有工作日志。"))
    return max(held, key=lambda one: (one.starts_on, one.pk)).unit


_OPEN = """
    INSERT INTO activity_dailylog AS log (id, person_id, unit_id, day, created_at, state, timeliness,
        counts, calls, visits, prospects, studies, excluded, plan, problems, help_needed, help_answer, tomorrow_plan,
        short_reason, comment)
    VALUES (gen_random_uuid(), %s, %s, %s, %s, 'draft', '', false, 0, 0, 0, 0, 0, '', '', '', '', '', '', '')
    ON CONFLICT (person_id, day) DO UPDATE SET person_id = log.person_id
    RETURNING {columns}, (xmax = 0) AS is_new
"""
_COLUMNS = [field.attname for field in DailyLog._meta.concrete_fields]


def _opened(*values: Any) -> DailyLog:
    """The locked row; `is_new` when this made it."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN.format(columns=", ".join(_COLUMNS)), values)
        *row, is_new = cursor.fetchone()
    log: DailyLog = DailyLog.from_db(connection.alias, _COLUMNS, row)
    vars(log)["is_new"] = is_new
    return log


def open_day(person: Person, day: date, at: datetime) -> DailyLog:
    """His header of the day, locked; made on first need, by one of two at once. `is_new` says that it was empty."""
    if not person.can(Permission.LOG_WRITE, on=at.date()):
        raise Refused(_("这件事不归你办。"))
    if day > at.date():
        raise Refused(_("还没到这一天，先写进行事历。"))
    unit = unit_on(person, day)
    log = _opened(person.pk, unit.pk, day, at)
    log.person = person
    if log.unit_id == unit.pk:
        log.unit = unit
    return log


def writable_day(person: Person, day: date, at: datetime) -> DailyLog:
    """The locked header, if the day may still be changed; otherwise the rule and the hour that closed it."""
    return ruled_day(person, day, at)[0]


def ruled_day(person: Person, day: date, at: datetime) -> tuple[DailyLog, RuleBook]:
    """The same with the rules of the day."""
    log = open_day(person, day, at)
    book, limits = ruled_limits(day)
    if at >= limits.lock_at:
        raise Refused(sentence_of(log, limits, at))
    if log.state == DailyLog.State.PASSED:
        raise Refused(_("经理已批阅通过，不能再改。"))
    if log.state == DailyLog.State.SUBMITTED and at >= limits.due:
        raise Refused(_("日志已提交，{due:%H:%M} 后要改请经理先退回。").format(due=limits.due))
    return log, book
