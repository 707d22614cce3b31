"""A company that is taken: one's own is called one's own, of another's it is said which branch has it, never who."""

import pytest

from org.posts import Post
from org.workflow import Refused
from tests import factories as make


def refusal(person, **said):
    with pytest.raises(Refused) as refused:
        make.registration(person, **said)
    return str(refused.value)


def test_ones_own_is_called_ones_own(zhou):
    make.registration(zhou, name="青岛晨光幼儿园")
    assert refusal(zhou, name="青岛 晨光幼儿园") == "你已登记过这家单位：「青岛 晨光幼儿园」。"


def test_anothers_stays_anonymous(zhou, department):
    make.registration(zhou, name="青岛晨光幼儿园")
    other = make.person(Post.CLIENT_MANAGER, unit=department)
    make.registration(other, name="海尔路小学")
    assert refusal(other, name="青岛晨光幼儿园") == "「青岛晨光幼儿园」已有人报备（市南支公司），不能重复登记。"
