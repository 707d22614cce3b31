"""What falls due is done once, oldest first; a city that breaks leaves the others alone (reliability.md F24)."""

import json
import logging
from datetime import date, timedelta
from itertools import count

import pytest
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection

from org import clock
from org.notices.models import Notice
from org.periods import due
from org.periods.models import Period
from org.posts import Post
from tests import factories as make

FIRST = date(2026, 11, 2)
NOW = make.at(date(2026, 11, 22), 12)
WEEKS = [FIRST + timedelta(weeks=n) for n in range(3)]


@pytest.fixture
def two_cities(department, clock_at):
    """青岛 and 烟台, three weeks due in each."""
    other = make.city("3706", "烟台市公司")
    make.department(make.branch(other, "370602", "芝罘支公司"))
    make.rules(FIRST)
    clock_at(NOW)


@pytest.fixture
def handled(monkeypatch, no_errors_logged):
    """What the only handler was asked to do: (unit, week) in order; `handled.breaks` maps a unit to its error."""
    asked = Asked()
    monkeypatch.setattr(due, "HANDLERS", {Period.Kind.REPORT.value: ("rollup", asked)})
    monkeypatch.setattr(due, "AFTERWARDS", [])
    return asked


class Asked(list):
    def __init__(self):
        self.breaks = {}

    def __call__(self, city, week, *, due_at, at):
        self.append((city.code, week.monday))
        if city.code in self.breaks:
            raise self.breaks[city.code]
        return True


def done_of(city):
    periods = Period.objects.filter(kind="report", unit__path__startswith=city, done_at__isnull=False)
    return periods.count()


def test_everything_due_is_done_oldest_first(two_cities, handled):
    done = due.run_due()
    expected = [(unit, week) for week in WEEKS for unit in ("3702", "3706")]
    assert handled == expected
    assert done == [{"kind": "rollup", "unit": unit, "week": week.isoformat()} for unit, week in expected]
    assert not Period.objects.due(NOW).filter(kind="report").exists()


def test_a_second_round_does_nothing(two_cities, handled):
    due.run_due()
    handled.clear()
    assert due.run_due() == []
    assert handled == []


def test_nothing_is_done_before_its_instant(two_cities, handled, clock_at):
    clock_at(make.at(date(2026, 11, 21), 11, 59))
    due.run_due()
    assert [week for unit, week in handled if unit == "3702"] == WEEKS[:2]
    clock_at(make.at(date(2026, 11, 21), 12))
    assert [one["week"] for one in due.run_due()] == ["2026-11-16", "2026-11-16"]


def test_a_kind_without_a_handler_stays_open_and_blocks_nobody(two_cities, handled):
    due.run_due()
    closes = Period.objects.filter(kind=Period.Kind.CLOSE, due_at__lte=NOW)
    assert closes.count() == 4
    assert not closes.exclude(done_at=None).exists()


def test_a_unit_that_comes_after_the_report_owes_nothing_more(two_cities, handled):
    due.run_due()
    make.department(code="LATE")
    due.HANDLERS[Period.Kind.REPORT.value] = ("rollup", lambda *_, **__: False)  # frozen already
    assert due.run_due() == []
    assert not Period.objects.due(NOW).filter(kind="report").exists()


@pytest.mark.parametrize("error", [ValueError("ein Wert"), TypeError("None"), KeyError("x"), ZeroDivisionError()])
def test_a_poisoned_city_is_flagged_and_the_others_finish(two_cities, handled, caplog, error):
    admin = make.person(Post.SYSTEM_ADMIN, unit=make.Unit.objects.get(code="3702"))
    make.person(Post.SYSTEM_ADMIN, unit=make.Unit.objects.get(code="3706"))
    handled.breaks = {"3702": error}
    assert [one["unit"] for one in due.run_due()] == ["3706"] * 3
    assert handled.count(("3702", FIRST)) == 1
    assert ("3702", WEEKS[1]) not in handled  # its weeks stay in order
    alarm = Notice.objects.get(kind="alarm")
    assert alarm.to == admin
    assert "青岛市公司" in alarm.title
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    due.run_due()
    assert Notice.objects.count() == 1
    handled.breaks = {}
    assert [one["week"] for one in due.run_due()] == [week.isoformat() for week in WEEKS]
    caplog.clear()


def test_what_a_poisoned_city_wrote_is_undone(two_cities, handled, caplog, monkeypatch):
    def half(city, week, *, due_at, at):
        Notice.objects.create(key=f"{city.pk}{week}", to=make.person(), kind="x", title="x", at=at)
        raise ValueError("half way")

    monkeypatch.setitem(due.HANDLERS, "report", ("rollup", half))
    due.run_due()
    assert not Notice.objects.filter(kind="x").exists()
    caplog.clear()


def test_a_server_in_trouble_is_not_taken_for_done(two_cities, handled):
    """A deadlock or a time-out: the others are done, then the task hears of it and comes again."""
    handled.breaks = {"3702": OperationalError("deadlock detected")}
    with pytest.raises(OperationalError, match="deadlock"):
        due.run_due()
    assert [unit for unit, _ in handled] == ["3702", "3706", "3706", "3706"]
    assert not Notice.objects.exists()
    handled.breaks = {}
    assert len(due.run_due()) == 3


@pytest.mark.parametrize("error", [OperationalError("server closed the connection"), InterfaceError("closed")])
def test_a_lost_connection_ends_the_round(two_cities, handled, monkeypatch, error):
    handled.breaks = {"3702": error}
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    with pytest.raises(type(error)):
        due.run_due()
    assert handled == [("3702", FIRST)]


def test_what_follows_comes_after_everything(two_cities, handled, monkeypatch):
    seen = []
    monkeypatch.setattr(due, "AFTERWARDS", [lambda sweep: seen.append(len(handled))])
    due.run_due()
    assert seen == [6]


def test_the_number_of_statements_does_not_grow_with_the_units(two_cities, handled, django_assert_max_num_queries):
    numbers = count()
    for _ in range(20):
        make.department(code=f"D{next(numbers)}")
    with django_assert_max_num_queries(6 * 8 + 15):
        due.run_due()


def test_the_command_prints_what_was_done(two_cities, handled, capsys):
    call_command("run_due", "--json")
    assert len(json.loads(capsys.readouterr().out)["done"]) == 6
    call_command("run_due", "--json")
    assert json.loads(capsys.readouterr().out) == {"done": []}
    call_command("run_due")
    assert capsys.readouterr().out == "没有到期的事项。\n"


def test_without_any_database_the_command_says_so(manage):
    ended = manage("run_due", "--json", DATABASE_URL="", DEMO="", SIX311_RUN_DIR="/nonexistent")
    assert ended.returncode == 2
    assert "DATABASE_URL" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_shifted_clock_decides(two_cities, handled):
    clock.shift_clock(to=make.at(date(2026, 11, 8), 12))
    due.run_due()
    assert handled == [("3702", FIRST), ("3706", FIRST)]
