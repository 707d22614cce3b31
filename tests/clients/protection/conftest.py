"""Clients whose protection runs from a known day, and the round that looks after them."""

from datetime import timedelta

import pytest

from clients.prospects.models import Prospect
from clients.protection.releasing import release_due
from org.periods.due import Sweep
from org.posts import Post
from tests import factories as make

START = make.MONDAY  # registered on that day
ENDS = START + timedelta(days=90)  # the last protected day
WARNS = ENDS - timedelta(days=7)


@pytest.fixture
def li(department):
    """李强, a colleague of 周婷."""
    return make.person(Post.CLIENT_MANAGER, unit=department, name="李强")


@pytest.fixture
def far(city):
    """A client manager of another branch."""
    branch = make.branch(city, "370204", "城阳支公司")
    return make.person(Post.CLIENT_MANAGER, unit=make.department(branch), name="远方")


@pytest.fixture
def held():
    def holding(owner, name="宏达机械有限公司", *, on=START, **more):
        made = make.prospect(owner, name, **more)
        Prospect.objects.filter(pk=made.pk).update(registered_on=on, created_at=make.at(on))
        made.refresh_from_db()
        return made

    return holding


@pytest.fixture
def pooled(held):
    """A client that its owner let go on a day."""

    def letting(owner, name="宏达机械有限公司", *, on=make.THURSDAY, **more):
        made = held(owner, name, **more)
        made.releases.create(person=owner, at=make.at(on), protected_until=on - timedelta(days=1))
        Prospect.objects.filter(pk=made.pk).update(released_at=make.at(on))
        made.refresh_from_db()
        return made

    return letting


@pytest.fixture
def sweep(clock_at):
    """One round on a day, as `run_due` rings it."""

    def round_on(day, hour=3):
        clock_at(make.at(day, hour))
        release_due(Sweep(make.at(day, hour)))

    return round_on
