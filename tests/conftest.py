"""The cast of every story: one branch of one city, and a stranger."""

import logging

import pytest
from lxml import html

from org import clock
from org.posts import Post
from tests import factories as make


@pytest.fixture
def city(db):
    return make.city()


@pytest.fixture
def branch(city):
    return make.branch(city, "370202", "市南支公司")


@pytest.fixture
def department(branch):
    return make.department(branch)


@pytest.fixture
def zhou(department):
    """周婷, a client manager."""
    return make.person(Post.CLIENT_MANAGER, unit=department, name="周婷")


@pytest.fixture
def manager(department):
    """陈立, her department manager."""
    return make.person(Post.DEPARTMENT_MANAGER, unit=department, name="陈立")


@pytest.fixture
def deputy(branch):
    """赵敏, the deputy GM of the branch."""
    return make.person(Post.BRANCH_DEPUTY_GM, unit=branch, name="赵敏")


@pytest.fixture
def hq(city):
    """袁欣, of the city's group department."""
    return make.person(Post.HQ_STAFF, unit=city, name="袁欣")


@pytest.fixture
def stranger(city):
    """A department manager of another branch, about whom every permission test asks."""
    return make.person(
        Post.DEPARTMENT_MANAGER, unit=make.department(make.branch(city, "370203", "市北支公司")), name="生人"
    )


@pytest.fixture
def clock_at(db):
    """Move the one clock: `clock_at(make.at(day, 12))`; it is back afterwards with the transaction."""

    def move(instant):
        clock.shift_clock(to=instant)

    return move


@pytest.fixture
def seen(client):
    """The page of a person as a tree; `seen(hq, "/report/")`."""

    def look(who, address, status=200):
        client.force_login(who)
        answer = client.get(address)
        assert answer.status_code == status, (address, answer.status_code)
        return html.fromstring(answer.content.decode())

    return look


@pytest.fixture(autouse=True)
def no_errors_logged(caplog):
    """Any ERROR in a log fails the test that caused it."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, [record.getMessage() for record in errors]
