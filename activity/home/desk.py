"""The desk: a few sentences that say what to do now, for each post from what the tables count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.daily_log.board_reading import to_review as waiting_logs
from activity.daily_log.due import due_halves
from activity.daily_log.models import DailyLog
from activity.discipline.models import Fine
from activity.itinerary.models import Itinerary
from activity.planning import told
from activity.rollup.models import RollUp, RollUpUnit
from clients.handover.reading import waiting_books
from org.absences.models import AbsenceRequest
from org.accounts import lockout
from org.days import in_words
from org.notices.models import Letter, Notice
from org.people.models import Appointment, Person
from org.periods.models import Period
from org.permissions import Permission
from org.posts import Post
from org.reach import city_path, reach
from org.rules.book import book_on, rules_on
from org.week import Week
from org.working_days.actions import unknown_years
from org.working_days.calendar import calendar_between

NAMES = 3  # at most so many names in a sentence


class Row(NamedTuple):
    """One sentence; `link` is "" where the project has no page for it, `state` a colour class of the icon."""

    icon: str
    state: str
    title: str
    text: str = ""
    link: str = ""


@dataclass(frozen=True)
class Desk:
    person: Person
    active: Appointment
    at: datetime
    addresses: dict[str, str]  # route -> address of the pages in his menu

    @property
    def today(self) -> date:
        return self.at.date()

    def link(self, *routes: str) -> str:
        """The first of the pages that he has."""
        return next((self.addresses[route] for route in routes if route in self.addresses), "")


Part = Callable[[Desk], Iterator[Row]]


def _instant(at: datetime) -> str:
    return f"{in_words(at.date())} {at:%H:%M}"


def _listed(names: list[str]) -> str:
    return "、".join(names[:NAMES]) + (_("等") if len(names) > NAMES else "")


def to_review(desk: Desk) -> Iterator[Row]:
    """Logs that wait for his review, and the way to the oldest of them."""
    link = desk.link("review")
    waiting = waiting_logs(desk.person, desk.today).aggregate(count=Count("pk"), oldest=Min("day"))
    if not waiting["count"]:
        yield Row("circle-check", "ok", _("没有待批的日志"), link=link)
        return
    until = book_on(waiting["oldest"]).times.review_due
    text = _("最早的是{day}的，批阅截止是次个工作日 {until:%H:%M}").format(day=in_words(waiting["oldest"]), until=until)
    there = link and reverse("review-day", args=[waiting["oldest"]])
    yield Row("clipboard-list", "warn", _("待批 {count} 份").format(count=waiting["count"]), text, there)


class _Handed(NamedTuple):
    due: int
    missing: list[str]  # names


def _handed_in(desk: Desk, day: date) -> _Handed | None:
    """Who owed a log that day and who has not handed it in; None on a day off or where nobody owes one."""
    within = reach(desk.person, Permission.LOG_READ, Permission.LOG_STATES, on=desk.today).q(unit="unit", person=None)
    held = Appointment.objects.on(day).filter(within, post=Post.CLIENT_MANAGER)
    names = dict(held.order_by("person__employee_no").values_list("person", "person__name"))
    owed = {person for person, _day in due_halves(names, day, day, calendar_between(day, day))}
    logs = DailyLog.objects.filter(person__in=owed, day=day).exclude(state=DailyLog.State.DRAFT)
    handed = set(logs.values_list("person", flat=True))
    return _Handed(len(owed), [name for person, name in names.items() if person in owed - handed]) if owed else None


def missing_logs(desk: Desk) -> Iterator[Row]:
    """The last working day's missing logs, and how many of today's are in."""
    calendar = calendar_between(desk.today, desk.today)
    link = desk.link("review", "unit", "city")
    last = calendar.previous_working(desk.today)
    if then := _handed_in(desk, last):
        yield _missing(then, last, link)
    if now := _handed_in(desk, desk.today):
        done = now.due - len(now.missing)
        title = _("今天的日志已交 {done} / {due} 份").format(done=done, due=now.due)
        yield Row("file-text", "acc", title, link=link)


def _missing(then: _Handed, day: date, link: str) -> Row:
    name = in_words(day)
    if not then.missing:
        return Row("circle-check", "ok", _("{day}的日志 {due} 份都交了").format(day=name, due=then.due), link=link)
    title = _("{day}未交 {count} 人").format(day=name, count=len(then.missing))
    return Row("triangle-alert", "bad", title, _listed(then.missing), link)


def last_roll_up(desk: Desk) -> Iterator[Row]:
    """The latest report, as the highest unit that he may read there."""
    report = RollUp.objects.visible_to(desk.person, desk.today).counted().first()
    if report is None:
        return
    rows = RollUpUnit.objects.visible_to(desk.person, desk.today).filter(rollup=report).select_related("unit")
    row = rows.order_by("unit__depth", "unit__path").first()
    if row is None:
        return
    title = _("{unit} {week} 已汇总").format(unit=row.unit.name, week=Week(report.week).label)
    text = _("日志应交 {due} 份，已交 {done} 份，未交 {missing} 份").format(
        due=row.logs_due, done=row.logs_in, missing=row.logs_missing
    )
    yield Row("chart-column", "warn" if row.logs_missing else "ok", title, text, desk.link("city", "unit"))


def next_roll_up(desk: Desk) -> Iterator[Row]:
    city = city_path(desk.active.unit.path)
    open_ones = Period.objects.filter(kind=Period.Kind.REPORT, done_at=None, unit__path__startswith=city)
    period = open_ones.order_by("due_at").first()
    if period is None:
        return
    if period.due_at <= desk.at:
        yield Row("loader", "acc", _("{week}正在汇总").format(week=Week(period.week).label))
    else:
        due = _instant(period.due_at.astimezone(desk.at.tzinfo))
        yield Row("calendar-clock", "", _("下次汇总：{due}").format(due=due), Week(period.week).label)


def letters(desk: Desk) -> Iterator[Row]:
    """Reports whose e-mail has not left yet although it was tried."""
    within = reach(desk.person, Permission.ROLLUP_EXPORT, on=desk.today).q(unit="unit", person=None)
    stuck = Letter.objects.filter(within, sent_at=None, tries__gt=0).count()
    if stuck:
        title = _("{count} 封报送信件还没送出").format(count=stuck)
        text = _("系统在自动重试；一直送不出的，请系统管理员看邮件服务")
        yield Row("mail-warning", "bad", title, text, desk.link("mailbox"))


def accounts(desk: Desk) -> Iterator[Row]:
    """People without a password of their own, and accounts that rest after too many tries."""
    within = reach(desk.person, Permission.ACTIVATION, on=desk.today).q(unit="unit", person=None)
    people = Person.objects.filter(pk__in=Appointment.objects.on(desk.today).filter(within).values("person"))
    waiting = people.not_activated().count()
    if waiting:
        title = _("{count} 人还没有激活账号").format(count=waiting)
        yield Row("id-card", "warn", title, _("给他们发激活卡，打印后当面交给本人"), desk.link("people"))
    else:
        yield Row("circle-check", "ok", _("所有人的账号都已激活"), link=desk.link("people"))
    locked = people.filter(employee_no__in=lockout.locked_accounts(desk.at))
    if names := list(locked.values_list("name", flat=True)[: NAMES + 1]):
        title = _("有账号被锁：{who}").format(who=_listed(names))
        yield Row("lock", "warn", title, _("认得出本人，就可以替他解锁"), desk.link("people"))


def calendar(desk: Desk) -> Iterator[Row]:
    for year in unknown_years(desk.today):
        title = _("{year} 年的放假安排还不知道").format(year=year)
        text = _("先按周一至周五上班算；安排公布后升级日历数据，或逐日更正")
        yield Row("calendar-days", "warn", title, text, desk.link("working-days"))


def rules(desk: Desk) -> Iterator[Row]:
    found = rules_on(Week.of(desk.today).monday)
    if found is None:
        yield Row("triangle-alert", "warn", _("本周没有生效的规则，不汇总也不考核"), _("规则由命令行发布"))
    else:
        start = found.effective_from
        since = _("{year}年{month}月{day}日").format(year=start.year, month=start.month, day=start.day)
        title = _("第 {version} 版规则生效中").format(version=found.version)
        yield Row("scale", "ok", title, _("{since} 起").format(since=since))


def to_approve(desk: Desk) -> Iterator[Row]:
    """Plans that wait for his approval, and until when."""
    waiting = Itinerary.objects.to_approve(desk.person, desk.today).aggregate(count=Count("pk"), first=Min("week"))
    if not waiting["count"]:
        return
    title = _("{count} 份行事历待批").format(count=waiting["count"])
    city = city_path(desk.active.unit.path)
    before = waiting["first"] - timedelta(weeks=1)
    report = Period.objects.filter(kind=Period.Kind.REPORT, week=before, unit__path__startswith=city).first()
    text = ""
    if report and report.due_at > desk.at:
        text = _("{due} 前批准算按时").format(due=_instant(report.due_at.astimezone(desk.at.tzinfo)))
    elif report:
        text = _("已过报送时间，批准后记分管总迟批，部门不算迟")
    yield Row("calendar-check", "warn", title, text, reverse("approvals"))


def to_confirm(desk: Desk) -> Iterator[Row]:
    """Proposals that wait for his decision."""
    waiting = Fine.objects.to_decide(desk.person, desk.today).aggregate(count=Count("pk"), oldest=Min("week"))
    if waiting["count"]:
        label = book_on(desk.today).fines.label
        title = _("{count} 条{label}提议待确认").format(count=waiting["count"], label=label)
        text = _("最早的是{week}的，逐条看事实再定").format(week=Week(waiting["oldest"]).label)
        yield Row("scale", "warn", title, text, reverse("fines"))


def proposed(desk: Desk) -> Iterator[Row]:
    """Proposals within his reach that wait for 分管总."""
    count = Fine.objects.visible_to(desk.person, desk.today).waiting().count()
    if count:
        label = book_on(desk.today).fines.label
        title = _("{count} 条{label}提议等分管总确认").format(count=count, label=label)
        yield Row("scale", "", title, link=reverse("fines"))


def absences(desk: Desk) -> Iterator[Row]:
    """Requests for leave and duty that wait for him."""
    count = AbsenceRequest.objects.to_decide(desk.person, desk.today).count()
    if count:
        yield Row("calendar-check", "warn", _("{count} 份请假待批").format(count=count), link=reverse("absence-queue"))


def left_behind(desk: Desk) -> Iterator[Row]:
    """People who have gone, and whose clients wait for somebody."""
    if count := waiting_books(desk.person, desk.today):
        title = _("{count} 人离任或调动，名下客户待交接").format(count=count)
        yield Row("arrow-right-left", "bad", title, link=reverse("handovers"))


def department_plan(desk: Desk) -> Iterator[Row]:
    """Next week's itinerary: how many drafts are in, and what became of it."""
    yield from (Row(*one) for one in told.of_departments(desk.person, at=desk.at))


def own_plan(desk: Desk) -> Iterator[Row]:
    """Of a 组长 or 科长 who is a client manager too."""
    yield from (Row(*one) for one in told.of_himself(desk.person, at=desk.at))


def inbox(desk: Desk) -> Iterator[Row]:
    unread = Notice.objects.visible_to(desk.person).unread().count()
    if unread:
        yield Row("bell", "acc", _("{count} 条未读消息").format(count=unread), link=desk.link("inbox"))


EYES: tuple[Part, ...] = (missing_logs, last_roll_up, next_roll_up)
PARTS: dict[Post, tuple[Part, ...]] = {
    Post.TEAM_LEADER: (own_plan, *EYES),
    Post.SECTION_CHIEF: (own_plan, *EYES),
    Post.DEPARTMENT_MANAGER: (to_review, department_plan, absences, left_behind, *EYES, proposed),
    Post.BRANCH_DEPUTY_GM: (to_approve, to_confirm, absences, *EYES),
    Post.GM_OFFICE: (*EYES, proposed),
    Post.BRANCH_CLERK: (accounts, missing_logs, next_roll_up),
    Post.HQ_STAFF: (last_roll_up, letters, next_roll_up, missing_logs, proposed, rules, calendar),
    Post.CITY_DEPUTY_GM: (last_roll_up, next_roll_up, missing_logs),
    Post.CITY_LEADER: (last_roll_up, next_roll_up),
    Post.RULE_ADMIN: (rules, calendar),
    Post.SYSTEM_ADMIN: (accounts, calendar),
    Post.AUDITOR: (last_roll_up, next_roll_up),
}


def rows(desk: Desk) -> list[Row]:
    parts: tuple[Any, ...] = (*PARTS.get(Post(desk.active.post), ()), inbox)
    return [row for part in parts for row in part(desk)]
