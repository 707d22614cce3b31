"""准客户 by code, or by name and owner; six kinds of fault; what it means for registrations that counted."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.daily_log.models import DailyLog
from clients.prospects import imports
from clients.prospects.models import Contact, Prospect, Registration
from tests import factories as make
from tests.org.workbooks.books import counts, imported, refusals

CODE = "91370213MH5NGAEKEM"
OTHER_CODE = "91370283AB20WDX7H2"


@pytest.fixture
def row(zhou):
    return {
        "统一社会信用代码": CODE, "单位名称": "青岛宏达机械有限公司", "行业": "制造", "员工人数": 120, "经办人": "王敏",
        "经办人职务": "人事部", "经办人电话": "013812345521", "决策人": "李总", "来源": "陌生", "预计保费": 20400.5,
        "等级": "A", "负责人工号": zhou.employee_no, "登记日期": "2026-08-02", "陪访级次": 2,
    }  # fmt: skip


@pytest.fixture
def prospects(db, tmp_path):
    return lambda *rows: imported(tmp_path, "prospects", {"准客户": rows})


def test_a_prospect_with_its_people(prospects, row, zhou, department, city):
    assert counts(prospects(row)) == (1, 0, 0, 0)
    made = Prospect.objects.get()
    assert (made.owner, made.unit, made.city_id) == (zhou, department, city.pk)
    assert (made.uscc, made.source, made.expected_premium, made.start_level) == (CODE, "cold", Decimal("20400.50"), 2)
    assert made.registered_on == date(2026, 8, 2)
    assert set(made.contacts.values_list("name", "title", "phone", "is_handler", "decides")) == {
        ("王敏", "人事部", "013812345521", True, False),
        ("李总", "", "", False, True),
    }


def test_a_second_import_changes_nothing(prospects, row):
    unnamed = {**row, "统一社会信用代码": None, "单位名称": "青岛长城医院", "登记日期": None}
    prospects(row, unnamed)
    assert counts(prospects(row, unnamed)) == (0, 0, 2, 0)
    assert Contact.objects.count() == 4


def test_by_code_everything_else_may_change(prospects, row, manager):
    prospects(row)
    changed = {**row, "单位名称": "青岛宏达重工", "经办人": "李总", "决策人": "李总", "负责人工号": manager.employee_no}
    assert counts(prospects(changed)) == (0, 1, 0, 0)
    made = Prospect.objects.get()
    assert (made.name, made.name_key, made.owner) == ("青岛宏达重工", "青岛宏达重工", manager)
    assert set(made.contacts.values_list("name", "is_handler", "decides")) == {
        ("王敏", False, False),
        ("李总", True, True),
    }


def test_without_a_code_name_and_owner_are_the_key(prospects, row, manager):
    plain = {**row, "统一社会信用代码": None}
    prospects(plain)
    assert counts(prospects({**plain, "行业": "医疗"})) == (0, 1, 0, 0)
    assert counts(prospects({**plain, "负责人工号": manager.employee_no})) == (1, 0, 0, 0)
    assert counts(prospects(row)) == (1, 0, 0, 0)


def test_of_merged_cards_it_reads_those_that_the_list_names(prospects, row, zhou, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    stays = make.prospect(zhou, "留下的单位")
    for name in ("甲厂", "乙厂", "不在单里"):
        Prospect.objects.filter(pk=make.prospect(zhou, name).pk).update(merged_into=stays)
    rows = [{**row, "统一社会信用代码": None, "单位名称": name, "登记日期": None} for name in ("甲厂", "新厂", "乙厂")]
    with CaptureQueriesContext(connection) as queries:
        assert counts(prospects(*rows)) == (1, 0, 0, 2)
    [*asked] = [one["sql"] for one in queries if 'merged_into_id" IS NOT NULL' in one["sql"]]
    assert asked and all("甲厂" in one or "乙厂" in one or "新厂" in one for one in asked)


@pytest.mark.parametrize(
    ("fault", "column", "reason"),
    [
        ({"统一社会信用代码": "91370200MA3TESTX00"}, "统一社会信用代码", "校验位不对"),
        ({"统一社会信用代码": "9137"}, "统一社会信用代码", "不是 18 位"),
        ({"统一社会信用代码": '=HYPERLINK("http://x")'}, "统一社会信用代码", "是公式"),
        ({"来源": "广告"}, "来源", "不在可选值里"),
        ({"单位名称": None}, "单位名称", "不能为空"),
        ({"经办人": None}, "经办人", "不能为空"),
        ({"等级": "D"}, "等级", "不在可选值里"),
        ({"陪访级次": 5}, "陪访级次", "0 到 4"),
        ({"负责人工号": "99999999"}, "负责人工号", "没有工号"),
    ],
)
def test_a_fault_is_named(fault, column, reason, prospects, row):
    outcome = prospects({**row, **fault})
    assert refusals(outcome) == [("准客户", 2, column)]
    assert reason in outcome.errors[0].message
    assert not Prospect.objects.exists()


def test_an_owner_without_a_post_is_refused(prospects, row):
    nobody = make.person()
    assert refusals(prospects({**row, "负责人工号": nobody.employee_no})) == [("准客户", 2, "负责人工号")]


def test_a_row_given_twice_is_refused(prospects, row):
    plain = {**row, "统一社会信用代码": None}
    outcome = prospects(row, plain, plain, {**row, "单位名称": "别的"})
    assert refusals(outcome) == [("准客户", 4, "统一社会信用代码"), ("准客户", 5, "统一社会信用代码")]


def test_text_that_looks_like_a_formula_is_a_name(prospects, row):
    assert counts(prospects({**row, "单位名称": "=1+1"})) == (1, 0, 0, 0)
    assert Prospect.objects.get().name == "=1+1"


def test_the_same_company_in_two_cities(prospects, row):
    other = make.person("client_manager", unit=make.department(make.branch(make.city("3710", "威海市公司"))))
    prospects(row)
    assert counts(prospects({**row, "负责人工号": other.employee_no})) == (1, 0, 0, 0)
    assert Prospect.objects.filter(uscc=CODE).count() == 2


# an imported prospect never counts, but it may show that a registration was not the first


@pytest.fixture
def registered(tmp_path, zhou):
    """周婷's registration of 2026-11-19 of a company without a code, handed in."""
    imported(
        tmp_path,
        "activity",
        {
            "日志": [{"工号": zhou.employee_no, "日期": "2026-11-19", "提交时间": "2026-11-19 17:00"}],
            "积累": [
                {
                    "工号": zhou.employee_no,
                    "日期": "2026-11-19",
                    "单位名称": "青岛宏达（机械）",
                    "经办人": "王敏",
                    "来源": "陌生",
                }
            ],
        },
    )
    return Registration.objects.get()


@pytest.mark.parametrize(
    ("day", "counts_still"), [("2026-11-18", False), (None, False), ("2026-11-19", True), ("2026-11-20", True)]
)
def test_an_earlier_prospect_makes_a_duplicate(day, counts_still, registered, prospects, row):
    prospects({**row, "单位名称": "青岛宏达(机械)", "登记日期": day})
    registered.refresh_from_db()
    assert registered.is_duplicate != counts_still
    assert registered.counted == counts_still
    assert DailyLog.objects.get().prospects == int(counts_still)


def test_a_corrected_name_sets_the_registration_free(registered, prospects, row):
    prospects({**row, "单位名称": "青岛宏达（机械）"})
    prospects({**row, "单位名称": "青岛长城医院"})
    assert DailyLog.objects.get().prospects == 1


def test_importing_prospects_counts_for_no_day(prospects, row, zhou):
    prospects(row)
    assert not Registration.objects.exists()
    assert not DailyLog.objects.exists()


def test_what_a_list_may_change_stands_still_until_it_is_written(prospects, row, zhou):
    """Whoever writes meanwhile waits, so the list sets nothing back: the clients of its rows are locked, by their keys,
    before they are read."""
    plain = {**row, "统一社会信用代码": None, "单位名称": "青岛长城医院"}
    prospects(row, plain)
    make.prospect(zhou, "不在表里的")
    with CaptureQueriesContext(connection) as asked:
        prospects({**row, "行业": "重工"}, {**plain, "等级": "B"})
    said = [one["sql"] for one in asked]
    locking = next(n for n, sql in enumerate(said) if "FOR UPDATE" in sql and "clients_prospect" in sql)
    reading = [n for n, sql in enumerate(said) if 'SELECT "clients_prospect"."id", "clients_prospect"."kind"' in sql]
    writing = next(n for n, sql in enumerate(said) if sql.startswith('UPDATE "clients_prospect"'))
    assert said[locking].endswith("ORDER BY 1 ASC FOR UPDATE")  # the key
    assert locking < min(reading) <= max(reading) < writing
