"""The list: filters and order in the address, whose, views of one's own."""

from datetime import timedelta

import pytest

from clients.prospects.models import Prospect, SavedView
from org.posts import Post
from tests import factories as make

THURSDAY = make.THURSDAY


@pytest.fixture
def page(client, clock_at):
    def look(who, query="", status=200):
        clock_at(make.at(THURSDAY, 14))
        client.force_login(who)
        answer = client.get(f"/clients/{query}")
        assert answer.status_code == status
        return answer

    return look


def names(answer):
    return [one.name for one in answer.context["page"]]


@pytest.fixture
def three(zhou):
    make.prospect(
        zhou, "云帆物流", grade="A", status="proposal", source="referral", expected_premium="90000",
        cover_expires_on=THURSDAY + timedelta(days=20), next_action_on=THURSDAY, next_action="送方案",
    )  # fmt: skip
    make.prospect(zhou, "单晓明家庭", kind="household", grade="B", registered_on=THURSDAY)
    make.prospect(zhou, "阿里山茶业", cover_expires_on=THURSDAY + timedelta(days=80), expected_premium="100000")
    make.visit(zhou, client="阿里山茶业", contact="张经理")
    make.call(zhou, client="云帆物流", day=THURSDAY - timedelta(days=20), when=make.at(THURSDAY - timedelta(days=20)))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["阿里山茶业", "单晓明家庭", "云帆物流"]),  # by pinyin: ali, shan, yun
        ("?status=proposal", ["云帆物流"]),
        ("?grade=A", ["云帆物流"]),
        ("?source=referral", ["云帆物流"]),
        ("?kind=household", ["单晓明家庭"]),
        ("?expiring=30", ["云帆物流"]),
        ("?expiring=90", ["阿里山茶业", "云帆物流"]),
        ("?quiet=14", ["单晓明家庭", "云帆物流"]),
        ("?quiet=30", ["单晓明家庭"]),
        ("?q=shan", ["阿里山茶业", "单晓明家庭"]),
        ("?q=shanxm", []),
        ("?q=sxm", ["单晓明家庭"]),
        ("?sort=premium", ["阿里山茶业", "云帆物流", "单晓明家庭"]),
        ("?sort=expiry", ["云帆物流", "阿里山茶业", "单晓明家庭"]),
        ("?sort=next", ["云帆物流", "阿里山茶业", "单晓明家庭"]),
        ("?sort=newest&grade=B", ["单晓明家庭"]),
        ("?owner=周婷&grade=A", ["云帆物流"]),
        ("?owner=别人", []),
        ("?status=nonsense&grade=Z&sort=x&expiring=7x&unit=nowhere&q=%00", ["阿里山茶业", "单晓明家庭", "云帆物流"]),
    ],
)
def test_the_address_says_which_and_in_what_order(page, zhou, three, query, found):
    assert names(page(zhou, query)) == found


def test_states_are_counted_of_what_the_other_filters_leave(page, zhou, three):
    answer = page(zhou, "?kind=organisation&status=proposal")
    counts = {word: count for word, _name, count in answer.context["listed"].states if count}
    assert counts == {"new": 1, "proposal": 1} and answer.context["page"].paginator.count == 1


def test_mine_team_and_branch_as_far_as_he_may_read(page, zhou, manager, hq, three, branch, department):
    other = make.person(Post.CLIENT_MANAGER, unit=make.department(branch, "370202S"))
    make.prospect(other, "别的部门客户")
    make.prospect(manager, "经理自己的客户", unit=department)
    words = [tab.word for tab in page(manager).context["tabs"]]
    assert words == ["mine", "team", "branch", "all"]
    assert len(names(page(manager, "?scope=branch"))) == len(names(page(manager))) == 5
    assert "别的部门客户" not in names(page(manager, "?scope=team")) and len(names(page(manager, "?scope=team"))) == 4
    assert names(page(manager, "?scope=mine")) == ["经理自己的客户"]
    assert page(zhou).context["tabs"] == [] == page(hq).context["tabs"]
    assert names(page(zhou, "?scope=branch")) == names(page(zhou))
    assert names(page(hq, f"?unit={department.code}&grade=A")) == ["云帆物流"]


def test_a_view_is_kept_preferred_and_dropped(page, client, zhou, manager, three):
    page(zhou)
    answer = client.post("/clients/views/", {"name": "A 类", "query": "grade=A&page=2&evil=1", "is_default": "on"})
    assert answer.url == "/clients/?grade=A"
    view = SavedView.objects.get()
    assert page(zhou, status=302).url == "/clients/?grade=A"
    assert len(names(page(zhou, "?show=all"))) == 3 and "A 类" in page(zhou, "?show=all").content.decode()
    page(manager)
    for verb in ("drop", "prefer"):
        assert client.post(f"/clients/views/{view.pk}/{verb}/").status_code == 404
    page(zhou, "?show=all")
    client.post("/clients/views/", {"name": "A 类", "query": "grade=B"})
    assert SavedView.objects.get().query == "grade=B" and not SavedView.objects.get().is_default
    client.post(f"/clients/views/{view.pk}/prefer/")
    assert page(zhou, status=302).url == "/clients/?grade=B"
    client.post(f"/clients/views/{view.pk}/drop/")
    assert not SavedView.objects.exists()
    assert client.post("/clients/views/", {"name": "", "query": "grade=A"}).status_code == 422


@pytest.mark.parametrize("query", ["q=" + "机" * 90, "q=" + "%E6%9C%BA" * 90], ids=["plain", "encoded"])
def test_a_question_too_long_for_a_view_is_answered_with_a_sentence(page, client, zhou, query):
    page(zhou)
    answer = client.post("/clients/views/", {"name": "机器", "query": query}, follow=True)
    assert answer.status_code == 200 and "筛选条件太长，存不成视图" in answer.content.decode()
    assert "机" * 90 in answer.content.decode()  # as it was asked
    assert not SavedView.objects.exists()


def test_a_household_is_a_prospect_too(page, zhou, three):
    assert "家庭" in page(zhou, "?kind=household").content.decode()
    pk = Prospect.objects.get(kind="household").pk
    assert "统一社会信用代码" not in page(zhou, f"{pk}/").content.decode()
