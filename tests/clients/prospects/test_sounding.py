"""What a client is found by: parts of its name in Chinese, how it is read, initials, people and tails of numbers."""

import pytest

from clients.prospects.rules import normalised
from clients.prospects.sounding import asked, of_company, of_people, sorted_by

COMPANY = "青岛单记食品（abc12）有限公司"
CODE = "91370213MH5NGAEKEM"


def found(typed, words, *, in_people=False):
    wanted = asked(normalised(typed))
    return ((in_people and wanted.tail) or wanted.pattern) in words


@pytest.mark.parametrize(
    "typed",
    ["青岛单记", "单", "记食", "shan", "qingdao", "danji", "shanji", "qdsj", "qddj", "qd", "sjsp", "ABC12", "abc",
     "(abc12)", "91370213", "mh5n"],
)  # fmt: skip
def test_a_company_is_found_by(typed):
    assert found(typed, of_company(normalised(COMPANY), CODE))


@pytest.mark.parametrize("typed", ["上海", "shanghai", "dj", "370"[:2], "5521"])
def test_and_not_by(typed):
    assert not found(typed, of_company(normalised(COMPANY), CODE))


@pytest.mark.parametrize(
    "typed",
    ["单晓明", "shan", "shanxiaoming", "sxm", "danxiaoming", "5521", "13812345521", "1234-5521", "yuchi", "重庆"],
)
def test_a_person_is_found_by(typed):
    words = of_people([("单晓明", "138 1234-5521"), ("尉迟恭", ""), ("重庆", "")])
    assert found(typed, words, in_people=True)


@pytest.mark.parametrize("typed", ["1234", "1381", "0000"])
def test_a_number_is_found_by_its_tail_alone(typed):
    assert not found(typed, of_people([("单晓明", "138 1234-5521")]), in_people=True)


def test_a_list_sorts_people_by_their_surname_and_companies_as_they_are_read():
    assert sorted_by("单晓明", is_person=True) == "shanxiaoming"
    assert sorted_by("重庆长安", is_person=False) == "chongqingchangan"


def test_any_part_of_a_name_in_chinese_is_found():
    """The first word is spelt character by character: whatever is cut out of the name is spelt alike."""
    for name in (COMPANY, "重庆长安乐陵银行", "中国朴单曾a股份第12中学"):
        key = normalised(name)
        words = of_company(key, "")
        for start in range(len(key)):
            for end in range(start + 1, len(key) + 1):
                part = key[start:end]
                if asked(part).exact:
                    assert found(part, words), part
