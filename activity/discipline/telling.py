"""After the close: who is told what. Rows say what is left to tell, keys let each cause tell a person once.

Short weeks are told by the close (`WeekClose.told_at`), proposals and reversals by the lines of the ledger
(`Announced.told`), so those of a later correction are told too. In the app only, no e-mails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.assessment.models import WeekAssessment, WeekClose
from activity.daily_log.reasons import lacking
from activity.discipline.models import Announced, Fine, Ledger, LedgerEntry
from activity.discipline.words import label_on, proposal, worth
from org.delegations.models import Delegation
from org.notices import actions as notices
from org.notices.actions import Message
from org.people.models import Appointment
from org.periods.due import Sweep, afterwards
from org.posts import Post
from org.reach import branch_path
from org.rules.book import book_of
from org.week import Week
from org.working_days.calendar import calendar_between
from org.working_days.rules import instant

AT_ONCE = 2_000  # rows in memory


@afterwards
def tell_waiting(sweep: Sweep) -> None:
    """What closes and ledgers have not told yet, each in a transaction of its own."""
    for close in WeekClose.objects.filter(told_at=None).select_related("city").order_by("week", "city__path"):
        sweep.isolated(f"tell {Week(close.week)}", close.city, partial(tell_close, close.pk, at=sweep.at))
    untold = Q(announced=None, number__gt=0) | Q(number__gt=F("announced__told"))
    for ledger in Ledger.objects.filter(untold).order_by("city__path").select_related("city"):
        sweep.isolated("tell ledger", ledger.city, partial(tell_ledger, ledger, at=sweep.at))


@transaction.atomic
def tell_close(pk: int, *, at: datetime) -> bool:
    """Each short person, until the day on which his explanation is due; afterwards it would be no news."""
    close = (
        WeekClose.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("rules")
        .filter(pk=pk, told_at=None)
        .first()
    )
    if close is None:
        return False
    if at < explanation_due(close):
        notices.post_each("week_short", _short_people(close), at=at)
    WeekClose.objects.filter(pk=close.pk).update(told_at=at)
    return True


def explanation_due(close: WeekClose) -> datetime:
    """F2: two working days (**C**) after the close, at its hour; who was short explains until then."""
    book, day = book_of(close.rules), close.due_at.date()
    after = calendar_between(day, day).next_working(day, book.assessment.explanation_due_working_days)
    return instant(after, book.times.week_close)


def _short_people(close: WeekClose) -> Iterator[Message]:
    week = Week(close.week)
    rows = WeekAssessment.objects.current().filter(close=close, status=WeekAssessment.Status.SHORT)
    for row in rows.select_related("person").order_by("pk").iterator(chunk_size=AT_ONCE):
        lacks = lacking((row.short_calls, row.short_visits, row.short_prospects, row.short_studies))
        title = _("{week}未达 6311：差 {lacks}").format(week=week.label, lacks=lacks)
        body = _("这一周{spared}，不提议扣罚。").format(spared=row.get_spared_display()) if row.spared else ""
        yield Message(
            row.person_id, str(close.pk), title, body, reverse("person-week", args=[row.person.employee_no, week])
        )


@transaction.atomic
def tell_ledger(ledger: Ledger, *, at: datetime) -> bool:
    """Those whose fine was proposed or reversed since the last time, who confirmed what is reversed, and 分管总 of
    branches where it was proposed."""
    Announced.objects.bulk_create([Announced(ledger=ledger)], ignore_conflicts=True)
    state = Announced.objects.select_for_update(skip_locked=True).filter(ledger=ledger).first()
    last = LedgerEntry.objects.filter(ledger=ledger).order_by("-number").values_list("number", flat=True).first()
    if state is None or not last or last <= state.told:
        return False
    fresh = LedgerEntry.objects.filter(ledger=ledger, number__gt=state.told, number__lte=last)
    notices.post_each("fine_proposed", _proposed(fresh), at=at)
    notices.post_each("fine_reversed", _reversed(fresh), at=at)
    _tell_deputies(ledger, fresh.filter(kind=LedgerEntry.Kind.PROPOSAL), last, at=at)
    Announced.objects.filter(pk=state.pk).update(told=last)
    return True


def _of_kind(fresh: QuerySet[LedgerEntry], kind: LedgerEntry.Kind) -> Iterator[LedgerEntry]:
    return (
        fresh.filter(kind=kind)
        .select_related("fine__rules", "fine__person")
        .order_by("number")
        .iterator(chunk_size=AT_ONCE)
    )


def _proposed(fresh: QuerySet[LedgerEntry]) -> Iterator[Message]:
    body = _("连续两周未达 6311，待分管总确认。打开看两周的事实和算法；有异议或特殊情况，现在就跟分管总说。")
    for line in _of_kind(fresh, LedgerEntry.Kind.PROPOSAL):
        fine = line.fine
        title = f"{Week(fine.week).label}{proposal(fine)}"
        yield Message(fine.person_id, str(fine.pk), title, body, reverse("fine", args=[fine.pk]))


def _reversed(fresh: QuerySet[LedgerEntry]) -> Iterator[Message]:
    for line in _of_kind(fresh, LedgerEntry.Kind.REVERSAL):
        fine = line.fine
        title = _("{week}{label}（{worth}）已冲销").format(
            week=Week(fine.week).label, label=book_of(fine.rules).fines.label, worth=worth(fine)
        )
        body = _("原因：{reason}").format(reason=line.reason) if line.reason else _("重新核算后不再符合条件。")
        link = reverse("fine", args=[fine.pk])
        yield Message(fine.person_id, str(fine.pk), title, body, link)
        if fine.decided_by_id:  # he confirmed it, and it no longer stands
            named = f"{fine.person.name} {title}"
            yield Message(fine.decided_by_id, str(fine.pk), named, _("你确认过这一条。{why}").format(why=body), link)


def _tell_deputies(ledger: Ledger, proposals: QuerySet[LedgerEntry], last: int, *, at: datetime) -> None:
    """One notice each, of all that waits in his branch but his own; also to who stands in for him today (代)."""
    branches = {branch_path(path) for path in proposals.values_list("fine__unit__path", flat=True).distinct()}
    if not branches:
        return
    waiting, own = _waiting(ledger)
    label, link = label_on(at.date()), reverse("fines")
    held = Appointment.objects.on(at.date()).filter(post=Post.BRANCH_DEPUTY_GM, unit__path__startswith=ledger.city.path)
    seats = {one.pk: one for one in held.select_related("unit", "person")}
    lent = Delegation.objects.on(at.date()).filter(appointment__in=list(seats))
    to = [*((one.person_id, one, 0) for one in seats.values())]
    to += [(one.delegate_id, seats[one.appointment_id], one.delegator_id) for one in lent]
    messages = []
    for person, seat, delegator in to:
        branch = branch_path(seat.unit.path)
        count = waiting[branch] - own[branch, person] - own[branch, delegator]
        if branch in branches and count:
            title = _("{n} 条{label}提议待确认").format(n=count, label=label)
            body = _("代 {name}").format(name=seat.person.name) if delegator else ""
            messages.append(Message(person, f"{ledger.pk}:{last}:{branch}", title, body, link))
    notices.post_each("fines_waiting", messages, at=at)


def _waiting(ledger: Ledger) -> tuple[Counter[str], Counter[tuple[str, int]]]:
    """How many wait in each branch, by its path; and of those whose person decides there himself, by person."""
    waiting, own = Counter[str](), Counter[tuple[str, int]]()
    found = Fine.objects.waiting().filter(ledger=ledger).order_by()
    for path, count in found.values_list("unit__path").annotate(Count("pk")):
        waiting[branch_path(path)] += count
    deciding = Appointment.objects.filter(post__in=(Post.BRANCH_DEPUTY_GM, Post.GM_OFFICE))
    for path, person in found.filter(person__in=deciding.values("person")).values_list("unit__path", "person"):
        own[branch_path(path), person] += 1
    return waiting, own
