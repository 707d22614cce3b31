"""赵敏, 分管总 of 市南, goes away; 郑刚 of 李沧 has the same post."""

import pytest

from org.posts import Post
from tests import factories as make


@pytest.fixture(autouse=True)
def thursday(clock_at):
    clock_at(make.at(make.THURSDAY, 9))


@pytest.fixture
def next_branch(city):
    return make.branch(city, "370205", "李沧支公司")


@pytest.fixture
def peer(next_branch):
    return make.person(Post.BRANCH_DEPUTY_GM, unit=next_branch, name="郑刚")


@pytest.fixture
def post(deputy):
    """What 赵敏 lends."""
    return deputy.appointments.select_related("unit", "person").get()


@pytest.fixture
def above(branch):
    """钱进, 总经理室 of the branch, one level up."""
    return make.person(Post.GM_OFFICE, unit=branch, name="钱进")
