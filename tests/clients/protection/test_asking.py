"""「这家单位报备了吗」: free, in the pool, or held and by which branch; nothing more, and not often."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.limits.models import Spent
from clients.prospects.models import Prospect
from clients.prospects.rules import USCC_ALPHABET, USCC_WEIGHTS
from org.posts import Post
from org.trace.models import Trace
from tests import factories as make
from tests.clients.protection.asking import Hand, page

TODAY = make.THURSDAY


@pytest.fixture(autouse=True)
def noon(clock_at):
    clock_at(make.at(TODAY, 12))


def answered(hand, name):
    """The answer alone, in words."""
    found = re.search(r'<div role="status">(.*?)</div>\s*</section>', page(hand.asks(name)), re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else None


def code_of(text):
    total = sum(USCC_ALPHABET.index(one) * weight for one, weight in zip(text, USCC_WEIGHTS, strict=False))
    return text + USCC_ALPHABET[-total % 31]


def test_the_three_answers(zhou, far, held, pooled):
    held(zhou, "宏达机械有限公司")
    pooled(zhou, "瑞丰食品有限公司")
    hand = Hand(far)
    assert answered(hand, "宏达机械有限公司") == "这家单位已有人报备 宏达机械有限公司：市南支公司 申请裁定"
    assert answered(hand, "瑞丰食品有限公司") == "这家单位在公海 瑞丰食品有限公司"
    assert answered(hand, "没有这家有限公司") == "这家单位还没有人报备 没有这家有限公司"


@pytest.mark.parametrize(
    "spelling", ["宏达机械（青岛）有限公司", "宏达 机械(青岛) 有限公司", "宏达机械﹙青岛﹚有限公司\u200b"]
)
def test_width_brackets_and_blanks_make_no_difference(zhou, far, held, spelling):
    held(zhou, "宏达机械(青岛)有限公司")
    assert "已有人报备" in answered(Hand(far), spelling)


def test_by_code_too(zhou, far, held):
    code = code_of("91370200MA3C12345")
    held(zhou, "宏达机械有限公司", uscc=code)
    assert "市南支公司" in answered(Hand(far), code.lower())
    assert "校验位不对" in page(Hand(far).asks(code[:-1] + ("A" if code[-1] != "A" else "B")))


@pytest.mark.parametrize(
    "part", ["宏达", "宏达机械", "机械有限公司", "%", "宏达%", "_达机械有限公司", "宏达机械有限公司青岛分公司"]
)
def test_a_part_finds_nothing(zhou, far, held, part):
    held(zhou, "宏达机械有限公司")
    assert "还没有人报备" in answered(Hand(far), part)


def test_no_household_is_asked_about(zhou, far, held):
    held(zhou, "张伟", kind=Prospect.Kind.HOUSEHOLD)
    assert "还没有人报备" in answered(Hand(far), "张伟")


def test_of_another_city_nothing_is_known(zhou, held):
    held(zhou, "宏达机械有限公司")
    city = make.city("3706", "烟台市公司")
    other = make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(city, "370602", "芝罘支公司")))
    assert "还没有人报备" in answered(Hand(other), "宏达机械有限公司")


def test_never_who_nor_until_when_nor_that_it_is_ones_own(zhou, far, held):
    held(zhou, "宏达机械有限公司", handler="张经理")
    said = page(Hand(far).asks("宏达机械有限公司"))
    assert not [one for one in (zhou.name, zhou.employee_no, "张经理", "2027") if one in said]
    assert answered(Hand(zhou), "宏达机械有限公司") == answered(Hand(far), "宏达机械有限公司")


def test_each_question_is_traced_and_the_day_has_a_limit(zhou, far, held):
    make.rules(protection={"asks_a_day": 3})
    held(zhou, "宏达机械有限公司")
    hand = Hand(far)
    for name in ("甲", "乙", "宏达机械有限公司"):
        assert hand.asks(name).status_code == 200
    asked = Trace.objects.filter(verb="ask_client", by=far).order_by("pk").values_list("changes", flat=True)
    assert [one["asked"] for one in asked] == ["甲", "乙", "宏达机械有限公司"]
    over = [hand.asks(name) for name in ("宏达机械有限公司", "丁")]  # the same, whatever the answer would be
    assert [one.status_code for one in over] == [422, 422]
    assert all("今天已查了 3 次" in page(one) and "市南" not in page(one) for one in over)
    assert "今天还能查 0 次" in page(hand.get("/clients/protection/"))


def test_tomorrow_there_are_new_ones(far, clock_at):
    make.rules(protection={"asks_a_day": 1})
    Hand(far).asks("甲")
    assert Hand(far).asks("乙").status_code == 422
    clock_at(make.at(TODAY + timedelta(days=1), 0, 0, 1))
    assert Hand(far).asks("乙").status_code == 200


def test_a_second_tap_is_the_same_question(far):
    body = {"key": "5b1b5b6e-0000-4000-8000-000000000001", "name": "甲"}
    first, second = (Hand(far).browser.post("/clients/protection/", body) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert Spent.objects.get(person=far, kind="ask").times == 1


def test_every_answer_costs_the_same_statements(zhou, far, held, pooled):
    held(zhou, "有人")
    pooled(zhou, "公海里")
    hand = Hand(far)
    hand.asks("暖身")
    counts = []
    for name in ("有人", "公海里", "没有"):
        with CaptureQueriesContext(connection) as counted:
            hand.asks(name)
        counts.append(len(counted))
    assert len(set(counts)) == 1 and counts[0] <= 20


def test_who_does_not_sell_may_not_ask(city, branch):
    for post in (Post.SYSTEM_ADMIN, Post.AUDITOR, Post.CLINICIAN):
        assert Hand(make.person(post, unit=city)).get("/clients/protection/").status_code == 403


def test_the_refusal_at_registration_says_the_same(zhou, far, held, pooled):
    held(zhou, "宏达机械有限公司")
    pooled(zhou, "瑞丰食品有限公司")
    hand = Hand(far)
    assert "「宏达机械有限公司」已有人报备（市南支公司），不能重复登记。" in page(
        hand.registers("宏达机械有限公司", TODAY)
    )
    said = page(hand.registers("瑞丰食品有限公司", TODAY))
    assert "「瑞丰食品有限公司」在公海，不能重复登记" in said and zhou.name not in said
