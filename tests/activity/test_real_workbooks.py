"""Ten weeks of the real workbooks, rolled up, assessed and fined by the product and counted again by the oracle."""

import json
from collections import Counter
from datetime import date, datetime, timedelta
from fractions import Fraction
from io import BytesIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from openpyxl import load_workbook

from activity.rollup.models import RollUp, RollUpBusiness, RollUpPerson, RollUpUnit
from activity.rollup.rules import ITEMS, overall, rates
from clients.chain.models import Opportunity
from clients.policies.models import Policy
from clients.visits.models import Visit
from config.stack import ROOT
from org import clock
from org.notices.models import Letter
from org.periods.due import run_due
from org.rules.actions import publish
from org.rules.schema import RuleBook
from org.working_days.rules import SHANGHAI
from tests.oracle.calendar import days_of
from tests.oracle.chain import chains
from tests.oracle.decisions import Decisions, Version
from tests.oracle.fines import proposed
from tests.oracle.saturday import report
from tests.oracle.weeks import assess, material, required_halves

FOLDER = ROOT / "activity" / "demo" / "workbooks"
FIRST = date(2026, 9, 14)
SUNDAY_NOON = datetime(2026, 11, 22, 12, tzinfo=SHANGHAI)
WEEKS = [FIRST + timedelta(weeks=n) for n in range(10)]
STANDARD = RuleBook().standard
CLOSED = WEEKS[:-1]  # the last one closes on Tuesday


@pytest.fixture(scope="module")
def oracle():
    given = material(FOLDER, decisions=Decisions(versions=(Version(FIRST, {}),)))
    return given, {monday: report(given, monday) for monday in WEEKS}


@pytest.fixture(scope="module")
def done(django_db_setup, django_db_blocker):
    """The workbooks imported, the default rules published from the first Monday, and everything due done."""
    with django_db_blocker.unblock(), transaction.atomic():
        clock.shift_clock(to=SUNDAY_NOON)
        for kind in ("roster", "prospects", "policies", "activity"):
            with pytest.raises(SystemExit) as ended:
                call_command("import_workbook", kind, str(FOLDER / f"{kind}.xlsx"))
            assert ended.value.code == (kind == "prospects")
        publish(RuleBook(), by=None, at=clock.now(), effective_from=FIRST)
        yield run_due()
        transaction.set_rollback(True)


def test_every_week_is_rolled_up_oldest_first(done):
    weeks = [monday.isoformat() for monday in WEEKS]
    reports = [one for one in done if one["kind"] == "rollup"]
    assert reports == [{"kind": "rollup", "unit": "3702", "week": week} for week in weeks]
    assert [one["week"] for one in done if one["kind"] == "close"] == [monday.isoformat() for monday in CLOSED]


@pytest.mark.parametrize("kind", ["roster", "prospects", "policies"])
def test_a_second_import_creates_nothing(done, kind, capsys):
    with pytest.raises(SystemExit):
        call_command("import_workbook", kind, str(FOLDER / f"{kind}.xlsx"), "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["created"], told["updated"], told["refused"]) == (0, 0, 6 if kind == "prospects" else 0)


@pytest.mark.parametrize("monday", WEEKS, ids=str)
def test_every_person_has_the_figures_that_the_workbooks_hold(done, oracle, monday):
    given, reports = oracle
    book, calendar, counted = given
    rows = RollUpPerson.objects.filter(rollup__week=monday).select_related("person", "unit")
    assert {row.person.employee_no for row in rows} == set(reports[monday]["people"])
    for row in rows:
        expected = reports[monday]["people"][row.person.employee_no]
        assert row.unit.code == expected["unit"]
        for name in ("due_half_days", *ITEMS, "logs_due", "logs_missing"):
            assert getattr(row, name) == expected[name], (row.person.employee_no, name)
        due = [
            day
            for day in days_of(monday)
            if required_halves(book, calendar, row.person.employee_no, day)
            and calendar.log_limits(day).due < reports[monday]["report_due"]
        ]
        logs = [counted[key] for day in due if (key := (row.person.employee_no, day)) in counted]
        handed_in = [log for log in logs if log.handed_in and log.handed_in < reports[monday]["report_due"]]
        assert row.logs_in == len(handed_in)
        assert row.logs_late == sum(log.timeliness in {"late", "back"} for log in handed_in)
        assert row.logs_reviewed == 0


@pytest.mark.parametrize("monday", WEEKS, ids=str)
def test_every_unit_has_the_sums_and_rates_of_its_people(done, oracle, monday):
    units = oracle[1][monday]["units"]
    rows = {row.unit.code: row for row in RollUpUnit.objects.filter(rollup__week=monday).select_related("unit")}
    assert set(rows) == set(units)
    for code, row in rows.items():
        for name in ("people", "due_half_days", *ITEMS, "logs_due", "logs_missing"):
            assert getattr(row, name) == units[code][name], (code, name)
        figures = [getattr(row, item) for item in ITEMS]
        assert dict(zip(ITEMS, rates(figures, STANDARD, row.due_half_days), strict=True)) == units[code]["rates"]
        assert overall(figures, STANDARD, row.due_half_days) == units[code]["overall"]


def test_the_chain_of_every_client_is_that_of_the_workbooks(done, oracle):
    """应陪未陪 is a share of the development visits alone (domain.md 3, "Accompanied visits")."""
    expected = chains(oracle[0].book)
    rows = Visit.objects.exclude(chain_number=None).select_related("person", "prospect")
    found = Counter(
        (row.person.employee_no, row.day, row.client, row.chain_number, row.chain_level, row.companion_missing)
        for row in rows
    )
    assert found == Counter(
        (one.visit["employee"], one.visit["day"], one.visit["client"], one.number, one.level, one.flagged)
        for one in expected
    )
    assert {row.kind for row in rows} == {"development"}
    assert (sum(found.values()), sum(many for key, many in found.items() if key[-1])) == (3907, 1523)
    running = Opportunity.objects.filter(state="running")
    assert running.count() == running.values("prospect").distinct().count() == len({row.prospect_id for row in rows})


def test_the_cut_off_moves_with_the_holidays(done, oracle):
    due = {one.week: one.due_at.astimezone(SHANGHAI).replace(tzinfo=None) for one in RollUp.objects.all()}
    assert due == {monday: oracle[1][monday]["report_due"] for monday in WEEKS}
    assert due[date(2026, 9, 28)] == datetime(2026, 9, 30, 12)


def test_one_mail_for_each_recipient_and_week(done):
    letters = Letter.objects.exclude(sent_at=None).values_list("to", "about_id")
    assert {to for to, _ in letters} == {"tuanxian@example.com", "20370203@example.com"}
    assert len(letters) == len(set(letters)) == Letter.objects.count() == 20
    assert Letter.objects.values("message_id").distinct().count() == 20


@pytest.mark.parametrize("monday", WEEKS, ids=str)
def test_the_mailed_workbook_holds_the_same_sums(done, oracle, monday):
    file = RollUp.objects.get(week=monday).file
    book = load_workbook(BytesIO(bytes(file.content)), read_only=True)
    assert book.sheetnames == ["汇总", "单位", "个人", "日志", "行事历", "说明"]
    city = oracle[1][monday]["cities"]["3702"]
    for sheet in ("个人", "日志"):
        rows = list(book[sheet].values)
        for item, name in zip(ITEMS, ("电话", "有效拜访", "准客户积累", "学习"), strict=True):
            column = rows[0].index(f"{name}完成" if sheet == "个人" else name)
            assert sum(row[column] for row in rows[1:]) == city[item], (sheet, name)
    units = list(book["单位"].values)
    due = units[0].index("电话应完成")
    assert Fraction(units[1][due]) == Fraction(6 * city["due_half_days"], 2)


@pytest.mark.parametrize("monday", WEEKS, ids=str)
def test_premium_is_that_of_the_policies(done, monday):
    """Every policy of the list belongs to one unit, so the lines of the sheet add up to the city's."""
    sold = Policy.objects.filter(issued_on__range=(monday, monday + timedelta(days=6)))
    premium = sum(policy.premium for policy in sold)
    rows = RollUpBusiness.objects.filter(rollup__week=monday, person=None).select_related("unit")
    assert {row.unit.kind: row for row in rows}["city"].premium == premium
    for kind in ("branch", "department"):
        assert sum(row.premium for row in rows if row.unit.kind == kind) == premium
    assert sum(row.cases for row in rows if row.unit.kind == "branch") == sold.count()
    units = list(load_workbook(BytesIO(bytes(RollUp.objects.get(week=monday).file.content)))["单位"].values)
    column = units[0].index("本周保费")
    assert sum(Fraction(row[column]) for row in units[1:] if row[2] == "基层单位") == Fraction(premium)


def test_a_second_round_does_and_sends_nothing(done):
    before = set(Letter.objects.values_list("pk", "sent_at", "tries")), RollUp.objects.count()
    assert run_due() == []
    assert (set(Letter.objects.values_list("pk", "sent_at", "tries")), RollUp.objects.count()) == before
    assert mail.outbox == []


@pytest.fixture
def listed(done, django_db_blocker, tmp_path):
    def export(what):
        path = tmp_path / f"{what}.json"
        with django_db_blocker.unblock():
            call_command("export", what, "--from", str(CLOSED[0]), "--to", str(CLOSED[-1]), "--out", str(path))
        return json.loads(path.read_text())

    return export


def test_every_person_and_week_is_assessed(listed, oracle):
    given, _reports = oracle
    wanted = [row for monday in CLOSED for row in assess(given, monday)]
    assert listed("assessments") == wanted
    assert {row["status"] for row in wanted} >= {"met", "short"}


def test_every_fine_is_proposed(listed, oracle):
    given, _reports = oracle
    wanted = proposed(given, CLOSED[0], CLOSED[-1])
    assert listed("fines") == wanted
    assert wanted
