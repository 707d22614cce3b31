"""承保 by 保单号, tied to the client that it belongs to."""

from decimal import Decimal

import pytest

from clients.policies.models import Policy
from tests import factories as make
from tests.org.workbooks.books import counts, imported, refusals

CODE = "91370213MH5NGAEKEM"


@pytest.fixture
def row(zhou):
    return {
        "保单号": 370226000000,
        "投保单位": "青岛宏达",
        "统一社会信用代码": None,
        "险种": "团体意外险",
        "新保续保": "续保",
        "保费": 3600,
        "实收": 0,
        "承保日期": "2026-03-21",
        "到期日": "2027-03-20",
        "被保险人数": 60,
        "工号": zhou.employee_no,
    }


@pytest.fixture
def policies(db, tmp_path):
    return lambda *rows: imported(tmp_path, "policies", {"承保": rows})


def test_a_policy(policies, row, zhou, department):
    assert counts(policies(row)) == (1, 0, 0, 0)
    made = Policy.objects.get()
    assert (made.number, made.seller, made.unit) == ("370226000000", zhou, department)
    assert (made.premium, made.received, made.is_renewal, made.prospect) == (Decimal(3600), Decimal(0), True, None)


def test_again_and_changed(policies, row):
    policies(row)
    assert counts(policies(row)) == (0, 0, 1, 0)
    assert counts(policies({**row, "实收": 3600})) == (0, 1, 0, 0)
    assert refusals(policies(row, row)) == [("承保", 3, "保单号")]


def test_it_belongs_to_the_prospect_of_that_code_else_of_that_name(policies, row, zhou):
    by_name = make.prospect(zhou, "青岛宏达")
    by_code = make.prospect(zhou, "青岛宏达重工", uscc=CODE)
    policies(row, {**row, "保单号": "2", "统一社会信用代码": CODE}, {**row, "保单号": "3", "投保单位": "别家"})
    found = dict(Policy.objects.values_list("number", "prospect_id"))
    assert found == {"370226000000": by_name.pk, "2": by_code.pk, "3": None}


def test_a_code_of_another_city_is_another_client(policies, row, stranger):
    other = make.person("client_manager", unit=make.department(make.branch(make.city("3710", "威海市公司"))))
    make.prospect(other, "威海宏达", uscc=CODE)
    policies({**row, "统一社会信用代码": CODE})
    assert Policy.objects.get().prospect is None


@pytest.mark.parametrize(
    ("fault", "column"),
    [
        ({"保单号": None}, "保单号"),
        ({"保费": "很多"}, "保费"),
        ({"保费": -1}, "保费"),
        ({"新保续保": "转保"}, "新保续保"),
        ({"承保日期": "去年"}, "承保日期"),
        ({"工号": "9"}, "工号"),
    ],
)
def test_a_fault_is_named(fault, column, policies, row):
    assert refusals(policies({**row, **fault})) == [("承保", 2, column)]


def test_a_seller_who_never_held_a_post(policies, row):
    assert refusals(policies({**row, "工号": make.person().employee_no})) == [("承保", 2, "工号")]
