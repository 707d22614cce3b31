"""The pages of 试运行."""

from uuid import uuid4

import pytest
from lxml import html

from org.trials.models import TrialRun
from tests import factories as make

NOW = make.at(make.THURSDAY, 10)


@pytest.fixture(autouse=True)
def thursday(clock_at):
    clock_at(NOW)


def words(answer):
    return " ".join(html.fromstring(answer.content).text_content().split())


def start(client, unit, /, **changes):
    sent = {"unit": unit.code, "first": "2026-W48", "last": "", "reason": "新单位第一个月", "key": uuid4(), **changes}
    return client.post("/trials/new/", sent, follow=True)


def test_started_listed_and_ended(client, hq, branch, department):
    client.force_login(hq)
    assert "没有单位在试运行" in words(client.get("/trials/"))
    assert "市南支公司 团体部" in words(client.get("/trials/new/"))
    page = start(client, branch)
    assert "还没开始" in words(page) and "另行通知" in words(page) and "改期或取消" in words(page)
    run = TrialRun.objects.get()
    offered = html.fromstring(client.get(f"/trials/{run.pk}/end/").content).xpath("//option/@value")
    assert offered[:2] == ["never", "2026-W48"]
    assert "已取消" in words(client.post(f"/trials/{run.pk}/end/", {"last": "never"}, follow=True))
    again = client.post(f"/trials/{run.pk}/end/", {"last": "never"})
    assert again.status_code == 422 and "本来就到" in words(again)


def test_a_department_is_named_with_its_branch(client, hq, department):
    client.force_login(hq)
    assert "市南支公司 团体部" in words(start(client, department))
    assert "市南支公司 团体部 的试运行" in words(client.get(f"/trials/{TrialRun.objects.get().pk}/end/"))


def test_one_that_runs_ends_this_sunday_at_the_earliest(client, hq, branch):
    client.force_login(hq)
    assert "试运行中" in words(start(client, branch, first="2026-W47"))
    run = TrialRun.objects.get()
    offered = html.fromstring(client.get(f"/trials/{run.pk}/end/").content).xpath("//option/@value")
    assert offered[0] == "2026-W47"
    page = words(client.post(f"/trials/{run.pk}/end/", {"last": "2026-W47"}, follow=True))
    assert "至 11月22日" in page and "改止" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unit": ""}, "选一个单位"),
        ({"reason": ""}, "写明原因"),
        ({"first": "2026-W49", "last": "2026-W48"}, "结束早于开始"),
        ({"first": "2026-W46"}, "2026-W46"),
    ],
)
def test_what_is_wrong_is_said(client, hq, branch, changes, said):
    client.force_login(hq)
    answer = start(client, branch, **changes)
    assert answer.status_code == 422 and said in words(answer)
    assert not TrialRun.objects.exists()


def test_a_finished_one_stays_listed(client, hq, branch, clock_at):
    client.force_login(hq)
    start(client, branch, first="2026-W47", last="2026-W47")
    clock_at(make.at(make.THURSDAY.replace(day=26), 10))
    client.force_login(hq)
    assert "已结束" in words(client.get("/trials/"))
