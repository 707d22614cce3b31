"""What a roster changes of days that a closed week may rest on: service (入司, 离司) and posts (任职)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import Min, Model
from django.utils.translation import gettext as _

from org.corrections import actions as corrections
from org.corrections.actions import Span
from org.corrections.models import Correction
from org.people.models import Appointment, Person
from org.rules.models import RuleSet
from org.week import Week
from org.workbooks import account
from org.workbooks.upserting import Upsert

DAY = timedelta(days=1)


def service_changed(people: Upsert[Person], *, at: datetime) -> None:
    """Of the people who were known before. 入司 moves every week of service after it (newcomers), so up to today.

    A later 入司 is a new employment, which does not undo the one before it (docs/adr/0007): nothing is noted.
    """
    spans = []
    for person, changes in people.changes:
        before, after = changes.get("joined_on", (None, None))
        if before and after < before:
            spans.append((person.pk, after, max(before, at.date())))
        if "left_on" in changes:
            spans.append((person.pk, *_moved_end(*changes["left_on"], today=at.date())))
    _note(spans, at, _("花名册更改入司或离司日期"))


def posts_changed(appointments: Upsert[Appointment], *, at: datetime) -> None:
    """Ends that moved, and new stretches; a first roster comes before the first rules and notes none of them."""
    today = at.date()
    spans = [(one.person_id, *_moved_end(*changes["ends_on"], today=today)) for one, changes in appointments.changes]
    _note([*spans, *_new_stretches(appointments.new, today)], at, _("花名册更改任职"))


def _moved_end(before: date | None, after: date | None, *, today: date) -> tuple[date, date]:
    """The days between two last days; an open end reaches up to today."""
    first = min(end for end in (before, after) if end) + DAY
    last = max(before, after) if before and after else max(first, today)
    return first, last


def _new_stretches(new: Iterable[Appointment], today: date) -> Iterator[Span]:
    """Since the first rules, up to the week now running; closed or not: its close may be running besides us."""
    first = RuleSet.objects.aggregate(first=Min("effective_from"))["first"]
    if first is None:
        return
    for one in new:
        starts, ends = max(one.starts_on, first), one.ends_on or max(one.starts_on, first, today)
        if starts <= min(ends, Week.of(today).sunday):
            yield one.person_id, starts, ends


def _note(spans: Iterable[Span], at: datetime, said: str) -> None:
    corrections.note_all(Correction.Cause.ROSTER, spans, at=at, note=said, actor=account.current().actor)


def taken_back(rows: Iterable[Model], *, at: datetime) -> Callable[[], None]:
    """An import is undone: everything that a roster may have moved for these people is looked at again."""
    people = {row.pk for row in rows if isinstance(row, Person)}
    spans = {(row.person_id, row.starts_on) for row in rows if isinstance(row, Appointment)}
    spans |= {(one.pk, one.joined_on) for one in Person.objects.filter(pk__in=people)}
    first = RuleSet.objects.aggregate(first=Min("effective_from"))["first"]
    return lambda: _note_of_those_who_stay(spans, first, at)


def _note_of_those_who_stay(spans: Iterable[tuple[int, date]], first: date | None, at: datetime) -> None:
    staying = set(Person.objects.filter(pk__in={person for person, _start in spans}).values_list("pk", flat=True))
    today = at.date()
    looked_at = [
        (person, max(starts, first), today)
        for person, starts in sorted(spans)
        if first and person in staying and max(starts, first) <= today
    ]
    _note(looked_at, at, _("撤回花名册的导入"))
