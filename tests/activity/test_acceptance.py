"""The recorded workbooks of a whole city into an empty database, by the operator's command (issue 2, Acceptance)."""

import json
import sys

import pytest

from activity.coaching.models import ManagerEntry
from activity.daily_log.models import DailyLog, LogEntry
from clients.policies.models import Policy
from clients.prospects.models import Prospect, Registration
from clients.visits.models import Visit
from org.absences.models import Absence
from org.people.models import Person
from org.units.models import Unit, UnitKind
from org.workbooks.reading import read
from tests.org.workbooks.books import ROOT, measured

WORKBOOKS = ROOT / "activity" / "demo" / "workbooks"
KINDS = ("roster", "prospects", "policies", "activity")
MODELS = (Unit, Person, Prospect, Policy, DailyLog, LogEntry, Visit, Registration, ManagerEntry, Absence)


def import_workbook(kind, folder):
    """(exit code, what it printed, MB, seconds of CPU)"""
    command = [sys.executable, "manage.py", "import_workbook", kind, WORKBOOKS / f"{kind}.xlsx", "--json"]
    run = measured(*command, "--errors", folder / f"{kind}.xlsx")
    return run.code, json.loads(run.output), run.megabytes, run.seconds


@pytest.fixture
def empty(fresh_db, tmp_path):
    return tmp_path


@pytest.mark.long
def test_four_workbooks_twice(empty):
    first = {kind: import_workbook(kind, empty) for kind in KINDS}
    rows = {model: model.objects.count() for model in MODELS}
    again = {kind: import_workbook(kind, empty) for kind in KINDS}

    assert {kind: code for kind, (code, *_rest) in first.items()} == {
        "roster": 0, "prospects": 1, "policies": 0, "activity": 0,
    }  # fmt: skip
    assert rows[Person] == 160
    assert Unit.objects.filter(kind=UnitKind.BRANCH).count() == 10
    assert (rows[Prospect], rows[Policy], rows[Visit], rows[Registration]) == (896, 420, 14_245, 4_170)
    assert first["activity"][1] == {
        "rows": 60_975, "created": 60_975, "updated": 0, "unchanged": 0, "refused": 0, "errors": [],
    }  # fmt: skip

    _code, _said, megabytes, seconds = first["activity"]
    assert megabytes < 300
    assert seconds < 60

    assert {kind: (said["created"], said["updated"]) for kind, (_code, said, *_rest) in again.items()} == dict.fromkeys(
        KINDS, (0, 0)
    )
    assert rows == {model: model.objects.count() for model in MODELS}

    six_reasons_in_the_returned_workbook(empty / "prospects.xlsx")


def six_reasons_in_the_returned_workbook(path):
    [sheet] = read(path)
    assert len(sheet.rows) == 902
    reasons = {number: cells[-1] for number, cells in sheet.rows if len(cells) == len(sheet.header)}
    assert sheet.header[-1] == "错误原因"
    assert list(reasons) == [19, 43, 79, 122, 902, 903]
    assert len(set(reasons.values())) == 6
    for number, word in zip(reasons, ["校验位", "来源", "没有工号", "单位名称：不能为空", "重复", "公式"], strict=True):
        assert word in reasons[number]
