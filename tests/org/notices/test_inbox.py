"""消息: mine only, newest first, in pages, read once."""

import pytest

from org.notices import actions
from org.notices.models import Notice
from tests import factories as make

AT = make.at(make.MONDAY, 9)


@pytest.fixture
def tell():
    def told(person, title="日志已批阅", link="/me/", **more):
        actions.post("test", to=person, at=AT, title=title, link=link, once=f"{title}{person.pk}", **more)
        return Notice.objects.get(to=person, title=title)

    return told


def test_an_empty_inbox_says_what_will_come(client, zhou):
    client.force_login(zhou)
    assert "没有消息" in client.get("/inbox/").content.decode()


def test_only_mine_are_listed(client, zhou, manager, tell):
    tell(zhou, "给周婷的")
    tell(manager, "给陈立的")
    client.force_login(zhou)
    page = client.get("/inbox/").content.decode()
    assert "给周婷的" in page
    assert "给陈立的" not in page
    assert "1 条未读" in page


def test_opening_one_reads_it_and_goes_there(client, zhou, tell):
    notice = tell(zhou)
    client.force_login(zhou)
    assert client.post(f"/inbox/{notice.pk}/").url == "/me/"
    notice.refresh_from_db()
    assert notice.read_at
    first = notice.read_at
    client.post(f"/inbox/{notice.pk}/")
    notice.refresh_from_db()
    assert notice.read_at == first


def test_somebody_elses_is_not_there(client, stranger, zhou, tell):
    notice = tell(zhou)
    client.force_login(stranger)
    assert client.post(f"/inbox/{notice.pk}/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example", ""])
def test_a_link_never_leads_away(client, zhou, tell, link):
    notice = tell(zhou, link=link)
    client.force_login(zhou)
    assert client.post(f"/inbox/{notice.pk}/").url == "/inbox/"


def test_all_are_read_at_once_but_not_other_peoples(client, zhou, manager, tell):
    tell(zhou, "一")
    tell(zhou, "二")
    other = tell(manager, "三")
    client.force_login(zhou)
    client.post("/inbox/read/")
    assert not Notice.objects.visible_to(zhou).unread().exists()
    other.refresh_from_db()
    assert other.read_at is None


def test_fifty_a_page_in_a_constant_number_of_queries(client, zhou, tell, django_assert_max_num_queries):
    for number in range(51):
        tell(zhou, f"第 {number:02} 条")
    client.force_login(zhou)
    with django_assert_max_num_queries(8):
        page = client.get("/inbox/").content.decode()
    assert page.count('class="item"') == 50
    assert "共 51 条，第 1 / 2 页" in page
    assert client.get("/inbox/?page=2").content.decode().count('class="item"') == 1
    assert client.get("/inbox/?page=999").status_code == 200


def shown(client, who):
    page = client.get(f"/inbox/?show={who}").content.decode()
    return {title for title in ("请补交", "请修改", "日志已批阅") if f'class="t">{title}' in page}


@pytest.fixture
def three(client, zhou):
    """Two that ask for something, one of them read, and one that tells."""
    for kind, title in (("log_missing", "请补交"), ("log_returned", "请修改"), ("log_passed", "日志已批阅")):
        actions.post(kind, to=zhou, at=AT, title=title, once=title)
    Notice.objects.filter(title="请修改").update(read_at=AT)
    client.force_login(zhou)
    return client


@pytest.mark.parametrize(
    ("who", "titles"),
    [
        ("", {"请补交", "请修改", "日志已批阅"}),
        ("unread", {"请补交", "日志已批阅"}),
        ("asking", {"请补交", "请修改"}),
        ("telling", {"日志已批阅"}),
        ("nonsense", {"请补交", "请修改", "日志已批阅"}),
    ],
)
def test_what_asks_and_what_tells_are_apart(three, who, titles):
    assert shown(three, who) == titles


def test_each_group_says_how_many_are_unread(three):
    page = three.get("/inbox/").content.decode()
    for label, count in (("全部", 2), ("未读", 2), ("待办", 1), ("通知", 1)):
        assert f"{label} <b>{count}</b>" in page, label
    assert '<span class="count">2</span>' in page  # beside 消息 in the menu
    three.post("/inbox/read/")
    page = three.get("/inbox/").content.decode()
    assert "<b>" not in page.split("消息分类")[1].split("</nav>")[0] and 'class="count"' not in page


def test_an_empty_group_leads_back_to_all(three):
    three.post("/inbox/read/")
    page = three.get("/inbox/?show=unread").content.decode()
    assert "没有「未读」的消息" in page and "看全部" in page


def test_the_next_page_stays_in_the_group(three, zhou):
    for number in range(60):
        actions.post("rollup", to=zhou, at=AT, title=f"第 {number:02} 条", once=str(number))
    assert 'href="?show=telling&amp;page=2"' in three.get("/inbox/?show=telling").content.decode()
