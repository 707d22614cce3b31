"""Who on two cards is one person, however the cards are turned, and how a mobile number is read."""

from itertools import permutations

from clients.merging.rules import Known, Like, mobile, paired, twins


def people(card, *lines):
    """(name, phone), as they are written."""
    return [
        Known(f"{card}{number}", name, name.replace(" ", ""), mobile(phone), quiet=name.endswith("!"))
        for number, (name, phone) in enumerate(lines)
    ]


def pairs(left, right):
    """However the rows are ordered and whichever card stays; (left, right) of who is one."""
    told = set()
    for one in permutations(left):
        for other in permutations(right):
            told.add(frozenset((kept, gone) for gone, kept in twins(one, other).items()))
            told.add(frozenset((gone, kept) for gone, kept in twins(other, one).items()))
    [found] = told
    return set(found)


HIS, HERS = "138 1234 5521", "139 0000 1111"


def test_nobody_is_one_with_another_by_what_two_of_a_card_share():
    """张三 and 李四 answer one phone of the office: whose the number on the other card is nobody knows."""
    assert pairs(people("a", ("张三", HIS), ("李四", HIS)), people("b", ("王五", HIS))) == set()
    assert pairs(people("a", ("张三", HIS), ("李四", HERS)), people("b", ("王五", HIS))) == {("a0", "b0")}
    assert pairs(people("a", ("张三", HIS)), people("b", ("张三", HIS), ("李四", HIS))) == {("a0", "b0")}
    assert pairs(people("a", ("张三", "")), people("b", ("李四", ""))) == set()


def test_of_two_spellings_on_a_card_only_the_very_same_is_one():
    two = (("张三", HIS), ("张 三", HERS))
    assert pairs(people("a", *two), people("b", ("张三", ""))) == {("a0", "b0")}  # a card has a name once
    assert pairs(people("a", *two), people("b", (" 张三", ""))) == set()
    assert pairs(people("a", ("张三", "")), people("b", ("张 三", ""))) == {("a0", "b0")}


def test_who_asked_not_to_be_disturbed_is_known_by_the_name_alone():
    assert pairs(people("a", ("张三", HIS)), people("b", ("李四!", HIS))) == set()
    assert pairs(people("a", ("张三!", HIS)), people("b", ("张三!", HIS))) == {("a0", "b0")}


SPELT = {
    "13800000000": "13800000000", "+86 138-0000-0000": "13800000000", "0086 13800000000": "13800000000",
    "(86)13800000000": "13800000000", "013800000000": "13800000000", "": "", "8579 1234": "", "0532-8579 1234": "",
    "010-8579 1234": "", "0531-1234567-8901": "", "1380000": "", "23800000000": "", "１３８００００００００": "",
}  # fmt: skip


def test_a_mobile_number_is_one_however_it_is_written():
    assert {one: mobile(one) for one in SPELT} == SPELT


LIKE = (("old", "X", "北"), ("second", "", "南"), ("third", "Y", "北"), ("fourth", "", "北"))


def test_each_of_a_group_is_paired_with_the_first_that_it_may_be_one_with():
    """The oldest was told apart from the second, and the third has another code: the younger are still compared."""
    old, second, third, fourth = (Like(one, code, branch) for one, code, branch in LIKE)
    group, apart = [old, second, third, fourth], {frozenset(("old", "second"))}
    assert set(paired(group, apart)) == {("old", "fourth"), ("second", "third")}
    assert set(paired(group, set(), between=True)) == {("old", "second"), ("second", "third"), ("second", "fourth")}
    assert set(paired([old, old], set())) == set()
