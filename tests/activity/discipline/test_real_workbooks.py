"""Ten weeks of the real workbooks, assessed and fined by the product and counted again by the oracle."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from config.stack import ROOT
from org import clock
from org.periods.due import run_due
from org.rules.actions import publish
from org.rules.schema import RuleBook
from org.working_days.rules import SHANGHAI
from tests.oracle.decisions import Decisions, Version
from tests.oracle.fines import proposed
from tests.oracle.weeks import assess, material

FOLDER = ROOT / "activity" / "demo" / "workbooks"
FIRST, LAST = date(2026, 9, 14), date(2026, 11, 9)
pytestmark = pytest.mark.xdist_group("real-workbooks")


@pytest.fixture(scope="module")
def assessed(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        clock.shift_clock(to=datetime(2026, 11, 22, 12, tzinfo=SHANGHAI))
        for kind in ("roster", "activity"):
            with pytest.raises(SystemExit):
                call_command("import_workbook", kind, str(FOLDER / f"{kind}.xlsx"))
        publish(RuleBook(), by=None, at=clock.now(), effective_from=FIRST)
        yield run_due()
        transaction.set_rollback(True)


@pytest.fixture
def listed(assessed, django_db_blocker, tmp_path):
    def export(what):
        path = tmp_path / f"{what}.json"
        with django_db_blocker.unblock():
            call_command("export", what, "--from", str(FIRST), "--to", str(LAST), "--out", str(path))
        return json.loads(path.read_text())

    return export


@pytest.fixture(scope="module")
def oracle():
    return material(FOLDER, decisions=Decisions(versions=(Version(FIRST, {}),)))


def test_every_person_and_week(listed, oracle):
    weeks = [FIRST + timedelta(weeks=n) for n in range(9)]
    wanted = [row for monday in weeks for row in assess(oracle, monday)]
    assert listed("assessments") == wanted
    assert {row["status"] for row in wanted} >= {"met", "short"}


def test_every_fine(listed, oracle):
    wanted = proposed(oracle, FIRST, LAST)
    assert listed("fines") == wanted
    assert wanted
