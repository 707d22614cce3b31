"""主管 rows, and which 陪访 is a visit that the log already has."""

import pytest

from activity.coaching.models import ManagerEntry
from clients.visits.models import Visit
from tests.org.workbooks.books import counts, imported, refusals

DAY = "2026-11-19"


@pytest.fixture
def row(zhou, manager):
    return {
        "工号": manager.employee_no,
        "日期": DAY,
        "类别": "陪访",
        "对象": zhou.employee_no,
        "内容": "示范",
        "结果": "好",
        "已确认": "是",
    }


@pytest.fixture
def visit(zhou, manager):
    return {
        "工号": zhou.employee_no,
        "日期": DAY,
        "开始": "09:30",
        "类别": "维护",
        "客户": "青岛宏达",
        "联系人": "王敏",
        "目的": "送单",
        "结果": "签收",
        "陪访人工号": manager.employee_no,
    }


@pytest.fixture
def history(db, tmp_path):
    return lambda **sheets: imported(tmp_path, "activity", sheets)


def test_an_entry(history, row, zhou, manager, department):
    assert counts(history(主管=[{**row, "类别": "辅导"}])) == (1, 0, 0, 0)
    made = ManagerEntry.objects.get()
    assert (made.person, made.unit, made.about_person) == (manager, department, zhou)
    assert (made.kind, made.confirmed, made.visit) == ("coaching", True, None)


def test_empty_is_not_confirmed_and_a_client_is_no_person(history, row):
    history(主管=[{**row, "已确认": None, "对象": "青岛宏达"}])
    made = ManagerEntry.objects.get()
    assert (made.confirmed, made.about, made.about_person) == (False, "青岛宏达", None)


def test_again(history, row):
    history(主管=[row, row])
    assert counts(history(主管=[row, row])) == (0, 0, 2, 0)


@pytest.mark.parametrize("order", [("拜访", "主管"), ("主管", "拜访")])
def test_an_accompaniment_is_tied_to_its_visit_in_whatever_order_they_come(order, history, row, visit):
    rows = {"拜访": visit, "主管": row}
    for sheet in order:
        history(**{sheet: [rows[sheet]]})
    assert ManagerEntry.objects.get().visit == Visit.objects.get()


def test_a_visit_is_tied_once(history, row, visit):
    history(主管=[row, row], 拜访=[visit])
    assert sorted(entry.visit is None for entry in ManagerEntry.objects.all()) == [False, True]
    history(主管=[row, row], 拜访=[visit, {**visit, "开始": "14:00"}])
    assert ManagerEntry.objects.exclude(visit=None).values("visit").distinct().count() == 2


@pytest.mark.parametrize(
    ("of_row", "of_visit"),
    [({"日期": "2026-11-18"}, {}), ({"类别": "辅导"}, {}), ({}, {"陪访人工号": None}), ({"对象": "别人"}, {})],
)
def test_what_does_not_fit_stays_untied(of_row, of_visit, history, row, visit):
    history(主管=[{**row, **of_row}], 拜访=[{**visit, **of_visit}])
    assert ManagerEntry.objects.get().visit is None


@pytest.mark.parametrize(
    ("fault", "column"), [({"类别": "开会"}, "类别"), ({"结果": None}, "结果"), ({"工号": "9"}, "工号")]
)
def test_a_row_that_cannot_be_read_is_refused(fault, column, history, row):
    assert refusals(history(主管=[{**row, **fault}])) == [("主管", 2, column)]
