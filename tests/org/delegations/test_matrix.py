"""Every route as a delegate sees it: what the borrowed post opens, judged by the hand-typed table of posts."""

import logging

import pytest

from org.people.models import Person
from org.posts import Post
from tests import factories as make
from tests.permissions import oracle
from tests.permissions.asking import mismatches
from tests.permissions.routes import all_routes, share

PEERS = (Post.DEPARTMENT_MANAGER, Post.BRANCH_DEPUTY_GM, Post.GM_OFFICE, Post.CITY_DEPUTY_GM)
ABOVE = {
    Post.DEPARTMENT_MANAGER: Post.BRANCH_DEPUTY_GM,
    Post.BRANCH_DEPUTY_GM: Post.GM_OFFICE,
    Post.GM_OFFICE: Post.CITY_DEPUTY_GM,
    Post.CITY_DEPUTY_GM: Post.CITY_LEADER,
}
CELLS = [
    (lent, own, lender)
    for lent in PEERS
    for own in (lent, ABOVE[lent])
    for lender in ("somebody", "herself")
]  # fmt: skip


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.ERROR, "django.request")


class Delegate(oracle.Judge):
    """As his own posts say, and the borrowed one without what is about oneself; nothing about the one who lent it."""

    def __init__(self, world, asker, lent=None, lender=None):
        super().__init__(world, asker)
        self.own, self.lender = oracle.Judge(world, asker), lender
        self.held.append((lent, world.line.seat(lent)))

    def has(self, words):
        [*_own, (lent, _seat)] = self.held
        more = {word for word, letter in oracle.MAY[lent].items() if letter != "s"}
        return self.own.has(words) or bool(more & set(words))

    def expects(self, route, thing):
        expected = super().expects(route, thing)
        by_loan = (
            thing
            and thing.acts
            and thing.person
            and expected == oracle.OPEN
            and not self.own.covers(route.words, thing)
        )
        return oracle.REFUSED if by_loan and self.lender == self.world.her else expected


SAMPLE = [
    cell if n % 4 == n // 4 else pytest.param(*cell, marks=pytest.mark.long) for n, cell in enumerate(CELLS)
]  # each of the posts, lent in each way, once; all of them in `make faults`


@pytest.mark.parametrize(("lent", "own", "lender"), SAMPLE, ids=lambda value: str(value))
def test_every_route_answers_a_delegate(world, monkeypatch, rounds, lent, own, lender):
    """He sits in another branch of her city (above her for the post one level up) and borrows a post over her.

    Every eighth route in turn, of all of them in `make faults`.
    """
    seat = world.line.seat(lent)
    from_whom = world.her if lender == "herself" else make.person(lent, unit=seat, name="委托人")
    held = make.appoint(from_whom, lent, seat) if lender == "herself" else from_whom.appointments.get()
    where = world.lines["other branch"] if own == lent else world.line
    who = make.person(own, unit=where.seat(own), name="问的人")
    make.delegation(held, who)
    monkeypatch.setattr(
        "tests.permissions.asking.Judge", lambda world, asker: Delegate(world, asker, lent=lent, lender=from_whom)
    )
    routes = share(all_routes(), CELLS.index((lent, own, lender)), rounds(8, 1))
    assert mismatches(world, Person.objects.get(pk=who.pk), "delegate", routes) == []


def test_the_matrix_would_see_a_loan_that_gives_nothing(world, monkeypatch):
    """The control: without the delegation the pages of the manager stay shut."""
    who = make.person(Post.BRANCH_DEPUTY_GM, unit=world.line.branch, name="问的人")
    monkeypatch.setattr(
        "tests.permissions.asking.Judge",
        lambda world, asker: Delegate(world, asker, lent=Post.DEPARTMENT_MANAGER, lender=None),
    )
    assert mismatches(world, who, "delegate", share(all_routes(), 0, 3))
