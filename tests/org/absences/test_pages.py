"""The pages of 请假与公务, as people use them without scripts."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from lxml import html

from org.absences import actions
from org.absences.models import Absence, AbsenceRequest
from org.periods.models import Period
from org.posts import Post
from tests import factories as make
from tests.org.absences.conftest import NOW, TUESDAY, ask

DAY = {"first": "2026-11-24", "first_half": "am", "last": "", "last_half": "pm", "kind": "leave", "reason": "看病"}


@pytest.fixture(autouse=True)
def thursday(clock_at):
    clock_at(NOW)


def form(**changes):
    return {**DAY, "key": uuid4(), **changes}


def words(answer):
    return " ".join(html.fromstring(answer.content).text_content().split())


def words_of(element):
    return " ".join(element.text_content().split())


def test_one_asks_and_finds_it_in_the_list(client, zhou, manager):
    client.force_login(zhou)
    assert "还没有请假或公务" in words(client.get("/absences/"))
    answer = client.post("/absences/new/", form(), follow=True)
    assert "已申请，等陈立批准" in words(answer)
    assert "11月24日 全天 请假" in words(answer) and "工作日 2 个半天" in words(answer) and "待批" in words(answer)


def test_a_double_tap_is_one_request(client, zhou):
    client.force_login(zhou)
    once = form()
    assert client.post("/absences/new/", once).url == client.post("/absences/new/", once).url == "/absences/"
    assert AbsenceRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"first": ""}, "选开始的日期"),
        ({"reason": ""}, "写一句事由"),
        ({"last": "2026-11-23"}, "结束早于开始"),
        ({"first_half": "pm", "last_half": "am"}, "结束早于开始"),
        ({"first": "2062-11-24"}, "超过一年"),
        ({"first": "2026-11-29"}, "这天是休息日，不用请假"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(client, zhou, changes, said):
    client.force_login(zhou)
    answer = client.post("/absences/new/", form(**changes))
    assert answer.status_code == 422 and said in words(answer)
    assert not AbsenceRequest.objects.exists()
    if "reason" not in changes:
        assert html.fromstring(answer.content).xpath("//input[@name='reason']/@value") == ["看病"]


def test_days_that_are_over_are_marked(client, zhou, manager):
    ask(zhou, date(2026, 11, 16))
    client.force_login(manager)
    assert "事后" in words(client.get("/absences/queue/"))


def test_one_takes_it_back(client, zhou):
    request = ask(zhou)
    client.force_login(zhou)
    assert "撤回申请" in words(client.get(f"/absences/{request.pk}/"))
    assert "已撤回" in words(client.post(f"/absences/{request.pk}/withdraw/", follow=True))
    assert "已被别人办理" in words(client.post(f"/absences/{request.pk}/withdraw/", follow=True))


def test_the_manager_grants_from_the_queue(client, zhou, manager):
    request = ask(zhou)
    client.force_login(manager)
    assert "1 份待批" in words(client.get("/absences/queue/")) and "1 份待批" in words(client.get("/me/"))
    assert client.get(f"/absences/{request.pk}/grant/").url == f"/absences/{request.pk}/"
    answer = client.post(f"/absences/{request.pk}/grant/", follow=True)
    assert "已批准 周婷 11月24日 全天请假" in words(answer) and "没有待批的申请" in words(answer)
    assert Absence.objects.filter(request=request).count() == 2
    again = client.post(f"/absences/{request.pk}/grant/")
    assert again.status_code == 409 and "已被别人办理" in words(again)


def test_he_refuses_with_a_reason(client, zhou, manager):
    request = ask(zhou)
    client.force_login(manager)
    bare = client.post(f"/absences/{request.pk}/refuse/", {"reason": ""})
    assert bare.status_code == 422 and "写一句为什么不批准" in words(bare)
    assert html.fromstring(bare.content).xpath("//input[@name='reason']/@aria-invalid") == ["true"]
    client.post(f"/absences/{request.pk}/refuse/", {"reason": "月底结账"})
    client.force_login(zhou)
    assert "月底结账" in words(client.get("/absences/"))
    assert "月底结账" in words(client.get(f"/absences/{request.pk}/"))


def test_he_revokes_what_was_granted(client, zhou, manager):
    make.absence(zhou, TUESDAY, "am", "duty")
    request = ask(zhou)
    client.force_login(manager)
    assert "11月24日 上午已登记为公务，批准后改为请假" in words(client.get(f"/absences/{request.pk}/"))
    actions.grant(request, by=manager, at=NOW)
    page = words(client.get(f"/absences/{request.pk}/"))
    assert "确认撤销" in page and "11月24日 上午已登记为公务，已改为请假" in page
    assert client.post(f"/absences/{request.pk}/revoke/", {"reason": "长" * 201}).status_code == 422
    client.post(f"/absences/{request.pk}/revoke/", {"reason": "来上班了"})
    assert list(Absence.objects.values_list("kind", flat=True)) == ["duty"]
    page = words(client.get(f"/absences/{request.pk}/"))
    assert "来上班了" in page and "11月24日 上午已登记为公务，不变" in page


def test_the_clerk_records_for_somebody(client, zhou, manager, clerk):
    client.force_login(clerk)
    answer = client.post("/absences/record/", form(person=zhou.employee_no), follow=True)
    assert "已替周婷登记" in words(answer) and "已批准" in words(answer)
    assert client.post("/absences/record/", form(person="nobody")).status_code == 422
    offered = html.fromstring(client.get("/absences/record/").content).xpath("//option/@value")
    assert offered == ["", *sorted([zhou.employee_no, manager.employee_no], key=offered.index)]


def test_a_manager_is_offered_neither_himself_nor_a_peer(client, zhou, manager, department):
    make.person(Post.DEPARTMENT_MANAGER, unit=department)
    client.force_login(manager)
    offered = html.fromstring(client.get("/absences/record/").content).xpath("//option/@value")
    assert offered == ["", zhou.employee_no]


def test_the_queue_is_searched(client, zhou, deputy):
    ask(zhou)
    client.force_login(deputy)
    assert "看病" in words(client.get("/absences/queue/?q=周婷"))
    found = html.fromstring(client.get("/absences/queue/?q=没有的人").content)
    assert "没有找到" in found.text_content()


def test_the_queue_asks_no_more_for_more_requests(client, zhou, manager, django_assert_max_num_queries):
    client.force_login(manager)
    for day in range(12):
        request = ask(zhou, date(2026, 12, 1) + timedelta(weeks=day))
        if day % 2:
            actions.grant(request, by=manager, at=NOW)
    with django_assert_max_num_queries(20):
        assert words(client.get("/absences/queue/")).count("看病") == 12


def test_what_a_workbook_brought_is_listed_too(client, zhou):
    make.absence(zhou, TUESDAY, "am")
    make.absence(zhou, TUESDAY, "pm")
    client.force_login(zhou)
    assert "导入登记的" in words(client.get("/absences/"))
    assert "11月24日 全天 请假" in words(client.get("/absences/"))
    assert "还没有请假" not in words(client.get("/absences/"))


@pytest.mark.parametrize("page", ["/review/", "/me/"])
def test_the_menu_says_that_requests_wait(client, zhou, manager, page):
    def beside_me():
        client.force_login(manager)
        return [words_of(one) for one in html.fromstring(client.get(page).content).xpath("//nav//a[@href='/me/']")]

    assert not any("1" in one for one in beside_me())
    ask(zhou)
    assert beside_me() and all(one.endswith("1") for one in beside_me())


def test_who_reads_decides_nothing(client, zhou, hq):
    request = ask(zhou)
    client.force_login(hq)
    page = words(client.get("/absences/queue/"))
    assert "看病" in page and "等你批准" not in page and "替人登记" not in page
    assert "不批准" not in words(client.get(f"/absences/{request.pk}/"))


# 批量减免.

RELIEF = {"first": "2026-11-24", "first_half": "pm", "last": "2026-11-25", "last_half": "pm", "reason": "台风停工"}


def test_hq_sees_what_a_relief_touches_before_it_is_granted(client, hq, branch, zhou, manager):
    client.force_login(hq)
    assert "还没有批量减免" in words(client.get("/relief/"))
    sent = {**RELIEF, "key": uuid4(), "units": [branch.code]}
    preview = client.post("/relief/new/", sent)
    assert preview.status_code == 200 and "2 人，共 6 个半天" in words(preview) and "确认减免" in words(preview)
    seen = html.fromstring(preview.content).xpath("//input[@name='seen']/@value")[0]
    changed = client.post("/relief/new/", {**sent, "seen": seen, "last_half": "am"})
    assert "2 人，共 4 个半天" in words(changed)
    answer = client.post("/relief/new/", {**sent, "seen": seen}, follow=True)
    assert "已减免" in words(answer) and "市南支公司" in words(answer)
    clash = client.post("/relief/new/", {**sent, "key": uuid4(), "seen": seen})
    assert clash.status_code == 409 and "已经减免过" in words(clash)
    batch = html.fromstring(answer.content).xpath("//form[contains(@action, 'withdraw')]/@action")[0]
    assert "已撤回" in words(client.post(batch, follow=True))
    assert "已经撤回了" in words(client.post(batch, follow=True))


def test_the_preview_says_which_closed_weeks_it_opens(client, hq, branch, zhou, city):
    client.force_login(hq)
    Period.objects.create(kind="close", unit=city, week=date(2026, 11, 23), due_at=NOW, done_at=NOW)
    preview = client.post("/relief/new/", {**RELIEF, "key": uuid4(), "units": [branch.code]})
    assert "已关账 1 周：1 人将重新核算" in words(preview)


def test_nobody_is_touched_on_a_weekend(client, hq, branch, zhou):
    client.force_login(hq)
    weekend = {**RELIEF, "first": "2026-11-28", "last": "2026-11-29", "key": uuid4(), "units": [branch.code]}
    assert "没有人受影响" in words(client.post("/relief/new/", weekend))


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"units": []}, "选至少一个单位"), ({"units": ["nowhere"]}, "nowhere"), ({"reason": ""}, "写明原因")],
)
def test_a_relief_that_lacks_something(client, hq, branch, changes, said):
    client.force_login(hq)
    answer = client.post("/relief/new/", {**RELIEF, "key": uuid4(), "units": [branch.code], **changes})
    assert answer.status_code == 422 and said in words(answer)
