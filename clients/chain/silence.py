"""Who was asked and says nothing: reminded, then silence takes the place of his word (domain.md 3).

Rung by `run_due`. A held visit whose companion stays silent for two working days counts for the chain, is marked 未确认
and never counts for 3111. Each row is reminded of each thing once and lapses once, however long nobody rang. Whose
miss it is said to be is told so (objecting.py).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from clients.chain import objecting, rules
from clients.chain.inviting import when
from clients.chain.models import Accompaniment, AccompanimentQuerySet, PlannedVisit
from clients.chain.rules import WRITE_FEEDBACK
from clients.chain.telling import lapse, tell, tell_owner
from org.periods.due import POISON, Sweep, afterwards, alarm
from org.periods.locks import claimed
from org.reach import city_path
from org.rules.book import books_between
from org.trace.actions import record
from org.units.models import Unit
from org.working_days.calendar import calendar_between
from org.working_days.rules import SHANGHAI, log_limits

FAR = timedelta(days=20)  # longer than a working day can be away
SENSE = timedelta(days=3660)
Act = Callable[[], object]
State, Outcome = Accompaniment.State, Accompaniment.Outcome
REMINDER = "accompany_reminder"
log = logging.getLogger(__name__)


def unanswered(at: datetime) -> AccompanimentQuerySet:
    """Asked for a visit that is near, and not yet reminded."""
    return Accompaniment.objects.filter(
        state=State.ASKED, outcome=Outcome.NONE, reminded_at=None, planned__state=PlannedVisit.State.PLANNED,
        planned__starts_at__gt=at, planned__starts_at__lt=at + FAR,
    )  # fmt: skip


def unconfirmed() -> AccompanimentQuerySet:
    return Accompaniment.objects.filter(outcome=Outcome.PENDING, lapsed_at=None)


def wordless(at: datetime) -> AccompanimentQuerySet:
    """Confirmed, and the feedback that the post owes is not there; not yet reminded."""
    return Accompaniment.objects.filter(
        outcome=Outcome.CONFIRMED, feedback_at=None, reminded_at=None, post__in=WRITE_FEEDBACK,
        owner_confirmed_at__gt=at - FAR,
    )  # fmt: skip


@afterwards
def follow_silence(sweep: Sweep) -> None:
    """City by city, each in a transaction of its own."""
    at = sweep.at
    every_due = unanswered(at), unconfirmed(), wordless(at), objecting.untold(at)
    units = [every.values("unit__path") for every in every_due]
    paths = {city_path(row["unit__path"]) for rows in units for row in rows.order_by().distinct()}
    for city in Unit.objects.filter(path__in=paths).order_by("path"):
        if city.path not in sweep.left:
            sweep.isolated("silence", city, partial(look_after, city, at=at))


@transaction.atomic
def look_after(city: Unit, *, at: datetime) -> None:
    if not claimed(city):
        return
    late = list(_of(city, unconfirmed()))
    silent, without_words = list(_of(city, unanswered(at))), list(_of(city, wordless(at)))
    blamed = list(_of(city, objecting.untold(at)).annotate(log_is_in=objecting.log_is_in()))
    days = [_told(one) for one in (*late, *without_words)] + [_coming(one) for one in silent]
    limits = _Limits(days + [_held(one) for one in blamed], at)
    dues = (late, _unconfirmed), (silent, _unanswered), (without_words, _wordless), (blamed, _blamed)
    for rows, due in dues:
        for one in rows:
            _alone(one, partial(due, one, limits, at), city, at)


def _alone(one: Accompaniment, due: Callable[[], Act | None], city: Unit, at: datetime) -> None:
    """What is due of one row; a bad one is left and told, and holds up no other. The server's trouble is no row's."""
    try:
        if act := due():
            with transaction.atomic():
                act()
    except OperationalError:
        raise
    except POISON:
        log.exception("silence about %s failed", one.pk)
        alarm("silence", city, at=at)


def _of(city: Unit, rows: AccompanimentQuerySet) -> AccompanimentQuerySet:
    """Those of the city, with what the sentences name."""
    ours = rows.filter(unit__path__startswith=city.path)
    return ours.select_related("companion", "person", "planned__prospect", "visit").order_by("asked_at", "pk")


class _Limits:
    """The calendar and the rules of all these rows, read once."""

    def __init__(self, days: Iterable[date], at: datetime) -> None:
        """A day that no row of sense can have is not read: it is the trouble of its row."""
        of_sense = [day for day in days if abs(day - at.date()) <= SENSE] or [at.date()]
        self.calendar = calendar_between(min(of_sense), max(of_sense))
        self._books = books_between(min(of_sense), max(of_sense))

    def silent_from(self, day: date) -> datetime:
        return rules.silent_from(day, self.calendar, self._books[day].accompaniment)

    def written_until(self, day: date, *, is_in: bool) -> datetime:
        return objecting.written_until(log_limits(day, self.calendar, self._books[day].times), is_in=is_in)

    def feedback_before(self, day: date) -> datetime:
        return rules.feedback_before(day, self.calendar, self._books[day].accompaniment)


def _told(one: Accompaniment) -> date:
    return (one.owner_confirmed_at or one.asked_at).astimezone(SHANGHAI).date()


def _coming(one: Accompaniment) -> date:
    return one.planned.starts_at.astimezone(SHANGHAI).date() if one.planned else _told(one)


def _held(one: Accompaniment) -> date:
    return one.visit.day if one.visit else _told(one)


def _blamed(one: Accompaniment, limits: _Limits, at: datetime) -> Act | None:
    """When its owner has stopped writing."""
    is_over = at >= limits.written_until(_held(one), is_in=vars(one)["log_is_in"])
    return partial(objecting.tell_him, one, at) if is_over else None


def _unconfirmed(one: Accompaniment, limits: _Limits, at: datetime) -> Act | None:
    """Reminded on the next working day, lapsed after the second."""
    told = _told(one)
    if at >= limits.silent_from(told):
        return partial(_lapsed, one, at)
    if one.reminded_at is None and at.date() >= limits.calendar.next_working(told):
        body = _("不答复按已陪访走陪访链，记为未确认，不计入 3111")
        return partial(_remind, one, _("还没确认陪访「{client}」").format(client=_client(one)), body, at)
    return None


def _lapsed(one: Accompaniment, at: datetime) -> None:
    if unconfirmed().filter(pk=one.pk).update(lapsed_at=at):
        record(one, "lapse", by=None, at=at)
        lapse(one, at)
        said = _("{name} 没有确认陪访「{client}」")
        tell_owner("accompany_lapsed", one, said, _("陪访链照走，记为未确认"), at=at)


def _unanswered(one: Accompaniment, limits: _Limits, at: datetime) -> Act | None:
    """On the working day before the visit."""
    if one.planned is not None and limits.calendar.previous_working(_coming(one)) <= at.date():
        title = _("{name} 还在等你答复陪访「{client}」").format(name=one.person.name, client=_client(one))
        return partial(_remind, one, title, when(one.planned), at)
    return None


def _wordless(one: Accompaniment, limits: _Limits, at: datetime) -> Act | None:
    """On the last day of its term; after that it would count no more."""
    told, until = _told(one), limits.feedback_before(_told(one))
    if at < until and at.date() >= limits.calendar.next_working(told):
        body = _("{until} 前写才计入 3111").format(until=f"{until.astimezone(SHANGHAI):%m-%d %H:%M}")
        return partial(_remind, one, _("还没写陪访反馈「{client}」").format(client=_client(one)), body, at)
    return None


def _client(one: Accompaniment) -> str:
    if one.visit is not None:
        return one.visit.client
    return one.planned.prospect.name if one.planned else ""


def _remind(one: Accompaniment, title: str, body: str, at: datetime) -> None:
    if Accompaniment.objects.filter(pk=one.pk, reminded_at=None, state=one.state, outcome=one.outcome).update(
        reminded_at=at
    ):
        tell(REMINDER, one, title, body, at=at, mail=True)
