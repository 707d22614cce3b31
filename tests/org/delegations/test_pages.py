"""代理 on the page: given, held, ended early; the borrowed post in the menu; what was done in whose name."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from lxml import html

from activity.daily_log.as_read import fingerprint
from activity.daily_log.day import entries_of
from org.delegations.models import Delegation
from org.notices.models import Notice
from org.posts import Post
from tests import factories as make
from tests.factories import THURSDAY

DAY = timedelta(days=1)
PAGE = "/me/delegations/"


def text(answer):
    return " ".join(html.fromstring(answer.content).text_content().split())


def rows(answer):
    found = html.fromstring(answer.content).xpath("//li[@class='item']")
    return [" ".join(row.text_content().split()) for row in found]


def fields(held, who, **more):
    return {
        "key": uuid4(), "appointment": held.pk, "to": who.pk, "starts_on": THURSDAY, "ends_on": THURSDAY + 2 * DAY,
        "reason": "参加培训", **more,
    }  # fmt: skip


@pytest.fixture
def his_department(manager):
    return manager.appointments.select_related("unit", "person").get()


def test_he_chooses_among_those_who_may(client, deputy, peer, above, manager, hq, stranger):
    client.force_login(deputy)
    page = html.fromstring(client.get(PAGE).content)
    chosen = [one.text_content() for one in page.xpath("//select[@name='to']/option")]
    assert chosen == ["请选择", "钱进 · 市南支公司 总经理室", "郑刚 · 李沧支公司 分管总"]


def test_he_gives_and_takes_back_without_a_script(client, deputy, peer, post):
    client.force_login(deputy)
    given = client.post(PAGE + "give/", fields(post, peer), follow=True)
    assert given.redirect_chain == [(PAGE, 302)]
    assert "已请 郑刚 代理" in text(given) and rows(given) == [
        "郑刚 代理分管总 市南支公司 11月19日 – 11月21日 · 参加培训 代理中 结束代理"
    ]
    one = Delegation.objects.get()
    ended = client.post(reverse("delegation-end", args=[one.pk]), follow=True)
    assert "郑刚 的代理已结束" in text(ended) and "已提前结束" in text(ended)
    assert list(Notice.objects.filter(to=peer).values_list("kind", flat=True).order_by("kind")) == [
        "delegation_ends", "delegation_starts",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"to": ""}, "选一位代理人"),
        ({"to": "manager"}, "manager"),
        ({"reason": ""}, "写明为什么"),
        ({"ends_on": THURSDAY - DAY}, "止日在起日之前"),
        ({"starts_on": "x"}, "日期"),
        ({"ends_on": THURSDAY + 40 * DAY}, "最长到起日后 31 天"),
    ],
)
def test_what_is_wrong_is_said_and_kept(client, deputy, peer, post, manager, wrong, said):
    client.force_login(deputy)
    wrong = {name: manager.pk if value == "manager" else value for name, value in wrong.items()}
    answer = client.post(PAGE + "give/", fields(post, peer, **wrong))
    assert answer.status_code == 422 and not Delegation.objects.exists()
    assert said == "manager" or said in text(answer)
    if "reason" not in wrong:
        assert "参加培训" in answer.content.decode()


def test_a_post_that_is_not_his_is_refused(client, deputy, peer, post):
    client.force_login(peer)
    for appointment in (post.pk, "", "x"):
        answer = client.post(PAGE + "give/", fields(post, deputy, appointment=appointment), follow=True)
        assert "只能请人代理自己现任的" in text(answer) and not Delegation.objects.exists()


def test_the_delegate_sees_it_and_cannot_end_it(client, peer, post, stranger):
    one = make.delegation(post, peer, ends_on=THURSDAY + DAY)
    client.force_login(peer)
    assert rows(client.get(PAGE)) == ["代 赵敏：分管总 市南支公司 11月19日 – 11月20日 · 出差 代理中"]
    answer = client.post(reverse("delegation-end", args=[one.pk]), follow=True)
    assert "由委托人本人结束代理" in text(answer)
    client.force_login(stranger)
    assert client.post(reverse("delegation-end", args=[one.pk])).status_code == 404


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("deputy", "还没有请过代理"),
        ("zhou", "你的岗位不能请人代理"),
        ("deputy", "没有可以代理的人"),
        ("zhou", "没有人请你代理"),
    ],
)
def test_where_there_is_nothing_it_says_why(client, request, who, says):
    client.force_login(request.getfixturevalue(who))
    assert says in text(client.get(PAGE))


def test_the_menu_leads_there_for_those_whom_it_concerns(client, deputy, zhou):
    for who, leads in ((deputy, True), (zhou, False)):
        client.force_login(who)
        assert (PAGE in client.get("/me/").content.decode()) == leads


def switch(client, held):
    return client.post(reverse("switch-post"), {"post": held.pk})


def menu(client):
    return [link.route for link in client.get("/me/").context["navigation"].links]


def test_the_borrowed_post_stands_in_the_switcher_with_its_pages(client, deputy, his_department, zhou):
    log = make.submit(zhou, THURSDAY - DAY, when=make.at(THURSDAY - DAY, 18))
    client.force_login(deputy)
    assert client.get("/review/").status_code == 403
    assert switch(client, his_department).status_code == 404
    one = make.delegation(his_department, deputy)
    page = client.get("/me/")
    assert "代 陈立：团体部经理" in text(page)
    assert menu(client)[0] == "approvals"  # until he chooses, his own post is shown
    assert switch(client, his_department).url == "/review/"
    assert menu(client) == ["review", "itineraries", "unit", "inbox", "me"]
    for link in client.get("/me/").context["navigation"].links:
        assert client.get(link.address, follow=True).status_code == 200, link
    assert client.get(reverse("log", args=[log.pk])).status_code == 200
    Delegation.objects.filter(pk=one.pk).update(ended_at=make.at(THURSDAY, 9))
    assert client.get("/review/").status_code == 403
    assert menu(client)[0] == "approvals" and "代 陈立" not in text(client.get("/me/"))


def test_what_was_done_in_his_name_is_shown_to_him(client, manager, deputy, his_department, zhou):
    log = make.submit(zhou, THURSDAY - DAY, when=make.at(THURSDAY - DAY, 18))
    make.delegation(his_department, deputy)
    client.force_login(deputy)
    shown = fingerprint(log, entries_of(log, zhou.pk, log.day))
    answer = client.post(reverse("review-pass", args=[log.pk]), {"rating": 5, "comment": "好", "shown": shown})
    log.refresh_from_db()
    assert log.state == "passed" and log.reviewed_by == deputy, answer
    client.force_login(manager)
    assert "批阅通过赵敏 代 陈立11月19日 09:00" in rows(client.get(PAGE))
    client.force_login(deputy)
    assert "以我的名义办的" not in text(client.get(PAGE))


def test_a_delegated_post_asks_for_the_second_factor_that_it_needs(client, settings, deputy, his_department):
    settings.MFA_POSTS = [Post.DEPARTMENT_MANAGER]
    client.force_login(deputy)
    assert client.get("/me/").status_code == 200
    make.delegation(his_department, deputy)
    assert client.get("/me/").url == reverse("second-factor")


def test_many_cost_the_same(client, deputy, post, peer, above, city, django_assert_max_num_queries):
    client.force_login(deputy)
    for number in range(12):
        day = THURSDAY + number * DAY
        make.delegation(post, (peer, above)[number % 2], starts_on=day, ends_on=day)
        make.person(Post.BRANCH_DEPUTY_GM, unit=make.branch(city, f"3702{50 + number}", f"{number}支公司"))
    with django_assert_max_num_queries(13):
        assert client.get(PAGE).status_code == 200
