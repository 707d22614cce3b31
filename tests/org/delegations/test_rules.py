"""Who may stand in for whom: a table over all sixteen posts, typed by hand."""

from datetime import date, timedelta

import pytest

from org.delegations.rules import DELEGABLE, STANDING_IN, Seat, dates_refused, may_stand_in
from org.posts import Post

CITY, OTHER_CITY = "0000100001", "0000100002"
BRANCH, OTHER_BRANCH, FAR_BRANCH = f"{CITY}00001", f"{CITY}00002", f"{OTHER_CITY}00001"
DEPARTMENT, OTHER_DEPARTMENT, FAR_DEPARTMENT = f"{BRANCH}00001", f"{OTHER_BRANCH}00001", f"{FAR_BRANCH}00001"
IN_CITY = {
    Post.HQ_STAFF, Post.CITY_DEPUTY_GM, Post.CITY_LEADER, Post.RULE_ADMIN, Post.SYSTEM_ADMIN, Post.AUDITOR,
    Post.HEALTH_COORDINATOR, Post.CLINICIAN, Post.HEALTH_EXPERT,
}  # fmt: skip
IN_BRANCH = {Post.BRANCH_DEPUTY_GM, Post.GM_OFFICE, Post.BRANCH_CLERK}
# Whose post -> who may act for him: in his own line of units, in another branch of the city, in another city.
MAY = {
    Post.DEPARTMENT_MANAGER: ({Post.DEPARTMENT_MANAGER, Post.BRANCH_DEPUTY_GM}, {Post.DEPARTMENT_MANAGER}),
    Post.BRANCH_DEPUTY_GM: ({Post.BRANCH_DEPUTY_GM, Post.GM_OFFICE}, {Post.BRANCH_DEPUTY_GM}),
    Post.GM_OFFICE: ({Post.GM_OFFICE, Post.CITY_DEPUTY_GM}, {Post.GM_OFFICE, Post.CITY_DEPUTY_GM}),
    Post.CITY_DEPUTY_GM: ({Post.CITY_DEPUTY_GM, Post.CITY_LEADER}, {Post.CITY_DEPUTY_GM, Post.CITY_LEADER}),
}
THURSDAY = date(2026, 11, 19)


def seat(post, city, branch, department):
    return Seat(post, city if post in IN_CITY else branch if post in IN_BRANCH else department)


OWN_LINE = (CITY, BRANCH, DEPARTMENT)
OTHERS = (CITY, OTHER_BRANCH, OTHER_DEPARTMENT)
FAR = (OTHER_CITY, FAR_BRANCH, FAR_DEPARTMENT)


def who_may(lent, where):
    mine = seat(lent, *OWN_LINE)
    return {post for post in Post if may_stand_in(seat(post, *where), for_=mine)}


@pytest.mark.parametrize("lent", Post)
def test_who_may_act_for_each_of_the_sixteen_posts(lent):
    own, others = MAY.get(lent, (set(), set()))
    assert who_may(lent, OWN_LINE) == own
    assert who_may(lent, OTHERS) == others
    assert who_may(lent, FAR) == set()


def test_the_manager_above_is_the_one_of_the_own_branch():
    manager = Seat(Post.DEPARTMENT_MANAGER, DEPARTMENT)
    assert may_stand_in(Seat(Post.BRANCH_DEPUTY_GM, BRANCH), for_=manager)
    assert not may_stand_in(Seat(Post.BRANCH_DEPUTY_GM, OTHER_BRANCH), for_=manager)
    assert not may_stand_in(Seat(Post.GM_OFFICE, BRANCH), for_=manager)  # two levels up


def test_the_posts_that_lend_and_those_that_borrow():
    assert set(MAY) == DELEGABLE
    assert DELEGABLE | {Post.CITY_LEADER} == STANDING_IN


@pytest.mark.parametrize(
    ("starts", "ends", "held_until", "why"),
    [
        (0, 0, None, ""),
        (0, 31, None, ""),
        (0, 32, None, "long"),
        (5, 36, None, ""),
        (-1, 3, None, "past"),
        (3, 2, None, "order"),
        (0, 5, 5, ""),
        (0, 5, 4, "post"),
    ],
)
def test_the_days_that_may_be_delegated(starts, ends, held_until, why):
    days = [None if n is None else THURSDAY + timedelta(days=n) for n in (starts, ends, held_until)]
    assert dates_refused(days[0], days[1], today=THURSDAY, held_until=days[2]) == why
