"""What falls due is done here, whoever rings: beat, a starting worker or the operator (reliability.md 3).

The rooms above say what to do, by kind (`handles`), and what follows when all is done (`afterwards`); a kind
without a handler stays open. One occasion is a kind, a 市公司 and a week; it is done in one transaction with its
periods, or not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, TypedDict

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Min, QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from org import clock
from org.notices import actions as notices
from org.people.models import Person
from org.periods.actions import make_periods
from org.periods.locks import claimed
from org.periods.models import Period
from org.posts import Post
from org.reach import CITY_PATH
from org.units.models import Unit
from org.week import Week
from org.workflow import Refused

log = logging.getLogger(__name__)

# What one bad row of a city may raise; a lost or overloaded server (OperationalError) is nobody's poison.
POISON = (DatabaseError, Refused, ValueError, TypeError, ArithmeticError, LookupError, AttributeError)


class Done(TypedDict):
    kind: str
    unit: str
    week: str


class Occasion(NamedTuple):
    """A kind of period of a whole 市公司 (by its path) and week."""

    kind: str
    city: str
    week: date


Handler = Callable[..., bool]  # (city, week, *, due_at, at) -> whether it did anything
HANDLERS: dict[str, tuple[str, Handler]] = {}
BEFOREHAND: list[Callable[[Sweep], None]] = []
AFTERWARDS: list[Callable[[Sweep], None]] = []


def handles(kind: Period.Kind, *, name: str) -> Callable[[Handler], Handler]:
    """Register what to do when periods of the kind fall due; `name` is its word in the list of what was done."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind.value] = name, handler
        return handler

    return register


def beforehand(function: Callable[[Sweep], None]) -> Callable[[Sweep], None]:
    """Register what comes before all that is due, in transactions of its own."""
    BEFOREHAND.append(function)
    return function


def afterwards(function: Callable[[Sweep], None]) -> Callable[[Sweep], None]:
    """Register what follows all that was due, in transactions of its own."""
    AFTERWARDS.append(function)
    return function


@dataclass
class Sweep:
    """One round: what it did, the cities it leaves for another round, the server's trouble that it met."""

    at: datetime
    done: list[Done] = field(default_factory=list)
    left: set[str] = field(default_factory=set)
    trouble: OperationalError | None = None

    def isolated(self, cause: str, city: Unit, work: Callable[[], object]) -> None:
        """Let the others finish when the work of one city breaks: an alarm is written, the next round retries.

        A lost connection ends the round at once. Other trouble of the server (a deadlock, a time-out) is raised
        again when the others are done, so that the task is not taken for finished.
        """
        try:
            work()
        except OperationalError as trouble:
            if not connection.is_usable():
                raise
            self.left.add(city.path)
            self.trouble = self.trouble or trouble
        except POISON:
            self.left.add(city.path)
            log.exception("%s of %s failed", cause, city.code)
            alarm(cause, city, at=self.at)


def run_due() -> list[Done]:
    """Everything due by the database's clock, oldest first; then what follows; then the outbox.

    Safe twice, at once too: who comes second to a city leaves it to the first. OperationalError when the server
    was in trouble: what was done is kept, the rest is for the next round.
    """
    sweep = Sweep(clock.now())
    make_periods(at=sweep.at)
    for prepare in BEFOREHAND:
        prepare(sweep)
    for occasion in _due(sweep.at):
        if occasion.city not in sweep.left:
            _do(occasion, sweep)
    for follow in AFTERWARDS:
        follow(sweep)
    notices.deliver()
    if sweep.trouble:
        raise sweep.trouble
    return sweep.done


def alarm(cause: str, city: Unit, *, at: datetime) -> None:
    """Tell the system administrators of the city, once for each cause."""
    admins = Person.objects.holding(Post.SYSTEM_ADMIN, on=at.date()).filter(
        appointments__post=Post.SYSTEM_ADMIN, appointments__unit__path__startswith=city.path
    )
    notices.post(
        "alarm",
        to=admins.distinct(),
        at=at,
        title=_("{city}：到期事项未能办理").format(city=city.name),
        body=_("{cause} 出错，其他事项不受影响；系统每分钟会重试。请查看服务器日志。").format(cause=cause),
        once=f"{cause}:{city.code}",
    )


def _due(at: datetime) -> Iterator[Occasion]:
    """Occasions with open periods, by due instant over all kinds; of two at one instant the older week."""
    rows = (
        Period.objects.due(at)
        .filter(kind__in=HANDLERS)
        .annotate(city=Left("unit__path", CITY_PATH))
        .values("kind", "city", "week")
        .annotate(first=Min("due_at"))
        .order_by("first", "week", "city", "kind")
    )
    return (Occasion(row["kind"], row["city"], row["week"]) for row in rows)


def _do(occasion: Occasion, sweep: Sweep) -> None:
    city = Unit.objects.get(path=occasion.city)
    name, handler = HANDLERS[occasion.kind]

    def work() -> None:
        with transaction.atomic():
            if not claimed(city):
                sweep.left.add(city.path)
            elif _handled(occasion, city, handler, sweep.at):
                sweep.done.append({"kind": name, "unit": city.code, "week": occasion.week.isoformat()})

    sweep.isolated(f"{name} {Week(occasion.week)}", city, work)


def _locked(periods: QuerySet[Period]) -> QuerySet[Period]:
    """Locked until the end: who holds one of them (`hold_report`) has committed before the handler looks."""
    return periods.select_for_update(of=("self",)).order_by("pk")


def _handled(occasion: Occasion, city: Unit, handler: Handler, at: datetime) -> bool:
    """Do it and mark its periods, unless another worker has meanwhile."""
    periods = Period.objects.filter(
        kind=occasion.kind, week=occasion.week, unit__path__startswith=city.path, done_at=None
    )
    due_at = min((period.due_at for period in _locked(periods) if period.due_at <= at), default=None)
    if due_at is None:
        return False
    did = handler(city, Week(occasion.week), due_at=due_at, at=at)
    periods.update(done_at=at)
    return did
