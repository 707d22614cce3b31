"""What people have decided in the demo: leave, relief and a trial run in weeks past, an excuse and fines as of now.

All through the product's own actions, each by somebody who may. What lies in past weeks is decided before those are
closed, as it was in life; so the closes find it and nothing has to be put right afterwards.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from activity.assessment.excusing import excuse
from activity.daily_log.models import DailyLog
from activity.demo.people import BRANCH, CITY, CLIENT_MANAGER, RELIEVED, TRIED, holder
from activity.discipline import actions as discipline
from activity.discipline.adjusting import settle
from activity.discipline.models import Fine, LedgerEntry
from org.absences import actions as absences
from org.absences.models import Absence, AbsenceRequest
from org.absences.relieving import grant_relief
from org.absences.rules import Stretch, Wish
from org.people.models import Person
from org.posts import Post
from org.trials.actions import start_trial
from org.units.models import Unit
from org.week import Week
from org.working_days.rules import SHANGHAI, WorkingCalendar, instant

LEFT = 5  # proposals that wait, the latest
EXCUSED = "那一周在总公司参加投标，公务漏登记，经理已核实"
DISMISSED = {  # by their place among the decided, the oldest first
    3: "第二周住院，出院后才补的假条",
    9: "那两周交接老客户，登记在原客户经理名下",
}
ASKED, DECIDED = time(16, 10), time(17, 25)


def in_past_weeks(at: datetime, calendar: WorkingCalendar) -> None:
    """请假 and 公务 of some weeks ago and one to come, 半天减免 for one branch, 试运行 for another."""
    today = at.astimezone(SHANGHAI).date()
    someone = Person.objects.get(employee_no=CLIENT_MANAGER)
    mates = Person.objects.of_unit(_branch(BRANCH), on=today).holding(Post.CLIENT_MANAGER, on=today)
    mate = mates.exclude(pk=someone.pk).order_by("-employee_no")[0]
    _granted(someone, "leave", _quiet_day(someone, today, calendar), "发烧去医院", calendar)
    _granted(mate, "duty", _quiet_day(mate, today, calendar), "到市公司参加产品培训", calendar)
    ahead = calendar.next_working(today, 3)
    _ask(someone, "leave", Stretch(ahead, "am", ahead, "am"), "带孩子看牙", at=at - timedelta(minutes=50))
    _relief(calendar.previous_working(today, 8))
    _trial(Week.of(today - timedelta(weeks=3)))


def made() -> bool:
    """Whether anybody has decided anything about a fine: then this is no fresh demo."""
    return LedgerEntry.objects.exclude(kind=LedgerEntry.Kind.PROPOSAL).exists()


@transaction.atomic
def about_fines(at: datetime) -> None:
    """In the accounts' branch the latest week of somebody is excused, the older fines are decided, five wait."""
    by = holder(Post.BRANCH_DEPUTY_GM, BRANCH, at)
    latest = Fine.objects.to_decide(by, at.date()).order_by("week", "person__employee_no").last()
    if latest is None:
        return
    excuse(latest.person, Week(latest.week), by=by, at=at, key=_key("excuse"), reason=EXCUSED)
    settle(at=at)
    waiting = Fine.objects.to_decide(by, at.date()).select_related("person", "unit", "rules", "ledger__city")
    older = list(waiting.order_by("week", "person__employee_no"))[:-LEFT]
    for number, fine in enumerate(older):
        if number in DISMISSED:
            discipline.dismiss(fine, by=by, at=at, key=_key(fine.pk), reason=DISMISSED[number])
        else:
            discipline.confirm(fine, by=by, at=at, key=_key(fine.pk))


def _granted(who: Person, kind: str, day: date, reason: str, calendar: WorkingCalendar) -> None:
    """Asked on the working day before, granted by the manager that evening."""
    before = calendar.previous_working(day)
    asked = _ask(who, kind, Stretch(day, "am", day, "pm"), reason, at=instant(before, ASKED))
    evening = instant(before, DECIDED)
    absences.grant(asked, by=holder(Post.DEPARTMENT_MANAGER, BRANCH, evening), at=evening)


def _ask(who: Person, kind: str, stretch: Stretch, reason: str, *, at: datetime) -> AbsenceRequest:
    key = _key(f"{kind} {who.employee_no} {stretch.first}")
    made = absences.ask(who, Wish(kind, stretch, reason), at=at, key=key)
    return AbsenceRequest.objects.select_related("person", "unit").get(pk=made["request"])


def _quiet_day(who: Person, today: date, calendar: WorkingCalendar) -> date:
    """A working day three weeks ago or earlier on which he is not away yet, best one without a log."""
    days = [calendar.previous_working(today, n) for n in range(15, 35)]
    away = set(Absence.objects.filter(person=who, day__in=days).values_list("day", flat=True))
    free = [day for day in days if day not in away]
    written = set(DailyLog.objects.filter(person=who, day__in=free).values_list("day", flat=True))
    return next((day for day in free if day not in written), (free or days)[0])


def _relief(day: date) -> None:
    at = instant(day, time(9, 40))
    afternoon = Stretch(day, "pm", day, "pm")
    grant_relief(
        [_branch(RELIEVED)], afternoon, reason="办公楼停电检修，下午停工", by=_hq(at), at=at, key=_key("relief")
    )


def _trial(first: Week) -> None:
    """Decided on its Monday morning: a trial run never begins in the past."""
    at = instant(first.monday, time(8, 50))
    reason = "新团队刚组建，先试运行"
    start_trial(_branch(TRIED), first=first, last=None, reason=reason, by=_hq(at), at=at, key=_key("trial"))


def _hq(at: datetime) -> Person:
    return holder(Post.HQ_STAFF, CITY, at)


def _branch(code: str) -> Unit:
    return Unit.objects.get(code=code)


def _key(what: object) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo:{what}")
