"""P4: saving a day of twelve rows through the action, against one SQL statement that writes the same rows, which is
handed what they hold: what a search finds a client by, for one, is made by the action and given to the statement.

The action's statements are planned once for several saves (org.prepared), the one statement each time, as the driver
sends it; what it takes when it is planned as rarely stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from activity.daily_log import actions
from activity.daily_log.models import DailyLog, LogEntry
from activity.daily_log.recording import NewCall, NewOther, NewStudy, NewVisit
from clients.prospects.actions import NewProspect
from clients.prospects.models import Contact, Prospect, Registration
from clients.prospects.searched import words_of, words_of_people
from clients.visits.models import Visit
from org.people.models import Person
from org.prepared import ask
from org.trace.models import Trace
from org.working_days.rules import instant
from tests.bench.measuring import Goal, in_turn, milliseconds, statements

FIRST_DAY = date(2026, 6, 1)
_ONE_STATEMENT = """
WITH head AS (
    INSERT INTO activity_dailylog (id, person_id, unit_id, day, created_at, state, timeliness, counts,
        calls, visits, prospects, studies, excluded, plan, problems, help_needed, help_answer, tomorrow_plan,
        short_reason, comment)
    VALUES (gen_random_uuid(), %(person)s, %(unit)s, %(day)s, %(at)s, 'draft', '', false, 6, 3, 1, 1, 0, '', '',
        '', '', '', '', '')
    RETURNING id
), entries AS (
    INSERT INTO activity_logentry (id, log_id, type, at, kind, client, client_key, contact, answer, do_not_disturb,
        asks_for_quiet, purpose, outcome, topic, title, learnt, content, recorded_at, counted, why_not)
    SELECT gen_random_uuid(), head.id, type, '10:00', kind, client, client, contact, answer, false, false,
        purpose, outcome,
        topic, title, learnt, content, %(at)s, type <> 'other', ''
    FROM head, unnest(%(types)s::text[], %(kinds)s::text[], %(clients)s::text[], %(contacts)s::text[],
        %(answers)s::text[], %(purposes)s::text[], %(outcomes)s::text[], %(topics)s::text[], %(titles)s::text[],
        %(learnts)s::text[], %(contents)s::text[])
        AS e (type, kind, client, contact, answer, purpose, outcome, topic, title, learnt, content)
    RETURNING id
), visits AS (
    INSERT INTO clients_visit (id, person_id, unit_id, day, starts_at, kind, client, client_key, contact, purpose,
        content, outcome, next_step, companion_confirmed, ineffective_reason, recorded_at, counted, why_not)
    SELECT gen_random_uuid(), %(person)s, %(unit)s, %(day)s, '10:00', 'service', v, v, '王敏', '送保单', '',
        '已签收', '', false, '', %(at)s, true, ''
    FROM unnest(%(visited)s::text[]) AS v
    RETURNING id
), prospect AS (
    INSERT INTO clients_prospect (id, kind, name, name_key, uscc, industry, ownership, address, source, insurer, grade,
        status, start_level, owner_id, unit_id, city_id, registered_on, created_at, found_by, pinyin, found_by_people)
    VALUES (gen_random_uuid(), 'organisation', %(new)s, %(key)s, '', '', '', '', 'cold', '', '', 'new', 0, %(person)s,
        %(unit)s, %(city)s, %(day)s, %(at)s, %(found_by)s, %(pinyin)s, %(found_by_people)s)
    RETURNING id
), contact AS (
    INSERT INTO clients_contact (id, prospect_id, name, title, phone, is_handler, decides)
    SELECT gen_random_uuid(), prospect.id, '李主任', '', '', true, false FROM prospect
), registration AS (
    INSERT INTO clients_registration (id, kind, person_id, day, prospect_id, city_id, name, name_key, uscc, handler,
        source, facts, key_fact, made_card, is_duplicate, ordinal, recorded_at, counted, why_not)
    SELECT gen_random_uuid(), 'new', %(person)s, %(day)s, prospect.id, %(city)s, %(new)s, %(key)s, '', '李主任', 'cold',
        0, false, true, false, 0, %(at)s, true, '' FROM prospect
    RETURNING id
), trace AS (
    INSERT INTO org_trace (at, by_id, actor, verb, about, about_id, changes)
    SELECT %(at)s, %(person)s, %(actor)s, 'register', 'clients.prospect', prospect.id::text,
        jsonb_build_object('what', %(new)s) FROM prospect
)
INSERT INTO org_once (key, person_id, verb, parameters, result, at)
SELECT gen_random_uuid(), %(person)s, 'record', repeat('0', 64), jsonb_build_object('log', head.id,
    'entry', (SELECT min(id::text) FROM entries), 'entries', (SELECT jsonb_agg(made.id)
        FROM (SELECT * FROM entries UNION ALL SELECT * FROM visits UNION ALL SELECT * FROM registration) AS made)),
    %(at)s FROM head
"""


class Saving:
    """Each call saves another day of the same person."""

    def __init__(self, person: Person) -> None:
        self.person, self.number = person, 0
        self.unit = person.appointments.get().unit
        self.city = self.unit.city
        words = words_of(self.name, "", Prospect.Kind.ORGANISATION)
        self.words = {**words, "found_by_people": words_of_people([("李主任", "")])}

    @property
    def mark(self) -> str:
        return f"{self.number:06}"

    @property
    def name(self) -> str:
        return f"新客户{self.person.employee_no}-{self.mark}"

    def next_day(self) -> None:
        """Not timed: another day, the posts of which are known as they are in a request."""
        self.number += 1
        self.day = FIRST_DAY - timedelta(days=self.number)
        self.person.posts_on(self.day)

    def entries(self, more: int = 0) -> list[Any]:
        ten, n = time(10), self.mark
        return [
            *(
                NewCall(client=f"电话{n}-{i}", contact="王敏", kind="service", answer="answered", purpose="续保提醒",
                        outcome="再联系", at=ten)
                for i in range(6 + more)
            ),
            *(
                NewVisit(client=f"拜访{n}-{i}", contact="王敏", kind="service", purpose="送保单", outcome="已签收",
                         starts_at=ten)
                for i in range(3 + more)
            ),
            NewProspect(name=self.name, handler="李主任", source="cold"),
            NewStudy(topic="product", title="雇主责任险", learnt="三人起投"),
            NewOther(content="增减人六名"),
        ]  # fmt: skip

    def by_action(self, more: int = 0) -> None:
        day = self.day

        actions.record_day(self.person, day=day, at=instant(day, time(18)), key=uuid4(), entries=self.entries(more))

    def by_one_statement(self, *, planned_once: bool = False) -> None:
        day, n = self.day, self.mark
        calls, rest = 6, ("study", "other")
        texts = {
            "types": ["call"] * calls + list(rest), "kinds": ["service"] * calls + ["", ""],
            "clients": [f"电话{n}-{i}" for i in range(calls)] + ["", ""], "contacts": ["王敏"] * calls + ["", ""],
            "answers": ["answered"] * calls + ["", ""], "purposes": ["续保提醒"] * calls + ["", ""],
            "outcomes": ["再联系"] * calls + ["", ""], "topics": [""] * calls + ["product", ""],
            "titles": [""] * calls + ["雇主责任险", ""], "learnts": [""] * calls + ["三人起投", ""],
            "contents": [""] * calls + ["", "增减人六名"],
        }  # fmt: skip
        whom = {"person": self.person.pk, "unit": self.unit.pk, "city": self.city.pk, "actor": self.person.employee_no}
        words = {name: text.replace("000000", self.mark) for name, text in self.words.items()}
        new = {"new": self.name, "key": self.name.lower(), **words}
        visited = {"visited": [f"拜访{n}-{i}" for i in range(3)]}
        when = {"day": day, "at": instant(day, time(18))}
        given = {**texts, **whom, **visited, **new, **when}
        with transaction.atomic(), connection.cursor() as cursor:
            if planned_once:
                ask((_ONE_STATEMENT, given))
            else:
                cursor.execute(_ONE_STATEMENT, given)

    def by_the_same_planned_once(self) -> None:
        self.by_one_statement(planned_once=True)


def rows(person: Person) -> tuple[int, ...]:
    return (
        LogEntry.objects.filter(log__person=person).count(),
        Visit.objects.filter(person=person).count(),
        Registration.objects.filter(person=person).count(),
        DailyLog.objects.filter(person=person, calls=6, visits=3, prospects=1, studies=1).count(),
    )


OWN = {"id", "log_id", "prospect_id", "about_id", "at", "created_at", "recorded_at", "day", "registered_on"}


def written(saving: Saving, save: Callable[[], None]) -> dict[str, set[tuple[Any, ...]]]:
    """What a day holds, apart from keys and instants and with its mark taken out of the names."""
    saving.next_day()
    save()
    about = {"person": saving.person, "day": saving.day}
    logs = DailyLog.objects.filter(**about)
    prospect = Prospect.objects.get(owner=saving.person, name=saving.name)
    kept = {
        DailyLog: logs, LogEntry: LogEntry.objects.filter(log__in=logs),
        Visit: Visit.objects.filter(**about), Registration: Registration.objects.filter(**about),
        Prospect: Prospect.objects.filter(pk=prospect.pk), Contact: prospect.contacts.all(),
        Trace: Trace.objects.filter(about_id=str(prospect.pk)),
    }  # fmt: skip
    return {
        model._meta.db_table: {
            tuple((name, str(value).replace(saving.mark, "#")) for name, value in row.items() if name not in OWN)
            for row in found.values()
        }
        for model, found in kept.items()
    }


def measure(person: Person, *, rounds: int) -> list[Goal]:
    saving = Saving(person)
    ours, theirs = written(saving, saving.by_action), written(saving, saving.by_one_statement)
    assert ours == theirs, [(ours[table] ^ theirs[table]) for table in ours if ours[table] != theirs[table]]
    before = rows(person)
    works = saving.by_action, saving.by_one_statement, saving.by_the_same_planned_once
    action, floor, planned = in_turn(rounds, *works, warm=5, before=saving.next_day)
    gained = [after - start for after, start in zip(rows(person), before, strict=True)]
    days = len(works) * (rounds + 5)
    assert gained == [8 * days, 3 * days, days, days], f"not the same rows were written: {gained}"
    saving.next_day()
    few = statements(saving.by_action)
    saving.next_day()
    many = statements(lambda: saving.by_action(9))
    assert few == many, f"{few} statements for twelve rows, {many} for thirty"
    figures = {
        "action ms": milliseconds(action), "one statement ms": milliseconds(floor),
        "planned once ms": milliseconds(planned), "statements": few,
    }  # fmt: skip
    return [Goal("P4", "save a day of 12 rows / one statement", action / floor, 3, figures)]
