"""Cards from a workbook: what it costs, whom a service is put down to, and that nothing is made of an empty row."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.profiles.models import ClientProfile, ServiceRecord
from clients.prospects.models import Prospect
from org.posts import Post
from org.workbooks.account import Account, on_account_of
from tests import factories as make
from tests.org.workbooks.books import counts, imported


def of(one, **more):
    return {"单位名称": one.name, "负责人工号": one.owner.employee_no, **more}


def cards(clients, **told):
    """The core of each: 建档."""
    return {
        "档案卡": [of(one, 法定代表人="欧阳", **{"1 类": 4}, **told) for one in clients],
        "干系人": [of(one, 姓名="李总", 角色="决策人") for one in clients],
        "现有保障与竞争": [of(one, 公司="太保", 险种="团意", 类别="现保") for one in clients],
    }


def test_an_import_asks_as_little_of_many_clients_as_of_few(zhou, tmp_path):
    clients = [make.prospect(zhou, f"客户{n}") for n in range(12)]

    def asked(some, **told):
        with CaptureQueriesContext(connection) as seen:
            imported(tmp_path, "cards", cards(some, **told))
        return len(seen)

    assert asked(clients[:2]) == asked(clients[2:])
    assert not Prospect.objects.filter(card_made_at=None).exists()
    Prospect.objects.update(card_made_at=None)
    assert asked(clients) < asked(clients[:2], 社保="城镇")  # of rows that were all known nothing is asked
    assert Prospect.objects.exclude(card_made_at=None).count() == 2


def test_a_row_of_the_clients_own_facts_makes_no_card(zhou, tmp_path):
    mine, other = make.prospect(zhou, "恒信五金"), make.prospect(zhou, "瑞丰", budget=1)
    sheets = {"档案卡": [of(mine, 社保="城镇社保"), of(other, 年度预算=1)]}
    assert counts(imported(tmp_path, "cards", sheets)) == (0, 1, 1, 0)
    mine.refresh_from_db()
    assert mine.social_insurance == "城镇社保" and not ClientProfile.objects.exists()


def test_what_is_known_counts_towards_the_most_of_a_list(zhou, tmp_path, monkeypatch):
    monkeypatch.setattr("clients.profiles.imports.MOST_ROWS", 3)
    mine = make.prospect(zhou, "恒信五金")

    def take(*names):
        people = [of(mine, 姓名=name, 角色="决策人") for name in names]
        covers = [of(mine, 公司=name, 险种="团意", 类别="现保") for name in names]
        return counts(imported(tmp_path, "cards", {"干系人": people, "现有保障与竞争": covers}))

    assert take("甲", "乙", "丙") == (6, 0, 0, 0)
    assert take("丁", "甲") == (0, 0, 2, 2) and take("甲", "甲") == (0, 0, 2, 2)  # 甲 stands there once


@pytest.mark.parametrize("by_page", [False, True])
def test_a_service_is_put_down_to_who_holds_the_client(zhou, branch, tmp_path, by_page):
    mine, keeper = make.prospect(zhou, "恒信五金"), Account()
    keeper.by = make.person(Post.BRANCH_CLERK, unit=branch) if by_page else None
    with on_account_of(keeper):
        imported(tmp_path, "cards", {"服务记录": [of(mine, 日期="2025-03-01", 类别="理赔协助", 内容="协助")]})
    assert ServiceRecord.objects.get().changed_by == zhou
