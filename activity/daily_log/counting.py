"""Counting again: rules.py decides what counts of a day; here the rows and the header learn of it.

Every write that changes what counts ends here, in its own transaction (ground.md, Counting seam). The number of
statements does not depend on the number of entries or of days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from activity.daily_log import rules
from activity.daily_log.models import DailyLog, LogEntry
from activity.daily_log.rules import WhyNot
from clients.chain.following import follow
from clients.prospects.models import Registration
from clients.visits.models import Kind, Visit
from org import clock
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.rules.book import Books, books_between
from org.rules.schema import RuleBook
from org.week import Week

Pair = tuple[int, date]  # person id, day
Verdict = tuple[str, bool, str]  # row id, counted, why not


class Rows(NamedTuple):
    """The rows of one day, whichever table they are in."""

    entries: list[LogEntry]
    visits: list[Visit]
    registrations: list[Registration]

    def with_more(self, more: Rows) -> Rows:
        return Rows(self.entries + more.entries, self.visits + more.visits, self.registrations + more.registrations)

    def of_type(self, kind: str) -> list[LogEntry]:
        return [row for row in self.entries if row.type == kind]

    def of_kind(self, kind: str) -> list[Registration]:
        return [row for row in self.registrations if row.kind == kind]


def count(rows: Rows, book: RuleBook, enriched_before: int = 0) -> rules.Counted:
    """The verdict of the rules on the rows of one day."""
    return rules.count_day(
        calls=[
            rules.CallFact(
                row.pk,
                row.at,
                row.client,
                row.contact,
                row.answer == LogEntry.Answer.ANSWERED,
                row.purpose,
                row.outcome,
                row.do_not_disturb,
            )
            for row in rows.of_type(LogEntry.Type.CALL)
            if row.at is not None
        ],
        visits=[
            rules.VisitFact(
                row.pk,
                row.starts_at,
                row.client,
                row.contact,
                row.purpose,
                row.outcome,
                row.kind == Kind.DEVELOPMENT,
                row.next_step_on,
                ineffective=row.ineffective_at is not None,
            )
            for row in rows.visits
        ],
        registrations=[
            rules.RegistrationFact(row.pk, bool(row.name and row.handler and row.source), row.is_duplicate)
            for row in rows.of_kind(Registration.Kind.NEW)
        ],
        enrichments=[
            rules.EnrichmentFact(row.pk, row.facts, row.key_fact, order=order)
            for order, row in enumerate(
                sorted(rows.of_kind(Registration.Kind.ENRICHED), key=lambda one: one.recorded_at)
            )
        ],
        studies=[rules.StudyFact(row.pk, row.topic, row.learnt) for row in rows.of_type(LogEntry.Type.STUDY)],
        rules=book,
        enriched_before=enriched_before,
    )


LOCKED = """
    SELECT log.* FROM activity_dailylog AS log
    JOIN unnest(%s::bigint[], %s::date[]) AS wanted (person_id, day) USING (person_id, day)
    ORDER BY log.id FOR UPDATE OF log
"""


def locked_headers(pairs: Collection[Pair]) -> dict[Pair, DailyLog]:
    """The headers of these days, locked in one order, so that nobody records until we have counted: one query."""
    found = DailyLog.objects.raw(LOCKED, [[person for person, _day in pairs], [day for _person, day in pairs]])
    return {(log.person_id, log.day): log for log in found}


def _gather(pairs: Collection[Pair], logs: Mapping[Pair, DailyLog]) -> dict[Pair, Rows]:
    """The rows of these days, of which `logs` has the headers: three queries."""
    people, days = {person for person, _day in pairs}, {day for _person, day in pairs}
    span: dict[str, Any] = {"person_id__in": people, "day__in": days}
    rows: dict[Pair, Rows] = defaultdict(lambda: Rows([], [], []))
    day_of = {log.pk: pair for pair, log in logs.items()}
    for entry in LogEntry.objects.filter(log_id__in=day_of):
        rows[day_of[entry.log_id]].entries.append(entry)
    for visit in Visit.objects.filter(**span):
        rows[visit.person_id, visit.day].visits.append(visit)
    for registration in Registration.objects.filter(**span):
        rows[registration.person_id, registration.day].registrations.append(registration)
    return rows


def count_all(rows: Mapping[Pair, Rows], books: Books | Mapping[date, RuleBook]) -> dict[Pair, rules.Counted]:
    """The verdict on each of the days, the earlier first: of a week's enrichments later days count what is left."""
    used = _enriched_elsewhere(rows)
    counted = {}
    for person, day in sorted(rows, key=lambda pair: pair[1]):
        pair, week = (person, day), used[person, Week.of(day).monday]
        counted[pair] = count(rows[pair], books[day], sum(many for when, many in week.items() if when < day))
        week[day] = sum(why is None for why in counted[pair].enrichments.values())
    return counted


def _enriched_elsewhere(rows: Mapping[Pair, Rows]) -> defaultdict[Pair, Counter[date]]:
    """Enrichments that stand counted on other days of these weeks, by (person, Monday): one query, or none."""
    found: defaultdict[Pair, Counter[date]] = defaultdict(Counter)
    asked = [pair for pair in rows if rows[pair].of_kind(Registration.Kind.ENRICHED)]
    if not asked:
        return found
    weeks = [Week.of(day) for _person, day in asked]
    stored = Registration.objects.filter(
        person_id__in={person for person, _day in asked},
        day__range=(min(weeks).monday, max(weeks).sunday),
        kind=Registration.Kind.ENRICHED,
        counted=True,
    )
    for person, day in stored.values_list("person_id", "day"):
        if (person, day) not in rows:
            found[person, Week.of(day).monday][day] += 1
    return found


def later_enriched(person_id: int, day: date) -> list[Pair]:
    """The later days of that week that have enrichments: what the week leaves for them may have changed."""
    found = Registration.objects.filter(
        person_id=person_id, kind=Registration.Kind.ENRICHED, day__gt=day, day__lte=Week.of(day).sunday
    )
    return list(found.values_list("person_id", "day").distinct())


_SET_VERDICTS = """
    UPDATE {table} AS row SET counted = verdict.counted, why_not = verdict.why_not
    FROM unnest(%s::uuid[], %s::boolean[], %s::text[]) AS verdict (id, counted, why_not)
    WHERE row.id = verdict.id
"""
_SET_HEADERS = """
    UPDATE activity_dailylog AS log
    SET calls = n.calls, visits = n.visits, prospects = n.prospects, studies = n.studies, excluded = n.excluded
    FROM unnest(%s::uuid[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[])
        AS n (id, calls, visits, prospects, studies, excluded)
    WHERE log.id = n.id
"""


def _execute(sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """One statement over rows given as columns; nothing for no rows."""
    if columns := [list(column) for column in zip(*rows, strict=True)]:
        with connection.cursor() as cursor:
            cursor.execute(sql, columns)


def _changed(rows: Iterable[Any], verdicts: dict[Any, WhyNot | None]) -> list[Verdict]:
    """The rows whose verdict is another than before (a call without an hour has none: it cannot count)."""
    found = []
    for row in rows:
        why = verdicts.get(row.pk, WhyNot.INCOMPLETE)
        if (row.counted, row.why_not) != (why is None, why or ""):
            found.append((str(row.pk), why is None, str(why or "")))
    return found


def rows_of(log: DailyLog) -> Rows:
    """The rows of one header: three queries."""
    own = {"person_id": log.person_id, "day": log.day}
    return Rows(list(log.entries.all()), list(Visit.objects.filter(**own)), list(Registration.objects.filter(**own)))


def recount_days(pairs: Collection[Pair], *, noted: bool = False, following: bool = True) -> set[UUID]:
    """Count these days again and set rows and headers right; the caller holds the transaction.

    `noted`: the caller tells those who assess weeks himself that they changed. Answers the opportunities of visits
    whose verdict changed, which have followed them (`following`: unless the caller sees to that).
    """
    pairs = set(pairs)
    if not pairs:
        return set()
    logs, rows, counted = _counted_again(pairs)
    changed = set_counters(logs, rows, counted, noted=noted)
    if following:
        follow(changed)
    return changed


def _counted_again(pairs: set[Pair]) -> tuple[dict[Pair, DailyLog], dict[Pair, Rows], dict[Pair, rules.Counted]]:
    """Headers, locked before anything else is read, and rows of these days with the verdict of the rules."""
    logs = locked_headers(pairs)
    found = _gather(pairs, logs)
    books = books_between(min(day for _person, day in pairs), max(day for _person, day in pairs))
    return logs, found, count_all({pair: found[pair] for pair in pairs}, books)


SET_HEADER = """
    UPDATE activity_dailylog SET calls = %s, visits = %s, prospects = %s, studies = %s, excluded = %s WHERE id = %s
"""


def header_of(log: DailyLog, counted: rules.Counted) -> tuple[str, list[Any]]:
    """The statement that writes the counters of one header, and its values."""
    return SET_HEADER, [*counted.tally, counted.excluded, log.pk]


def set_counters(
    logs: Mapping[Pair, DailyLog],
    rows: Mapping[Pair, Rows],
    counted: Mapping[Pair, rules.Counted],
    *,
    noted: bool = False,
    headers_too: bool = True,
) -> set[UUID]:
    """Write new verdicts of stored rows where they changed, and the headers (`headers_too`: unless the caller does):
    at most four statements. Answers the opportunities of visits whose verdict changed.

    Where a log that counts now counts otherwise, its week may have to be assessed again: one more, or two.
    """
    entries, visits, registrations, headers = [], [], [], []
    for pair, result in counted.items():
        of_entries, of_visits, of_registrations = _new_verdicts(rows[pair], result)
        entries += of_entries
        visits += of_visits
        registrations += of_registrations
        if headers_too and pair in logs:
            headers.append((str(logs[pair].pk), *result.tally, result.excluded))
    _execute(_SET_VERDICTS.format(table=LogEntry._meta.db_table), entries)
    _execute(_SET_VERDICTS.format(table=Visit._meta.db_table), visits)
    _execute(_SET_VERDICTS.format(table=Registration._meta.db_table), registrations)
    _execute(_SET_HEADERS, headers)
    if not noted:
        _note(pair for pair, log in logs.items() if log.counts and counted[pair].tally != _stored(log))
    judged = {key for key, _counted, _why in visits}
    changed = (one for of in rows.values() for one in of.visits if str(one.pk) in judged)
    return {one.opportunity_id for one in changed if one.opportunity_id is not None}


def _stored(log: DailyLog) -> tuple[int, int, int, int]:
    return log.calls, log.visits, log.prospects, log.studies


def _note(pairs: Iterable[Pair]) -> None:
    if changed := {(person, day, day) for person, day in pairs}:
        corrections.note_all(Correction.Cause.LOG, changed, at=clock.now(), note=_("日志的计数有变"))


def _new_verdicts(rows: Rows, result: rules.Counted) -> tuple[list[Verdict], list[Verdict], list[Verdict]]:
    """Entries, visits and registrations whose stored verdict is not that of the rules."""
    four_items = [row for row in rows.entries if row.type != LogEntry.Type.OTHER]
    return (
        _changed(four_items, {**result.calls, **result.studies}),
        _changed(rows.visits, dict(result.visits)),
        _changed(rows.registrations, {**result.registrations, **result.enrichments}),
    )


def compare(day: date) -> list[Pair]:
    """The logs of that day whose header or whose rows say something else than the rules; they stay locked."""
    pairs = set(DailyLog.objects.filter(day=day).values_list("person_id", "day"))
    logs, rows, counted = _counted_again(pairs) if pairs else ({}, {}, {})
    return [
        pair
        for pair, log in sorted(logs.items())
        if (*counted[pair].tally, counted[pair].excluded)
        != (log.calls, log.visits, log.prospects, log.studies, log.excluded)
        or any(_new_verdicts(rows[pair], counted[pair]))
    ]
