"""A small city over eight weeks whose fines are known: written as workbooks, imported, counted by the oracle.

Calls alone are asked for, so that a week takes few rows. A second rule version begins in the middle: rolling, 60 yuan.
"""

import json
from datetime import date
from io import StringIO
from random import Random

import pytest
from django.core.management import call_command
from django.db import connection

from activity.assessment.models import WeekAssessment, WeekClose
from activity.discipline.models import Fine, Ledger, LedgerEntry
from activity.discipline.verifying import faults
from org import clock
from org.absences.models import Absence
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.people.models import Person
from org.periods.models import Period
from org.rules.actions import publish
from org.rules.models import RuleSet
from org.rules.schema import RuleBook
from org.units.models import Unit, UnitKind
from tests import factories as make
from tests.databases import thawed
from tests.oracle.calendar import Calendar, days_of
from tests.oracle.decisions import Decisions, Version
from tests.oracle.fines import chains, proposed
from tests.oracle.small_city import write_city
from tests.oracle.weeks import assess, counted, material, mondays

FIRST, LAST = date(2026, 9, 14), date(2026, 11, 2)
WEEKS = mondays(FIRST, LAST)
ALL_CLOSED = make.at(date(2026, 11, 11))
CALLS_ALONE = {"targets": {"calls": 1, "visits": 0, "prospects": 0, "studies": 0}}
LATER = {**CALLS_ALONE, "assessment": {"short_weeks": "rolling"}, "fines": {"two_short_weeks_yuan": 60}}
VERSIONS = (Version(FIRST, CALLS_ALONE), Version(WEEKS[4], LATER))
PEOPLE = [f"e{n}" for n in range(1, 7)]
UNIT_OF = dict(zip(PEOPLE, ["3701A", "3701A", "3701T", "3702T", "3702T", "3702T"], strict=True))
TABLES = ["ledgerentry", "fine", "ledger", "weekassessment", "managerassessment", "weekclose"]
DAWDLE = """
    CREATE FUNCTION rest() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep({seconds}); RETURN NULL; END $$;
"""
REST = "CREATE TRIGGER rest AFTER {when} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION rest();"
SLOW = [("INSERT", f"activity_{table}") for table in TABLES if table != "ledger"]
SLOW += [("UPDATE", "activity_ledger"), ("UPDATE", "org_period"), ("UPDATE", "org_correction")]
SPAN = 3.0  # seconds that the slowed closes take at least


def write(folder, seed):
    """Three weeks of five are short by one call, one of eight is all leave; the last people always do enough."""
    rng, calendar = Random(seed), Calendar({})
    logs, calls, leave = [], [], []
    for who in PEOPLE:
        for monday in WEEKS:
            days = [day for day in days_of(monday) if calendar.works(day)]
            if rng.random() < 1 / 8:
                leave += [(who, day.isoformat(), "全天", "请假") for day in days]
                continue
            done = days[: len(days) - (rng.random() < 0.6)] if who != PEOPLE[-1] else days
            logs += [(who, day.isoformat(), f"{day} 19:00") for day in done]
            calls += [(who, day.isoformat(), "10:00", "宏达", "王敏", "维护", "是", "续保", "再联系") for day in done]
    posts = [(who, UNIT_OF[who], "客户经理", "2020-01-01", None) for who in PEOPLE]
    people = [(who, who, "2020-01-01", None) for who in PEOPLE]
    return write_city(folder, 人员=people, 任职=posts, 日志=logs, 电话=calls, 请假=leave)


class FinedCity:
    """The city in the database of this test, and what must be in its ledger."""

    def __init__(self, folder, seed):
        self.folder, self.late = write(folder, seed), set()
        clock.shift_clock(to=ALL_CLOSED)
        for kind in ("roster", "activity"):
            with pytest.raises(SystemExit) as ended:
                call_command("import_workbook", kind, str(self.folder / f"{kind}.xlsx"), stdout=StringIO())
            assert ended.value.code == 0
        for version in VERSIONS:
            self.publish(version)
        Period.objects.filter(kind=Period.Kind.REPORT).update(done_at=ALL_CLOSED)
        self.read = material(self.folder).book
        self.start_over()

    def publish(self, version):
        book = RuleBook.model_validate({"effective_from": version.monday, **version.overrides})
        return publish(book, by=None, at=clock.now())

    def start_over(self):
        """As if no week had been closed; the ledger is there, so that the first line of it makes nobody wait."""
        with thawed(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(f'activity_{table}' for table in TABLES)} CASCADE")
        Ledger.objects.create(city=Unit.objects.get(kind=UnitKind.CITY))
        Absence.objects.filter(request=None, kind="duty").delete()
        Period.objects.filter(kind=Period.Kind.CLOSE, week__lte=LAST).update(done_at=None)
        self.late = set()

    def withdraw_published(self):
        """Back to the two versions."""
        with thawed():
            RuleSet.objects.filter(version__gt=len(VERSIONS)).delete()

    def leave_afterwards(self, rng):
        """Somebody was away on a day of a week that is closed by now."""
        who, monday = rng.choice(PEOPLE), rng.choice(WEEKS)
        for day in days_of(monday):
            self._away(who, day)

    def _away(self, who, day):
        person = Person.objects.get(employee_no=who)
        for half in ("am", "pm"):
            Absence.objects.get_or_create(person=person, day=day, half=half, defaults={"kind": "duty"})
            self.late.add((who, day, half))
        corrections.note(Correction.Cause.LEAVE, first=day, last=day, at=clock.now(), person=person, note="补报公务")

    def closed(self):
        return not Period.objects.filter(kind=Period.Kind.CLOSE, week__lte=LAST, done_at=None).exists()

    def settled(self):
        return self.closed() and not Correction.objects.waiting().exists()

    def oracle(self, versions=VERSIONS):
        decisions = Decisions(versions=tuple(versions))
        return counted(self.read._replace(absences=self.read.absences | self.late, decisions=decisions))

    def is_as_the_oracle_says(self, versions=VERSIONS):
        """Assessments, live fines and ledger; returns how many fines are live."""
        given = self.oracle(versions)
        assert self.exported("assessments") == [row for monday in WEEKS for row in assess(given, monday)]
        wanted = proposed(given, FIRST, LAST)
        assert [row for row in self.exported("fines") if row["state"] != "reversed"] == wanted
        streaks = WeekAssessment.objects.current().values_list("week", "person__employee_no", "streak", "proposes")
        linked = {(link.assessment.monday, link.assessment.employee): link for link in chains(given, FIRST, LAST)}
        assert {(week, who): (streak, fine) for week, who, streak, fine in streaks} == {
            key: (link.streak, link.fine) for key, link in linked.items()
        }
        self.each_line_once(wanted)
        assert WeekClose.objects.count() == len(WEEKS)
        assert not [*faults()]
        return len(wanted)

    def exported(self, what):
        out = self.folder / f"{what}.json"
        call_command("export", what, "--from", str(FIRST), "--to", str(LAST), "--out", str(out))
        return json.loads(out.read_text())

    def each_line_once(self, wanted):
        """One line proposes each live fine, with the facts of the day it was written; a reversed one has one more."""
        lines = LedgerEntry.objects.order_by("number").values_list(
            "number", "fine__week", "fine__person__employee_no", "kind", "proposed", "owed", "paid", "fine__state"
        )
        assert [line[0] for line in lines] == [*range(1, len(lines) + 1)]
        live = [line for line in lines if line[-1] != "reversed"]
        assert sorted((str(week), who, kind, yuan) for _, week, who, kind, yuan, *_rest in live) == [
            (row["week"], row["employee"], "proposal", row["amount"]) for row in wanted
        ]
        assert sum(line[4] for line in lines) == sum(row["amount"] for row in wanted)
        assert not any(line[5] or line[6] for line in lines)
        if not self.late:
            assert [(str(line[1]), line[2]) for line in lines] == [(row["week"], row["employee"]) for row in wanted]

    def nothing_is_halved(self):
        """In the middle too: a week is closed with everybody and its lines, or not at all."""
        done = Period.objects.filter(kind=Period.Kind.CLOSE, week__lte=LAST).exclude(done_at=None)
        assert set(done.values_list("week", flat=True)) == set(WeekClose.objects.values_list("week", flat=True))
        for close in WeekClose.objects.all():
            rows = WeekAssessment.objects.filter(week=close.week, version=1)
            assert rows.count() == len(PEOPLE)
            called_for = WeekAssessment.objects.current().filter(week=close.week, proposes=True)
            assert Fine.objects.live().filter(week=close.week).count() == called_for.count()
        assert not [*faults()]


def pinned():
    """The versions that the closes say they were assessed under, week by week."""
    return [Version(close.week, close.rules.data) for close in WeekClose.objects.select_related("rules")]


def slow_down(seconds=0.04):
    """Every write of the close rests a moment, so that eight weeks take some seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            DAWDLE.format(seconds=seconds) + "".join(REST.format(when=when, table=table) for when, table in SLOW)
        )


def everything():
    """The rows of closes, assessments, fines and ledger, as text."""
    with connection.cursor() as cursor:
        rows = {}
        for table in TABLES:
            cursor.execute(f"SELECT row::text FROM activity_{table} AS row ORDER BY 1")
            rows[table] = cursor.fetchall()
    return rows
