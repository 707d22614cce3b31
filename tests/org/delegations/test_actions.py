"""Giving a post and taking it back: who, to whom, for how long, told to whom, once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from org.delegations import actions
from org.delegations.models import Delegation
from org.notices.models import Notice
from org.people.models import Person
from org.periods.due import Sweep
from org.posts import Post
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.factories import THURSDAY, at

DAY = timedelta(days=1)
NINE = at(THURSDAY, 9)


def give(held, to, *, first=THURSDAY, last=THURSDAY, by=None, when=NINE, key=None, reason="出差"):
    by = Person.objects.get(pk=(by or held.person).pk)
    key = key or uuid4()
    return actions.give(held, to=to, starts_on=first, ends_on=last, reason=reason, by=by, at=when, key=key)


def told(person):
    return list(Notice.objects.filter(to=person).order_by("at", "kind").values_list("kind", flat=True))


def test_the_delegate_is_told_and_it_is_written_down(post, deputy, peer):
    made = give(post, peer, last=THURSDAY + 3 * DAY)
    assert (made.delegator, made.delegate, made.reason) == (deputy, peer, "出差")
    assert made.signed == str(made) == "郑刚 代 赵敏"
    note = Notice.objects.get(to=peer)
    assert note.title == "从今天到 11月22日 你代理 赵敏 的 市南支公司 分管总" and note.link == "/me/delegations/"
    line = Trace.objects.get(verb="delegate")
    assert line.by == deputy and line.changes == {"to": peer.employee_no, "post": "branch_deputy_gm"}


REFUSED = {
    "for another": ({"by": "peer"}, "只能请人代理自己"),
    "to himself": ({"to": "deputy"}, "不能请自己"),
    "to one below": ({"to": "manager"}, "全市同岗位"),
    "to one of another city": ({"to": "far"}, "全市同岗位"),
    "to one who left": ({"to": "gone"}, "全市同岗位"),
    "from yesterday": ({"first": THURSDAY - DAY}, "不能倒签"),
    "ending before it starts": ({"first": THURSDAY + 2 * DAY, "last": THURSDAY + DAY}, "止日在起日之前"),
    "for 32 days": ({"last": THURSDAY + 32 * DAY}, "最长到起日后 31 天"),
    "without a reason": ({"reason": "  "}, "为什么"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused(post, peer, deputy, manager, what):
    far = make.person(Post.BRANCH_DEPUTY_GM, unit=make.branch(make.city("3706", "烟台市公司"), "370602"))
    gone = make.person(Post.BRANCH_DEPUTY_GM, unit=peer.appointments.get().unit, left_on=THURSDAY - DAY)
    people = {"peer": peer, "deputy": deputy, "manager": manager, "far": far, "gone": gone}
    given, sentence = REFUSED[what]
    given = {name: people.get(value, value) for name, value in given.items()}
    with pytest.raises(Refused, match=sentence):
        give(post, **{"to": peer, **given})
    assert not Delegation.objects.exists() and not Notice.objects.exists()


@pytest.mark.parametrize("held", sorted(set(Post) - {
    Post.DEPARTMENT_MANAGER, Post.BRANCH_DEPUTY_GM, Post.GM_OFFICE, Post.CITY_DEPUTY_GM
}))  # fmt: skip
def test_posts_that_approve_nothing_are_not_lent(department, held):
    home = make.home_of(held, department)
    one, other = (make.person(held, unit=home) for _ in range(2))
    with pytest.raises(Refused, match="有审批权的岗位"):
        give(one.appointments.get(), other)


def test_a_post_that_ended_or_is_borrowed_is_not_lent(post, peer, city):
    third = make.person(Post.BRANCH_DEPUTY_GM, unit=make.branch(city, "370204", "黄岛支公司"))
    give(post, peer)
    with pytest.raises(Refused, match="只能请人代理自己现任"):
        give(post, third, by=peer)
    post.person.appointments.update(ends_on=THURSDAY - DAY)
    with pytest.raises(Refused, match="只能请人代理自己现任"):
        give(post, third, first=THURSDAY + 5 * DAY, last=THURSDAY + 5 * DAY)


def test_a_post_that_ends_is_lent_until_then(post, peer, deputy):
    deputy.appointments.update(ends_on=THURSDAY + 2 * DAY)
    post.refresh_from_db()
    with pytest.raises(Refused, match="到期"):
        give(post, peer, last=THURSDAY + 3 * DAY)
    give(post, peer, last=THURSDAY + 2 * DAY)


def test_one_delegate_at_a_time(post, peer, branch):
    second = make.person(Post.GM_OFFICE, unit=branch, name="总经理室")
    give(post, peer, first=THURSDAY + DAY, last=THURSDAY + 3 * DAY)
    for first, last in ((0, 1), (3, 9), (2, 2)):
        with pytest.raises(Refused, match=r"11月20日 – 11月22日 已由 郑刚 代理"):
            give(post, second, first=THURSDAY + first * DAY, last=THURSDAY + last * DAY)
    give(post, second)
    give(post, second, first=THURSDAY + 4 * DAY, last=THURSDAY + 4 * DAY)
    assert Delegation.objects.count() == 3


def test_each_of_several_posts_has_a_delegate_of_its_own(post, deputy, peer, city, next_branch):
    make.appoint(deputy, Post.BRANCH_DEPUTY_GM, next_branch)
    other = deputy.appointments.select_related("unit", "person").get(unit=next_branch)
    third = make.person(Post.BRANCH_DEPUTY_GM, unit=make.branch(city, "370204", "黄岛支公司"))
    give(post, peer)
    give(other, third)
    assert {one.delegate for one in Delegation.objects.all()} == {peer, third}


def test_the_same_form_twice_is_one(post, peer):
    key = uuid4()
    assert give(post, peer, key=key) == give(post, peer, key=key)
    assert Delegation.objects.count() == Notice.objects.count() == Trace.objects.count() == 1


def test_taken_back_it_is_over_and_may_be_given_again(post, peer, deputy, branch):
    made = give(post, peer, last=THURSDAY + 9 * DAY)
    actions.end(made, by=deputy, at=at(THURSDAY, 10))
    assert made.ended_at == at(THURSDAY, 10) and told(peer) == ["delegation_starts", "delegation_ends"]
    assert Trace.objects.get(verb="end_delegation").by == deputy
    with pytest.raises(Refused, match="已经结束"):
        actions.end(made, by=deputy, at=at(THURSDAY, 11))
    give(post, make.person(Post.GM_OFFICE, unit=branch))


@pytest.mark.parametrize("who", ["peer", "stranger", "manager"])
def test_only_who_gave_it_takes_it_back(post, request, peer, who):
    made = give(post, peer)
    with pytest.raises(Refused, match="委托人本人"):
        actions.end(made, by=request.getfixturevalue(who), at=NINE)


def test_what_is_over_is_not_ended(post, peer, deputy):
    made = give(post, peer)
    with pytest.raises(Refused, match="已经结束"):
        actions.end(made, by=deputy, at=at(THURSDAY + DAY))


def test_begin_and_end_are_told_on_their_days_once(post, peer):
    give(post, peer, first=THURSDAY + DAY, last=THURSDAY + 2 * DAY)
    assert told(peer) == ["delegation_given"]
    for day in range(6):
        for hour in (0, 12):
            actions.tell_of_today(Sweep(at(THURSDAY + day * DAY, hour)))
    assert told(peer) == ["delegation_given", "delegation_starts", "delegation_ends"]
    days = Notice.objects.order_by("at").values_list("at", flat=True)
    assert [one.astimezone(NINE.tzinfo).date() - THURSDAY for one in days] == [0 * DAY, DAY, 3 * DAY]


def test_what_has_no_effect_is_not_told(post, peer):
    give(post, peer, first=THURSDAY + DAY, last=THURSDAY + 2 * DAY)
    peer.appointments.update(ends_on=THURSDAY)
    actions.tell_of_today(Sweep(at(THURSDAY + DAY)))
    assert told(peer) == ["delegation_given"]


BROKEN = {
    "nobody_delegates_to_himself": lambda post, peer: make.delegation(post, post.person),
    "delegation_ends_after_it_starts": lambda post, peer: make.delegation(post, peer, ends_on=THURSDAY - DAY),
    "a_post_has_one_delegate_at_a_time": lambda post, peer: [make.delegation(post, peer) for _ in range(2)],
}


@pytest.mark.parametrize("constraint", BROKEN)
def test_the_database_refuses_first(post, peer, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BROKEN[constraint](post, peer)
