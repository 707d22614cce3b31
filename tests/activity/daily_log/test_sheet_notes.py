"""What a sheet says before one types: that it is too late, or that the hour will not count."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests import factories as make

THURSDAY = make.THURSDAY
NEW = f"/today/{THURSDAY}/call/new/"
RESTS = "21:00 到 09:00 的电话不计入"


@pytest.fixture
def shown(client, zhou, clock_at):
    def read(when, address=NEW):
        clock_at(when)
        client.force_login(zhou)
        return client.get(address).content.decode()

    return read


@pytest.mark.parametrize(("hour", "rests"), [((8, 59), True), ((9, 0), False), ((20, 59), False), ((21, 5), True)])
def test_an_hour_that_will_not_count_is_named_beside_the_field(shown, hour, rests):
    assert (RESTS in shown(make.at(THURSDAY, *hour))) is rests


def test_the_hour_that_was_typed_is_the_one_that_is_judged(shown, client):
    shown(make.at(THURSDAY, 21, 30))
    answer = client.post(NEW, {"key": uuid4(), "call_at": "20:10"})
    assert RESTS not in answer.content.decode()
    assert RESTS in client.post(NEW, {"key": uuid4(), "call_at": "08:10"}).content.decode()


def test_a_sheet_opened_after_hand_in_says_at_once_that_nothing_can_be_added(shown, zhou):
    make.call(zhou)
    make.submit(zhou)
    html = shown(make.at(THURSDAY, 21))
    assert "已经提交，不能再加再改；要改请经理先退回" in html
    assert 'name="client"' not in html
    assert "看整份日志" in html


def test_so_does_one_of_a_locked_day_and_of_a_day_to_come(shown):
    html = shown(make.at(make.MONDAY + timedelta(days=7), 12))
    assert "日志已锁定" in html
    assert 'name="client"' not in html
    html = shown(make.at(make.MONDAY, 12))
    assert "还没到这一天" in html
    assert 'name="client"' not in html


def test_a_recent_client_is_split_where_the_server_splits_it(shown, zhou):
    make.call(zhou, client="云帆物流", contact="王敏")
    html = shown(make.at(THURSDAY, 14))
    assert 'data-recent=" · "' in html
    assert 'value="云帆物流 · 王敏"' in html


@pytest.mark.parametrize(("typed", "sentence"), [("0", "员工人数至少 1"), ("10000000", "员工人数最多 9999999")])
def test_a_headcount_is_refused_by_its_name(shown, client, typed, sentence):
    shown(make.at(THURSDAY, 14))
    answer = client.post(f"/today/{THURSDAY}/prospect/new/", {"key": uuid4(), "headcount": typed})
    assert sentence in answer.content.decode()
