"""可能重复: nothing that he may merge is left out, and nothing that he may not merge takes its place."""

from datetime import timedelta

import pytest

from clients.merging import finding
from clients.merging.apart import tell_apart
from clients.merging.finding import mobile_of
from clients.merging.models import Distinct
from clients.prospects.models import Contact, Prospect
from org.posts import Post
from tests import factories as make
from tests.clients.merging.conftest import NOW
from tests.clients.merging.test_rules import SPELT
from tests.clients.protection.asking import Hand, page


@pytest.fixture
def far(city):
    return make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(city, "370204", "城阳支公司")))


def names(person):
    return {frozenset((one.first.name, one.second.name)) for one in finding.pairs(person, make.THURSDAY).pairs}


def test_what_he_may_not_merge_takes_the_place_of_nothing(zhou, li, hq, far, monkeypatch):
    """Headquarters decides between branches alone: what is twice in one branch is no pair there, however often."""
    monkeypatch.setattr(finding, "MOST", 2)
    for number in range(4):
        for who in (zhou, li):
            make.prospect(who, f"一{number}食品厂", phone="")
    make.prospect(zhou, "宏达机械", phone="")
    make.prospect(far, "宏达机械有限公司", phone="")
    assert names(hq) == {frozenset(("宏达机械", "宏达机械有限公司"))}
    assert "以上" not in page(Hand(hq).get("/clients/alike/"))


def test_beyond_what_is_shown_the_page_says_that_there_are_more(zhou, monkeypatch):
    monkeypatch.setattr(finding, "MOST", 2)
    for number in range(3):
        for kind in ("有限公司", "股份有限公司"):
            make.prospect(zhou, f"阿{number}食品厂{kind}", phone="")
    found = finding.pairs(zhou, make.THURSDAY)
    assert len(found.pairs) == 2 and found.more and "以上" in page(Hand(zhou).get("/clients/alike/"))


def test_of_three_alike_the_younger_two_are_a_pair_where_the_oldest_is_not_one_with_them(zhou, li, manager):
    """The oldest was told apart, or has another code, or is the reader's own, about which he does not decide."""
    old, second, third = (
        make.prospect(zhou, f"宏达机械{kind}", phone="", registered_on=make.LONG_AGO + timedelta(days=number))
        for number, kind in enumerate(("", "有限公司", "集团"))
    )
    for one in (second, third):
        tell_apart(old, one, by=zhou, at=NOW)
    assert names(zhou) == {frozenset((second.name, third.name))}
    Distinct.objects.all().delete()
    Prospect.objects.filter(pk=old.pk).update(owner=manager)
    assert names(zhou) == names(manager) == {frozenset((second.name, third.name))}
    Prospect.objects.filter(pk=old.pk).update(owner=li, uscc="913702001234567890")
    Prospect.objects.filter(pk=second.pk).update(uscc="91370200MA3C00001X")
    assert names(manager) == {frozenset((old.name, third.name))}


def test_a_mobile_number_is_one_for_all_who_compare_it(zhou):
    """In the list, beside a client, between two, and by the rule that joins their people."""
    left = make.prospect(zhou, "宏达机械", phone="+86 138-0000-0000")
    right = make.prospect(zhou, "瑞丰食品", phone="13800000000")
    make.prospect(zhou, "海天物流", phone="8579 1234")
    make.prospect(zhou, "金谷贸易", phone="8579-1234")
    assert names(zhou) == {frozenset((left.name, right.name))}
    for one, other in ((left, right), (right, left)):
        assert [{pair.first, pair.second} for pair in finding.partners(one, zhou, make.THURSDAY)] == [{left, right}]
        assert finding.are_alike(one, other, zhou, make.THURSDAY)
    rows = [Contact(prospect=left, name=f"联系人{number}", phone=phone) for number, phone in enumerate(SPELT)]
    Contact.objects.bulk_create(rows)
    told = Contact.objects.filter(pk__in=[one.pk for one in rows]).annotate(mobile=mobile_of("phone"))
    assert {one.phone: one.mobile or "" for one in told} == SPELT


def test_beside_a_client_those_told_apart_take_no_place(zhou, monkeypatch):
    monkeypatch.setattr(finding, "OFFERED", 1)
    left, apart, right = (make.prospect(zhou, f"宏达机械{kind}", phone="") for kind in ("", "有限公司", "集团"))
    tell_apart(left, apart, by=zhou, at=NOW)
    [pair] = finding.partners(left, zhou, make.THURSDAY)
    assert {pair.first, pair.second} == {left, right}
