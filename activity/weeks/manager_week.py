"""3111 of a manager's week on his page, and each of its four figures opened (D1; domain.md 3, "What counts")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.assessment.figures import MANAGERS
from activity.assessment.forecast import Verdict, forecast
from activity.assessment.models import ManagerAssessment
from activity.assessment.reading import manager_reach, reads
from activity.assessment.rules import Status, needed
from activity.coaching.models import ManagerEntry
from activity.daily_log.day import WeekView
from activity.daily_log.reasons import lacking
from activity.weeks import words
from activity.weeks.words import Pill, pill_of
from clients.visits.models import Visit
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.posts import Post
from org.reach import reach
from org.rules.book import book_of
from org.rules.schema import RuleBook
from org.units.models import Unit
from org.week import Week
from org.working_days.rules import week_close

NAMES = {
    "follow_up_calls": gettext_lazy("电话追踪"),
    "accompaniments": gettext_lazy("有效陪访"),
    "coachings": gettext_lazy("有效辅导"),
    "proposals_or_recruits": gettext_lazy("计划书或增员"),
}
KINDS = {
    "follow_up_calls": (ManagerEntry.Kind.FOLLOW_UP,),
    "accompaniments": (ManagerEntry.Kind.ACCOMPANIMENT,),
    "coachings": (ManagerEntry.Kind.COACHING,),
    "proposals_or_recruits": (ManagerEntry.Kind.PROPOSAL, ManagerEntry.Kind.RECRUIT),
}


class ManagerItem(NamedTuple):
    code: str
    name: Any
    done: int
    need: int
    short: int
    more: str
    link: str  # "" where the entries are not the reader's to see


@dataclass(frozen=True, slots=True)
class ManagerWeek:
    verdict: Verdict
    pill: Pill
    items: list[ManagerItem]
    said: str
    is_closed: bool
    closes: str

    @property
    def days(self) -> str:
        return words.days(self.verdict.half_days)


def manager_week(view: WeekView, *, reader: Person, at: datetime) -> ManagerWeek | None:
    """None for who was no 团体部经理 in that week, or where his 3111 is not the reader's to see."""
    person, week = view.person, view.week
    held = Appointment.objects.touching(week.monday, week.sunday).filter(person=person)
    if week.monday > at.date() or not held.filter(post=Post.DEPARTMENT_MANAGER).exists():
        return None
    row = ManagerAssessment.objects.current().filter(person=person, week=week.monday)
    recorded = row.select_related("close__rules", "unit").first()
    if recorded:
        book, verdict, path = book_of(recorded.close.rules), Verdict.recorded(recorded, MANAGERS), recorded.unit.path
    else:
        book = view.book
        found = forecast(week, calendar=view.calendar, book=book, people=[person.pk], standard=MANAGERS)
        if book.effective_from is None or person.pk not in found:
            return None
        verdict = found[person.pk]
        path = Unit.objects.get(pk=verdict.unit_id).path
    if not reads(manager_reach(reader, on=at.date()), person.pk, path):
        return None
    opens = reads(reach(reader, Permission.COACHING_READ, on=at.date()), person.pk, path)
    running = recorded is None and any(day > at.date() for day in view.calendar.working_days(week))
    closes_at = recorded.close.due_at if recorded else week_close(week, view.calendar, book.times)
    return ManagerWeek(
        verdict,
        pill_of(verdict.status, running=running),
        _items(verdict, book, person, week, opens=opens),
        _said(verdict, book),
        recorded is not None,
        words.moment(closes_at),
    )


def _items(verdict: Verdict, book: RuleBook, person: Person, week: Week, *, opens: bool) -> list[ManagerItem]:
    targets = book.manager_targets.standard
    need = needed(targets, half_days=verdict.half_days)
    return [
        ManagerItem(
            code,
            NAMES[code],
            verdict.done[n],
            need[n],
            verdict.short[n],
            words.due_in_words(targets[n], half_days=verdict.half_days),
            reverse("person-figure", args=[person.employee_no, week, code]) if opens else "",
        )
        for n, code in enumerate(MANAGERS.items)
    ]


def _said(verdict: Verdict, book: RuleBook) -> str:
    if verdict.status == Status.EXEMPT:
        return words.why_exempt(verdict, book)
    if verdict.status == Status.MET:
        return _("四项都够")
    return _("差 {lacks}").format(lacks=lacking(verdict.short, words.SHORT_NAMES_3111))


class Fact(NamedTuple):
    """An entry or an accompanied visit behind a figure; `why_not` is "" for what counts."""

    day: date
    title: str
    more: str
    why_not: str


@dataclass(frozen=True, slots=True)
class ManagerFigure:
    name: Any
    facts: list[Fact]

    @property
    def counted(self) -> list[Fact]:
        return [fact for fact in self.facts if not fact.why_not]

    @property
    def excluded(self) -> list[Fact]:
        return [fact for fact in self.facts if fact.why_not]


def manager_figure(person: Person, week: Week, item: str, book: RuleBook, *, reader: Person, on: date) -> ManagerFigure:
    """Counted + excluded = all, of the entries that the reader may see."""
    span = (week.monday, week.sunday)
    seen = ManagerEntry.objects.visible_to(reader, on)
    entries = seen.filter(person=person, day__range=span, kind__in=KINDS[item]).order_by("day", "recorded_at", "pk")
    facts = list(_of_entries(entries, item, one_per_contact=book.calls.one_per_contact))
    if item == "accompaniments":
        visits = Visit.objects.filter(companion=person, day__range=span).select_related("person")
        known = set(Visit.objects.visible_to(reader, on).filter(pk__in=visits).values_list("pk", flat=True))
        facts += [_of_visit(visit, named=reader.pk == person.pk or visit.pk in known) for visit in visits]
    return ManagerFigure(NAMES[item], sorted(facts, key=lambda fact: fact.day))


def _of_entries(entries: Any, item: str, *, one_per_contact: bool) -> Iterator[Fact]:
    called: set[tuple[date, str]] = set()
    for one in entries:
        why_not = ""
        if item == "follow_up_calls":
            again = (one.day, one.about) in called
            why_not = _("同一对象当天已计一个") if again and one_per_contact else ""
            called.add((one.day, one.about))
        elif item == "accompaniments" and one.visit_id:
            why_not = _("随这次拜访计，不另计")
        elif item in ("accompaniments", "coachings") and not one.confirmed:
            why_not = _("对方还没有确认")
        yield Fact(one.day, f"{one.get_kind_display()} · {one.about}", one.result or one.content, why_not)


def _of_visit(visit: Visit, *, named: bool) -> Fact:
    """`named`: the client's name is the reader's to see."""
    why_not = ""
    if visit.person_id == visit.companion_id:
        why_not = _("自己的拜访不算陪访")
    elif visit.ineffective_at:
        why_not = _("经理判为无效")
    elif not visit.companion_confirmed:
        why_not = _("双方还没有都确认")
    return Fact(visit.day, _("陪{name}拜访").format(name=visit.person.name), visit.client if named else "", why_not)
