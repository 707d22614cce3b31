"""Believable demo data: recorded workbooks moved to end today, imported, reviewed, rolled up, decided. Made once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

from django.db import transaction
from django.utils.translation import gettext as _

from activity.daily_log.models import DailyLog
from activity.demo import decisions, plans
from activity.demo.moving import Move
from activity.demo.people import accounts, with_section
from org.clock import now
from org.people.models import Appointment, Person
from org.periods.due import run_due
from org.posts import Post
from org.rules.actions import publish
from org.rules.models import RuleSet
from org.rules.schema import RuleBook
from org.workbooks import importing
from org.workbooks.reading import read
from org.workflow import Refused
from org.working_days.calendar import calendar_between
from org.working_days.rules import SHANGHAI, WorkingCalendar, instant

WORKBOOKS = Path(__file__).with_name("workbooks")
KINDS = ("roster", "prospects", "policies", "activity")
PRAISE = ("跟进有节奏", "决策人信息再补充", "学习内容写得具体", "下一步时间定得好", "")
PROBLEMS = (
    "客户问门诊是否含互联网医院，答不上来",
    "对方要求比价，缺同业费率",
    "花名册迟迟不给，理赔资料卡住",
)


def seed(*, at: datetime) -> list[dict[str, Any]]:
    """Fill an empty database; a second call only answers with the accounts, or ends what was broken off before.

    Refused beside other people's data.
    """
    if not Person.objects.exists():
        _fill(at)
    elif not _is_ours():
        raise Refused(_("数据库里已有别的人员，演示数据只放进空库。"))
    if not decisions.made():
        run_due()
        plans.next_week(now())
        decisions.about_fines(now())
    return accounts()


@transaction.atomic
def _fill(at: datetime) -> None:
    calendar = calendar_between(at.date() - timedelta(days=120), at.date() + timedelta(days=30))
    move = Move(at, calendar)
    for kind in KINDS:
        sheets = read(WORKBOOKS / f"{kind}.xlsx")
        sheets = with_section(sheets) if kind == "roster" else [move.sheet(sheet) for sheet in sheets]
        importing.take(importing.importers()[kind](), sheets, at=at)
    review(at, calendar)
    add_words(at.date())
    publish(RuleBook(effective_from=move.first_monday), by=None, at=at)
    decisions.in_past_weeks(at, calendar)


def _is_ours() -> bool:
    return RuleSet.objects.filter(published_by=None).exists() and Person.objects.filter(employee_no="20379001").exists()


def review(at: datetime, calendar: WorkingCalendar) -> None:
    """Managers have passed what was handed in before the last working day, most of it in the next morning."""
    managers = {
        held.unit.path: held.person_id
        for held in Appointment.objects.filter(post=Post.DEPARTMENT_MANAGER).select_related("unit")
    }
    today = at.astimezone(SHANGHAI).date()
    last = calendar.previous_working(today)
    changed = []
    for log in DailyLog.objects.filter(state=DailyLog.State.SUBMITTED, day__lt=last).select_related("unit"):
        luck = crc32(f"{log.person_id}{log.day}".encode())
        manager = next((who for path, who in managers.items() if log.unit.path.startswith(path)), None)
        if manager is None or luck % 23 == 0:
            continue
        morning = instant(calendar.next_working(log.day), time(8, 20 + luck % 30))
        log.state, log.reviewed_by_id = DailyLog.State.PASSED, manager
        log.reviewed_at = max(morning, log.handed_in_at) if log.handed_in_at else morning
        log.rating, log.comment = 3 + luck % 3, PRAISE[luck % len(PRAISE)]
        changed.append(log)
    DailyLog.objects.bulk_update(changed, ["state", "reviewed_by", "reviewed_at", "rating", "comment"], batch_size=1000)


def add_words(today: date) -> None:
    """Some of the latest logs name a problem and ask for help."""
    latest = list(DailyLog.objects.filter(day__gte=today - timedelta(days=5)).order_by("pk"))
    for log in latest:
        luck = crc32(f"{log.person_id}".encode()) % 4
        if luck < len(PROBLEMS):
            log.problems = PROBLEMS[luck]
            log.help_needed = _("想请经理帮看一下方案") if luck == 0 else ""
    DailyLog.objects.bulk_update(latest, ["problems", "help_needed"])
