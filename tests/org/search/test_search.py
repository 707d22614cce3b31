"""搜索: what is within reach is found by name, number, code and pinyin; what is not is not there (issue 4)."""

import logging
import re

import pytest

from org.permissions import GRANTS
from org.posts import Post
from org.search.kinds import KINDS
from tests import factories as make

QUERIES = 6


@pytest.fixture
def find(client, clock_at, zhou):
    def finding(text, who=zhou, **more):
        clock_at(make.at(make.THURSDAY, 14))
        client.force_login(who)
        answer = client.get("/search/", {"q": text, **more})
        assert answer.status_code == 200
        return answer.content.decode()

    return finding


def hits(html):
    """(title, address) of every hit."""
    found = re.findall(r'class="find-hit" href="([^"]+)".*?class="t">(.*?)</span>', html, re.S)
    return {title: address for address, title in found}


@pytest.fixture
def named(zhou):
    """As the roster's import writes it."""
    type(zhou).objects.filter(pk=zhou.pk).update(pinyin="zhouting", initials="zt", employee_no="E31007")
    zhou.refresh_from_db()
    return zhou


@pytest.mark.parametrize("text", ["周", "周婷", "zt", "zhou", "E31007", "e310", " 周婷 "])
def test_a_person_is_found_by_name_pinyin_initials_and_number(find, named, manager, text):
    assert "周婷" in hits(find(text, manager))


@pytest.mark.parametrize("text", ["市南", "370202", "3702", "snzgs", "SHINAN"])
def test_a_unit_is_found_by_name_code_and_initials(find, deputy, text):
    assert hits(find(text, deputy))["市南支公司"] == "/units/370202/"


@pytest.mark.parametrize("text", ["宏达", "宏达机械", "(青岛)", "（青岛）", "913702"])
def test_a_client_is_found_by_name_and_code(find, zhou, text):
    make.prospect(zhou, "宏达机械（青岛）有限公司", uscc="91370200000000001X")
    assert "宏达机械（青岛）有限公司" in hits(find(text))


def test_every_hit_opens(find, client, city, branch, department, zhou, manager, deputy, hq):
    make.prospect(zhou, "周记食品")
    readers = [zhou, manager, deputy, hq]
    readers += [
        make.person(post, unit=make.home_of(post, department), name=f"周{post.label}")
        for post in (Post.AUDITOR, Post.SYSTEM_ADMIN, Post.BRANCH_CLERK, Post.GM_OFFICE, Post.TEAM_LEADER)
    ]
    for reader in readers:
        found = {**hits(find("周", reader)), **hits(find("公司", reader)), **hits(find("团体部", reader))}
        assert found, reader
        for address in found.values():
            assert client.get(address, follow=True).status_code == 200, (reader, address)


def test_what_is_out_of_reach_is_not_found(find, zhou, stranger):
    make.prospect(stranger, "宏达机械有限公司")
    own = make.prospect(zhou, "宏达食品")
    assert list(hits(find("宏达"))) == [own.name]
    assert hits(find("生人")) == {} == hits(find("370203"))
    said = find("生人")
    assert "没有找到「生人」" in said and "你看不到的人、单位和客户，这里也找不到" in said
    assert "姓名、拼音首字母或工号" in said


def test_a_contact_is_nowhere_in_what_is_found(find, zhou, hq):
    make.prospect(zhou, "宏达机械", handler="张经理")
    html = find("宏达", hq)
    assert "宏达机械" in hits(html) and "张经理" not in html and "138" not in html
    assert hits(find("张经理", hq)) == {} == hits(find("13812345521", hq))


@pytest.mark.parametrize("post", Post)
def test_a_kind_is_offered_to_whom_one_of_its_words_is_given(find, department, post):
    html = find("没有这样的", make.person(post, unit=make.home_of(post, department)))
    for kind in KINDS.values():
        assert (f"{kind.label}按" in html) == bool(set(kind.words) & set(GRANTS[post])), kind.name
    if not any(set(kind.words) & set(GRANTS[post]) for kind in KINDS.values()):
        assert "你的岗位没有可以搜索的内容" in html


def test_eight_of_a_kind_and_the_rest_behind_more(find, zhou):
    for number in range(60):
        make.prospect(zhou, f"客户{number:02}")
    html = find("客户")
    assert len(hits(html)) == 8 and "?q=%E5%AE%A2%E6%88%B7&amp;in=prospects" in html
    one = find("客户", **{"in": "prospects"})
    assert len(hits(one)) == 50 and "共 60 条" in one
    assert len(hits(find("客户", **{"in": "prospects", "page": 2}))) == 10
    assert "更多" not in find("客户0", **{"in": "prospects"})


def test_a_fragment_for_the_box_and_a_page_without_a_script(find, client, zhou):
    make.prospect(zhou, "宏达机械")
    assert "<html" in find("宏达")
    fragment = client.get("/search/", {"q": "宏达"}, HTTP_HX_REQUEST="true").content.decode()
    assert "宏达机械" in hits(fragment) and "<html" not in fragment
    assert 'role="search"' in find("") and "没有找到" not in find("")


@pytest.mark.parametrize("text", ["x" * 41, "a\x00b", "%", "_", "'", "\\", "<b>", "\u202e"])
def test_odd_words_end_in_a_page(find, zhou, text):
    make.prospect(zhou, "宏达机械")
    html = find(text)
    assert hits(html) == {} and "<b>" not in html.split("<main")[1].replace("</b>", "").split("data-hits")[1]


@pytest.mark.parametrize("size", [2, 40])
def test_six_queries_whatever_is_found(client, clock_at, department, zhou, deputy, django_assert_max_num_queries, size):
    for number in range(size):
        make.prospect(zhou, f"支公司客户{number:02}")
        make.person(Post.CLIENT_MANAGER, unit=department, name=f"支公司{number}")
    clock_at(make.at(make.THURSDAY, 14))
    client.force_login(deputy)
    with django_assert_max_num_queries(100) as frame:
        client.get("/search/")
    with django_assert_max_num_queries(len(frame) + QUERIES):
        answer = client.get("/search/", {"q": "支公司"})
    assert len(hits(answer.content.decode())) == 2 * min(size, 8) + 1


def test_what_was_typed_is_kept_in_no_log(find, caplog, zhou):
    caplog.set_level(logging.INFO)
    logging.getLogger("django.request").setLevel(logging.DEBUG)
    find("绝密客户")
    assert "绝密客户" not in caplog.text
