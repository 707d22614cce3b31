"""3111 of a manager's week: the same words as 6311, and each figure opens to who may read what he wrote."""

import re
from datetime import date

import pytest
from lxml import html

from activity.assessment.models import ManagerAssessment
from activity.coaching.models import ManagerEntry
from clients.visits.models import Visit
from org.periods.due import run_due
from org.posts import Post
from org.week import Week
from tests import factories as make

WEEK = Week(make.MONDAY)
NOW, CLOSED = make.at(make.THURSDAY, 9), make.at(date(2026, 11, 24), 12, 1)
ITEMS = ("follow_up_calls", "accompaniments", "coachings", "proposals_or_recruits")


@pytest.fixture
def rules(db):
    return make.rules(date(2026, 9, 14))


@pytest.fixture
def read(client, manager, clock_at):
    def reading(address="", who=manager, at=NOW):
        clock_at(at)
        client.force_login(who)
        answer = client.get(f"/people/{manager.employee_no}/week/{WEEK}/{address}")
        if answer.status_code != 200:
            return answer.status_code
        main = html.fromstring(answer.content.decode()).xpath("//main")[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.tostring(main, encoding="unicode")))

    return reading


def entry(manager, kind, about="王敏", **more):
    return ManagerEntry.objects.create(
        person=manager, unit=manager.appointments.get().unit, day=make.MONDAY, kind=kind, about=about,
        content="说了什么", result="有结果", recorded_at=NOW, **more,
    )  # fmt: skip


@pytest.fixture
def worked(rules, manager, zhou):
    """One of each that counts, and one of each that does not."""
    entry(manager, "follow_up")
    entry(manager, "follow_up")  # the same person again
    entry(manager, "coaching", confirmed=True)
    entry(manager, "coaching")
    entry(manager, "recruit")
    entry(manager, "proposal")
    make.visit(zhou, make.MONDAY)
    make.visit(zhou, make.MONDAY)
    first, _second = Visit.objects.order_by("pk")
    Visit.objects.update(companion=manager)
    Visit.objects.filter(pk=first.pk).update(companion_confirmed=True)
    entry(manager, "accompaniment", confirmed=True, visit=first)


def test_the_week_says_3111_and_the_close_writes_the_same(worked, read, manager, clock_at):
    said = read()
    assert "3111 暂计 进行中" in said and "应完成 5 天；差 14 追踪 4 陪访 4 辅导 3 计划书或增员" in said
    assert "电话追踪 1 /15 差 14 每天 3 × 5 天 = 15" in said
    clock_at(CLOSED)
    run_due()
    row = ManagerAssessment.objects.get(week=WEEK.monday)
    assert (row.follow_up_calls, row.accompaniments, row.coachings, row.proposals_or_recruits) == (1, 1, 1, 2)
    said = read(at=CLOSED)
    assert "3111 考核结果 未达 11月24日 12:00 关账" in said and "差 14 追踪 4 陪访 4 辅导 3 计划书或增员" in said


@pytest.mark.parametrize(
    ("item", "sums", "why"),
    [
        ("follow_up_calls", "计入 1 + 不计入 1 = 全部 2", "同一对象当天已计一个"),
        ("accompaniments", "计入 1 + 不计入 2 = 全部 3", "双方还没有都确认"),
        ("coachings", "计入 1 + 不计入 1 = 全部 2", "对方还没有确认"),
        ("proposals_or_recruits", "计入 2 + 不计入 0 = 全部 2", ""),
    ],
)
def test_each_figure_opens_what_counts_and_what_does_not_and_why(worked, read, item, sums, why):
    said = read(f"figures/{item}/")
    assert sums in said and why in said


def test_an_accompaniment_of_a_visit_counts_once(worked, read):
    assert "随这次拜访计，不另计" in read("figures/accompaniments/")


def test_the_client_of_another_branch_is_named_to_the_companion_alone(rules, read, manager, deputy, stranger):
    far = make.person(Post.CLIENT_MANAGER, unit=stranger.appointments.get().unit)
    make.visit(far, make.MONDAY, client="远山旅行社")
    Visit.objects.update(companion=manager, companion_confirmed=True)
    assert "远山旅行社" in read("figures/accompaniments/")
    said = read("figures/accompaniments/", deputy)
    assert "计入 1" in said and "远山旅行社" not in said


def test_the_deputy_opens_them_and_headquarters_reads_the_numbers(worked, read, deputy, hq):
    assert "计入 1" in read("figures/coachings/", deputy)
    assert "有效辅导 1 /5" in read("", hq)
    assert read("figures/coachings/", hq) == 404


def test_a_peer_and_strangers_read_none_of_it(worked, read, department, stranger):
    peer = make.person(Post.DEPARTMENT_MANAGER, unit=department)
    assert "3111" not in read("", peer)
    assert read("figures/coachings/", peer) == 404
    assert read("", stranger) == 404 and read("figures/coachings/", stranger) == 404


def test_who_is_no_manager_has_none(rules, read, client, zhou, clock_at):
    clock_at(NOW)
    client.force_login(zhou)
    assert "3111" not in client.get("/week/").content.decode()
    for item in ITEMS:
        assert client.get(f"/week/{WEEK}/figures/{item}/").status_code == 404
