"""What a delegation gives, on its days and no longer; never over the one who lent the post or the one who borrows."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from activity.daily_log import reviewing
from activity.daily_log.board_reading import board, to_review
from activity.daily_log.models import DailyLog
from org.people.models import Person
from org.permissions import GRANTS, Permission, Scope
from org.posts import Post
from org.reach import reach
from org.trace.models import Trace
from org.workflow import Refused, deciding, move
from tests import factories as make
from tests.factories import THURSDAY

DAY = timedelta(days=1)
P = Permission


def anew(person):
    """As the next request sees him."""
    return Person.objects.get(pk=person.pk)


def about(person, unit):
    return SimpleNamespace(person_id=person.pk, unit=unit)


def paths(person, word, on=THURSDAY):
    return set(reach(anew(person), word, on=on).paths)


def test_without_it_a_peer_reaches_his_own_branch_only(peer, branch, next_branch):
    assert paths(peer, P.FINE_DECIDE) == {next_branch.path}


def test_with_it_he_reaches_the_branch_of_the_one_who_is_away(peer, post, branch, next_branch):
    make.delegation(post, peer)
    assert paths(peer, P.FINE_DECIDE) == {next_branch.path, branch.path}


@pytest.mark.parametrize(("on", "reaches"), [(-1, False), (0, True), (3, True), (4, False)])
def test_on_its_days_only(peer, post, branch, on, reaches):
    make.delegation(post, peer, ends_on=THURSDAY + 3 * DAY)
    assert (branch.path in paths(peer, P.FINE_DECIDE, THURSDAY + on * DAY)) == reaches


@pytest.mark.parametrize("lent", [Post.DEPARTMENT_MANAGER, Post.BRANCH_DEPUTY_GM, Post.GM_OFFICE, Post.CITY_DEPUTY_GM])
def test_he_gets_every_word_but_what_is_about_oneself(city, branch, department, lent):
    """A peer who comes from nowhere near: the words of the post, with its scope, less those of scope self."""
    seat = make.home_of(lent, department)
    away = make.person(lent, unit=seat, name="王强")
    elsewhere = make.department(make.branch(city, "370299", "崂山支公司"))
    helper = make.person(lent, unit=make.home_of(lent, elsewhere), name="李敏")
    held = away.appointments.select_related("unit", "person").get()
    helper_alone = {word: set(reach(anew(helper), word, on=THURSDAY).paths) for word in Permission}
    make.delegation(held, helper)
    for word in Permission:
        scope = GRANTS[lent].get(word, Scope.SELF)
        more = set() if scope == Scope.SELF else set(reach(away, word, on=THURSDAY).paths)
        assert paths(helper, word) == helper_alone[word] | more, word


def test_one_level_up_gets_the_review_that_his_own_post_does_not_give(manager, deputy, department):
    held = manager.appointments.select_related("unit", "person").get()
    assert not anew(deputy).can(P.LOG_REVIEW, on=THURSDAY)
    make.delegation(held, deputy)
    assert anew(deputy).can(P.LOG_REVIEW, on=THURSDAY)
    assert paths(deputy, P.LOG_REVIEW) == {department.path}


def test_nothing_of_the_delegators_own(post, peer, deputy, branch):
    """His draft of a log and what else only he sees stays his."""
    make.appoint(deputy, Post.CLIENT_MANAGER, branch)
    make.call(deputy)
    make.delegation(post, peer)
    assert not DailyLog.objects.visible_to(anew(peer), on=THURSDAY).exists()
    assert not anew(peer).can(P.LOG_WRITE, on=THURSDAY)
    assert not reach(anew(peer), P.LOG_WRITE, on=THURSDAY).own


OWN = {*GRANTS[Post.GM_OFFICE], P.DELEGATE}  # what 总经理室 does as itself
DECIDES = sorted(word for word in GRANTS[Post.BRANCH_DEPUTY_GM] if not word.only_reads and word not in OWN)
READS = sorted(word for word, scope in GRANTS[Post.BRANCH_DEPUTY_GM].items() if word.only_reads and scope != Scope.SELF)


def test_the_words_that_decide_are_these():
    """A new word decides unless its name says that it reads."""
    assert {word for word in Permission if word.only_reads} == {
        P.LOG_READ, P.LOG_STATES, P.PROSPECT_READ, P.PROSPECT_READ_MASKED, P.POLICY_READ, P.VISIT_READ, P.COACHING_READ,
        P.ROLLUP_READ, P.ROLLUP_EXPORT, P.PEOPLE_READ, P.CALENDAR_READ, P.ABSENCE_READ, P.FINE_READ,
        P.PLAN_READ, P.PROSPECT_EXPORT, P.PHONE_LOOK_READ, P.SCRIPT_READ, P.POOL_READ, P.CONFLICT_READ,
        P.FINE_EXPORT, P.ABSENCE_EXPORT, P.PEOPLE_EXPORT,
    }  # fmt: skip
    assert {P.FINE_DECIDE, P.WEEK_EXCUSE, P.ABSENCE_GRANT, P.LOG_ANNOTATE} <= set(DECIDES)


@pytest.mark.parametrize("word", DECIDES)
def test_nobody_is_decided_about_by_who_lent_or_borrowed_the_post(post, above, deputy, zhou, branch, word):
    """总经理室 of the branch decides nothing by its own post."""
    one = make.delegation(post, above)
    acting = anew(above)
    assert acting.can(word, about(zhou, branch), on=THURSDAY)
    assert acting.acting_for(word, about(zhou, branch), on=THURSDAY) == one
    for untouchable in (deputy, above):
        assert not acting.can(word, about(untouchable, branch), on=THURSDAY)
        assert acting.acting_for(word, about(untouchable, branch), on=THURSDAY) is None


@pytest.mark.parametrize("decider", Post)
def test_nobody_decides_about_himself_whatever_he_holds_and_borrows(branch, department, decider, above, post):
    """All sixteen posts beside a borrowed 分管总, seated over himself: `deciding` is what the rooms ask."""
    if decider != Post.GM_OFFICE:  # which he holds
        make.appoint(above, decider, make.home_of(decider, department))
    make.delegation(post, above)
    for word in DECIDES:
        with pytest.raises(Refused, match="自己的事由别人办"):
            deciding(about(above, branch), word, by=anew(above), at=make.at(THURSDAY))


@pytest.mark.parametrize("decider", sorted(set(Post) - {Post.BRANCH_DEPUTY_GM}))
def test_nor_about_the_one_for_whom_he_stands_in(branch, department, decider, above, post):
    """Of the fines only 分管总 decides, so no other post of his own gives what the borrowed one does not."""
    if decider != Post.GM_OFFICE:  # which he holds
        make.appoint(above, decider, make.home_of(decider, department))
    make.delegation(post, above)
    with pytest.raises(Refused, match="不归你办"):
        deciding(about(post.person, branch), P.FINE_DECIDE, by=anew(above), at=make.at(THURSDAY))


def test_a_room_learns_for_whom_he_decides(branch, above, post, zhou, deputy):
    one = make.delegation(post, above)
    assert deciding(about(zhou, branch), P.FINE_DECIDE, by=anew(above), at=make.at(THURSDAY)) == one
    assert one.signed == "钱进 代 赵敏"
    assert deciding(about(zhou, branch), P.FINE_DECIDE, by=anew(deputy), at=make.at(THURSDAY)) is None


@pytest.mark.parametrize("word", READS)
def test_what_is_only_read_is_read_of_everybody_in_the_branch(post, peer, deputy, branch, word):
    make.delegation(post, peer)
    assert anew(peer).can(word, about(deputy, branch), on=THURSDAY)


def test_what_he_may_by_a_post_of_his_own_is_not_signed_for_another(post, branch, zhou):
    """The second 分管总 of the same branch decides as himself."""
    second = make.person(Post.BRANCH_DEPUTY_GM, unit=branch, name="孙丽")
    make.delegation(post, second)
    assert anew(second).can(P.FINE_DECIDE, about(zhou, branch), on=THURSDAY)
    assert anew(second).acting_for(P.FINE_DECIDE, about(zhou, branch), on=THURSDAY) is None


def test_his_own_post_decides_about_the_delegator_too(post, deputy, branch):
    """Who is above the delegator anyway loses nothing by standing in for him."""
    second = make.person(Post.BRANCH_DEPUTY_GM, unit=branch, name="孙丽")
    make.delegation(post, second)
    assert anew(second).can(P.FINE_DECIDE, about(deputy, branch), on=THURSDAY)


def test_of_two_delegations_the_one_that_reaches_is_named(city, branch, next_branch, post, peer, zhou):
    other = make.branch(city, "370204", "黄岛支公司")
    third = make.person(Post.BRANCH_DEPUTY_GM, unit=other, name="吴涛")
    first = make.delegation(post, third)
    second = make.delegation(peer.appointments.select_related("unit", "person").get(), third)
    acting = anew(third)
    assert acting.acting_for(P.FINE_DECIDE, about(zhou, branch), on=THURSDAY) == first
    assert acting.acting_for(P.FINE_DECIDE, about(zhou, next_branch), on=THURSDAY) == second
    assert acting.acting_for(P.FINE_DECIDE, about(post.person, next_branch), on=THURSDAY) == second
    assert paths(third, P.FINE_DECIDE) == {other.path, branch.path, next_branch.path}


def test_two_who_stand_in_for_each_other_decide_nothing_about_each_other(post, peer, deputy, branch, next_branch):
    make.delegation(post, peer)
    make.delegation(peer.appointments.select_related("unit", "person").get(), deputy)
    assert not anew(peer).can(P.FINE_DECIDE, about(deputy, branch), on=THURSDAY)
    assert not anew(deputy).can(P.FINE_DECIDE, about(peer, next_branch), on=THURSDAY)


def test_no_chain(city, post, peer, branch):
    """What 郑刚 borrowed does not go on to the one who stands in for him."""
    third = make.person(Post.BRANCH_DEPUTY_GM, unit=make.branch(city, "370204", "黄岛支公司"), name="吴涛")
    make.delegation(post, peer)
    make.delegation(peer.appointments.select_related("unit", "person").get(), third)
    assert branch.path not in paths(third, P.FINE_DECIDE)


def test_only_the_post_that_was_lent_counts_of_several(post, deputy, peer, city, next_branch):
    """赵敏 is in the city's office too; that is not lent."""
    make.appoint(deputy, Post.HQ_STAFF, city)
    make.delegation(post, peer)
    assert not anew(peer).can(P.ROLLUP_EXPORT, on=THURSDAY)


def test_the_seat_that_stands_in_may_be_one_of_several(post, branch):
    clerk = make.person(Post.BRANCH_CLERK, unit=branch, name="王芳")
    make.delegation(post, clerk)
    assert branch.path not in paths(clerk, P.FINE_DECIDE)  # 内勤 stands in for nobody
    make.appoint(clerk, Post.GM_OFFICE, branch)
    assert branch.path in paths(clerk, P.FINE_DECIDE)


ENDS = {
    "the post of the delegator ended": lambda one: one.appointment.__class__.objects.filter(
        pk=one.appointment_id
    ).update(ends_on=THURSDAY - DAY),
    "the post of the delegate ended": lambda one: one.delegate.appointments.update(ends_on=THURSDAY - DAY),
    "the delegator was suspended": lambda one: Person.objects.filter(pk=one.delegator_id).update(is_active=False),
    "the delegator left": lambda one: Person.objects.filter(pk=one.delegator_id).update(left_on=THURSDAY - DAY),
    "the delegate was suspended": lambda one: Person.objects.filter(pk=one.delegate_id).update(is_active=False),
    "the delegate left": lambda one: Person.objects.filter(pk=one.delegate_id).update(left_on=THURSDAY - DAY),
    "it was ended early": lambda one: one.__class__.objects.update(ended_at=make.at(THURSDAY, 9)),
}


@pytest.mark.parametrize("how", ENDS)
def test_it_has_no_effect_at_the_next_request_when(peer, post, branch, zhou, how):
    one = make.delegation(post, peer)
    assert branch.path in paths(peer, P.FINE_DECIDE)
    ENDS[how](one)
    assert branch.path not in paths(peer, P.FINE_DECIDE)
    assert not anew(peer).can(P.FINE_DECIDE, about(zhou, branch), on=THURSDAY)
    assert post.pk not in {held.pk for held in anew(peer).seats_on(THURSDAY)}


@pytest.mark.parametrize(("posts", "queries"), [((Post.CLIENT_MANAGER,), 1), ((Post.GM_OFFICE,), 2)])
def test_it_costs_one_query_and_only_those_who_may_stand_in(branch, posts, queries, django_assert_num_queries):
    who = make.person(posts[0], unit=branch)
    who = anew(who)
    with django_assert_num_queries(queries):
        for word in (P.LOG_READ, P.FINE_READ):
            who.can(word, on=THURSDAY)
            who.can(word, about(who, branch), on=THURSDAY)
            who.acting_for(word, about(who, branch), on=THURSDAY)
        who.seats_on(THURSDAY)


def test_the_trace_of_a_move_says_for_whom(manager, deputy, zhou):
    """李某 代 王某: who did it, and the 工号 of the one whose post it was."""
    make.delegation(manager.appointments.select_related("unit", "person").get(), deputy)
    log = make.submit(zhou)
    move(log, DailyLog.PASS, by=anew(deputy), at=make.at(THURSDAY, 19), changes={"reviewed_at": make.at(THURSDAY, 19)})
    line = Trace.objects.get(verb="pass")
    assert (line.by, line.changes["for"]) == (deputy, manager.employee_no)


def test_the_trace_of_his_own_act_names_nobody_else(manager, zhou):
    log = make.submit(zhou)
    move(log, DailyLog.PASS, by=manager, at=make.at(THURSDAY, 19), changes={"reviewed_at": make.at(THURSDAY, 19)})
    assert "for" not in Trace.objects.get(verb="pass").changes


def test_a_move_over_the_delegator_is_refused(manager, deputy):
    """The manager writes logs too; his deputy does not pass them in his place."""
    held = manager.appointments.select_related("unit", "person").get()
    make.appoint(manager, Post.CLIENT_MANAGER, held.unit)
    make.delegation(held, deputy)
    log = make.submit(manager)
    with pytest.raises(Refused, match="不归你办"):
        move(
            log,
            DailyLog.PASS,
            by=anew(deputy),
            at=make.at(THURSDAY, 19),
            changes={"reviewed_at": make.at(THURSDAY, 19)},
        )


def waiting(person):
    return {log.person for log in to_review(anew(person), THURSDAY)}


def test_a_list_of_things_to_decide_leaves_out_who_is_spared(manager, deputy, zhou):
    """Logs of the one who lent the post, and of the one who borrows it, wait for somebody else."""
    held = manager.appointments.select_related("unit", "person").get()
    for who in (manager, deputy):
        make.appoint(who, Post.CLIENT_MANAGER, held.unit)
    make.delegation(held, deputy)
    for who in (manager, deputy, zhou):
        make.submit(who, THURSDAY - DAY, when=make.at(THURSDAY - DAY, 18))
    assert waiting(deputy) == {zhou}
    shown = board(anew(deputy), THURSDAY - DAY, make.at(THURSDAY))
    assert {row.person for row in shown.rows} == {zhou}


def test_a_post_of_his_own_lists_them_all_the_same(manager, department, zhou):
    """The second manager of the department reviews the first one's log as before."""
    held = manager.appointments.select_related("unit", "person").get()
    second = make.person(Post.DEPARTMENT_MANAGER, unit=department, name="孙丽")
    make.appoint(manager, Post.CLIENT_MANAGER, held.unit)
    make.delegation(held, second)
    make.submit(manager, THURSDAY - DAY, when=make.at(THURSDAY - DAY, 18))
    assert waiting(second) == {manager}


def test_of_two_who_lend_the_same_each_is_listed_by_the_others_post(branch, above, deputy, post):
    second = make.person(Post.BRANCH_DEPUTY_GM, unit=branch, name="孙丽")
    make.delegation(post, above)
    make.delegation(second.appointments.select_related("unit", "person").get(), above)
    spared = reach(anew(above), P.FINE_DECIDE, on=THURSDAY).spared
    assert spared == {branch.path: {above.pk}}
    assert anew(above).can(P.FINE_DECIDE, about(deputy, branch), on=THURSDAY)


VERBS = {
    "annotate": lambda log, by: reviewing.annotate(
        log, by=by, at=make.at(THURSDAY), entry=log.person.visits.get().pk, text="问清"
    ),
    "answer_help": lambda log, by: reviewing.answer_help(log, by=by, at=make.at(THURSDAY), text="一起去"),
    "accept_back": lambda log, by: reviewing.accept_back(log, by=by, at=make.at(THURSDAY)),
    "mark_ineffective": lambda log, by: reviewing.mark_ineffective(
        log.person.visits.get(), by=by, at=make.at(THURSDAY), reason="电话说过"
    ),
    "return": lambda log, by: reviewing.return_log(log, by=by, at=make.at(THURSDAY), comment="补"),
    "remind": lambda log, by: reviewing.remind(log.person, day=THURSDAY, by=by, at=make.at(THURSDAY, 21)),
}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_of_a_reader_is_traced_for_whom(city, manager, department, zhou, verb):
    """By a peer, whose own post gives him nothing here."""
    elsewhere = make.department(make.branch(city, "370299", "崂山支公司"))
    peer = make.person(Post.DEPARTMENT_MANAGER, unit=elsewhere, name="李敏")
    make.visit(zhou, THURSDAY - DAY, when=make.at(THURSDAY - DAY, 10))
    handed_in = make.at(THURSDAY, 8, 30) if verb == "accept_back" else make.at(THURSDAY - DAY, 18)
    log = make.submit(zhou, THURSDAY - DAY, when=handed_in, help_needed="帮看预算")
    with pytest.raises(Refused, match="不归你办"):
        VERBS[verb](log, anew(peer))
    make.delegation(manager.appointments.select_related("unit", "person").get(), peer)
    VERBS[verb](log, anew(peer))
    line = Trace.objects.get(verb=verb)
    assert (line.by, line.changes["for"]) == (peer, manager.employee_no)
