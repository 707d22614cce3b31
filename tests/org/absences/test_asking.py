"""Asking, granting, refusing, revoking, recording; who may, and what is noted for closed weeks."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from org.absences import actions
from org.absences.imports import write_absences
from org.absences.models import Absence, AbsenceRequest
from org.absences.reading import stood_in_for
from org.absences.rules import Stretch
from org.absences.words import dated
from org.corrections.models import Correction
from org.notices.models import Notice
from org.people.directory import Directory
from org.posts import Post
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.org.absences.conftest import NOW, TUESDAY, WEDNESDAY, ask, record, wish

State = AbsenceRequest.State


def halves(who):
    return [(one.day, one.half, one.kind) for one in Absence.objects.filter(person=who).order_by("day", "half")]


def noted():
    return [(one.cause, one.person, one.first, one.last, one.note) for one in Correction.objects.order_by("pk")]


def told(who):
    return sorted(Notice.objects.filter(to=who).values_list("kind", flat=True))


def test_asked_and_granted(zhou, manager, deputy):
    request = ask(zhou, TUESDAY, "pm", WEDNESDAY, "am")
    assert (request.state, request.unit, request.entered_by) == (State.ASKED, manager.posts_on(TUESDAY)[0].unit, zhou)
    assert halves(zhou) == [] and noted() == []
    assert (told(manager), told(deputy)) == (["absence_asked"], [])
    actions.grant(request, by=manager, at=NOW)
    assert request.state == State.GRANTED
    assert halves(zhou) == [(TUESDAY, "pm", "leave"), (WEDNESDAY, "am", "leave")]
    said = f"2026年11月24日 下午 至 2026年11月25日 上午请假，{manager}批准"
    assert noted() == [("leave", zhou, TUESDAY, WEDNESDAY, said)]
    assert told(zhou) == ["absence_granted"]
    verbs = Trace.objects.filter(about_id=str(request.pk)).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["ask_absence", "grant_absence"]


def test_the_same_form_twice_is_one_request(zhou):
    key = uuid4()
    first = actions.ask(zhou, wish(), at=NOW, key=key)
    assert actions.ask(zhou, wish(), at=NOW, key=key) == first
    assert AbsenceRequest.objects.count() == 1


def test_what_is_away_already_stays_as_it_is_and_stays_after_revoking(zhou, manager):
    make.absence(zhou, TUESDAY, "am", "leave")
    request = ask(zhou, kind="duty")
    actions.grant(request, by=manager, at=NOW)
    assert halves(zhou) == [(TUESDAY, "am", "leave"), (TUESDAY, "pm", "duty")]
    actions.revoke(request, by=manager, at=NOW, reason="人来了")
    assert halves(zhou) == [(TUESDAY, "am", "leave")]
    assert request.state == State.REVOKED and told(zhou) == ["absence_granted", "absence_revoked"]
    said = f"{dated(request.stretch)}公务，{manager}撤销：人来了"
    assert noted()[-1] == ("leave", zhou, TUESDAY, TUESDAY, said)


def test_leave_takes_the_place_of_duty_until_it_is_revoked(zhou, manager):
    """Only duty has a cap (**C**): who was on duty by a workbook and falls ill is away by leave."""
    for half in ("am", "pm"):
        make.absence(zhou, TUESDAY, half, "duty")
        make.absence(zhou, WEDNESDAY, half, "duty")
    request = ask(zhou, TUESDAY, "pm", WEDNESDAY, "am")
    actions.grant(request, by=manager, at=NOW)
    assert halves(zhou) == [
        (TUESDAY, "am", "duty"),
        (TUESDAY, "pm", "leave"),
        (WEDNESDAY, "am", "leave"),
        (WEDNESDAY, "pm", "duty"),
    ]
    actions.revoke(request, by=manager, at=NOW, reason="人来了")
    assert halves(zhou) == [(day, half, "duty") for day in (TUESDAY, WEDNESDAY) for half in ("am", "pm")]
    assert not Absence.objects.of_request(request).exists()
    traced = Trace.objects.about(request, "leave_over_duty", "duty_again").order_by("pk")
    both = [dated(Stretch(day, half, day, half)) for day, half in ((TUESDAY, "pm"), (WEDNESDAY, "am"))]
    assert [(one.verb, one.by, one.changes["halves"]) for one in traced] == [
        ("leave_over_duty", manager, both),
        ("duty_again", manager, both),
    ]


@pytest.mark.parametrize("again", [1, 2])
def test_a_workbook_that_says_duty_of_granted_leave_is_heard_when_it_is_revoked(zhou, manager, again):
    request = ask(zhou)
    actions.grant(request, by=manager, at=NOW)
    row = {"工号": zhou.employee_no, "日期": TUESDAY, "时段": ("am",), "类别": "duty"}
    tallies = [write_absences([row], Directory(), at=NOW) for _ in range(again)]
    assert [one.updated for one in tallies] == [1, 0][:again]
    assert halves(zhou) == [(TUESDAY, "am", "leave"), (TUESDAY, "pm", "leave")]
    actions.revoke(request, by=manager, at=NOW, reason="人来了")
    assert halves(zhou) == [(TUESDAY, "am", "duty")]


def test_only_leave_by_a_request_was_duty(zhou):
    make.absence(zhou, TUESDAY)
    with pytest.raises(IntegrityError, match="what_was_duty_is_leave_by_a_request"), transaction.atomic():
        Absence.objects.update(was="duty")


def test_days_that_are_over_may_be_asked_for(zhou, manager):
    day = date(2026, 11, 3)
    actions.grant(ask(zhou, day, kind="duty"), by=manager, at=NOW)
    assert halves(zhou) == [(day, "am", "duty"), (day, "pm", "duty")]


def test_refused_with_a_reason(zhou, manager):
    request = ask(zhou)
    with pytest.raises(Refused, match="写原因"):
        actions.refuse(request, by=manager, at=NOW, reason=" ")
    actions.refuse(request, by=manager, at=NOW, reason="月底结账")
    assert (request.state, request.decision_reason) == (State.REFUSED, "月底结账")
    assert (halves(zhou), noted(), told(zhou)) == ([], [], ["absence_refused"])
    assert ask(zhou).state == State.ASKED  # the days are free again


def test_withdrawn_by_the_asker_alone(zhou, manager):
    request = ask(zhou)
    with pytest.raises(Refused, match="本人撤回"):
        actions.withdraw(request, by=manager, at=NOW)
    actions.withdraw(request, by=zhou, at=NOW)
    assert request.state == State.WITHDRAWN
    assert not Notice.objects.unread().filter(to=manager).exists()
    with pytest.raises(Refused, match="已被别人办理"):
        actions.grant(request, by=manager, at=NOW)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"first": TUESDAY, "first_half": "pm", "last_half": "am"}, "结束早于开始"),
        ({"first": WEDNESDAY, "last": TUESDAY}, "结束早于开始"),
        ({"first": date(2028, 1, 3)}, "超过一年"),
        ({"first": date(2025, 12, 1), "last": date(2026, 12, 2)}, "最多申请 366 天"),
        ({"reason": " "}, "写一句事由"),
        ({"first": date(2026, 11, 28)}, "这天是休息日，不用请假"),
        ({"first": date(2026, 11, 28), "last": date(2026, 11, 29)}, "这几天都是休息日"),
    ],
)
def test_what_cannot_be_asked(zhou, given, why):
    with pytest.raises(Refused, match=why):
        ask(zhou, **given)


def test_a_half_day_is_asked_for_once(zhou):
    ask(zhou, TUESDAY, "am", TUESDAY, "am")
    ask(zhou, TUESDAY, "pm", WEDNESDAY, "am")
    with pytest.raises(Refused, match=r"11月24日 上午请假已经有一份申请（待批）"):
        ask(zhou)
    with pytest.raises(Refused, match="11月24日 下午 至 11月25日 上午"):
        ask(zhou, WEDNESDAY)


@pytest.mark.parametrize("post", [Post.BRANCH_DEPUTY_GM, Post.BRANCH_CLERK, Post.HQ_STAFF, Post.AUDITOR])
def test_who_owes_nothing_asks_for_nothing(post, department):
    with pytest.raises(Refused, match="不用在这里请假"):
        ask(make.person(post, unit=make.home_of(post, department)))


def deciders(department):
    return {post: make.person(post, unit=make.home_of(post, department)) for post in Post}


def test_who_decides_about_a_client_manager(zhou, department):
    for post, who in deciders(department).items():
        request = ask(zhou)
        if post in (Post.DEPARTMENT_MANAGER, Post.BRANCH_DEPUTY_GM):
            actions.grant(request, by=who, at=NOW)
            actions.revoke(request, by=who, at=NOW, reason="试")
            continue
        for verb in (actions.grant, actions.refuse, actions.revoke):
            with pytest.raises(Refused, match="不归你办"):
                verb(request, by=who, at=NOW, reason="试")
        actions.withdraw(request, by=zhou, at=NOW)


def test_a_manager_is_decided_about_by_the_deputy_alone(manager, deputy, department):
    request = ask(manager)
    assert request.of_manager and told(deputy) == ["absence_asked"]
    peer = make.person(Post.DEPARTMENT_MANAGER, unit=department)
    with pytest.raises(Refused, match="由分管总批准"):
        actions.grant(request, by=peer, at=NOW)
    assert not AbsenceRequest.objects.to_decide(peer, TUESDAY).exists()
    assert AbsenceRequest.objects.to_decide(deputy, TUESDAY).get() == request
    actions.grant(request, by=deputy, at=NOW)


@pytest.mark.parametrize("post", [Post.DEPARTMENT_MANAGER, Post.BRANCH_DEPUTY_GM])
def test_nobody_decides_about_himself_whatever_he_holds(zhou, department, clerk, post):
    make.appoint(zhou, post, make.home_of(post, department))
    request = ask(zhou)
    for verb in (actions.grant, actions.refuse, actions.revoke):
        with pytest.raises(Refused, match="由别人批准"):
            verb(request, by=zhou, at=NOW, reason="试")
    with pytest.raises(Refused, match="由别人批准"):
        record(zhou, zhou, WEDNESDAY)
    assert not AbsenceRequest.objects.to_decide(zhou, TUESDAY).exists()


def test_a_peer_who_stands_in_is_told_and_signs_as_such(zhou, manager, deputy, stranger):
    """Another branch's manager acts for hers (代): about her people, never about the one who is away."""
    day = NOW.date()
    make.delegation(manager.posts_on(day)[0], stranger, starts_on=day, ends_on=WEDNESDAY)
    request = ask(zhou)
    assert told(stranger) == ["absence_asked"]
    actions.grant(request, by=stranger, at=NOW)
    assert Correction.objects.get().note == f"2026年11月24日 全天请假，{stranger} 代 {manager}批准"
    assert stood_in_for(request) == manager.name
    own = ask(manager)
    with pytest.raises(Refused, match="不归你办"):
        actions.grant(own, by=stranger, at=NOW)
    with pytest.raises(Refused, match="不归你办"):
        record(manager, stranger, WEDNESDAY)
    actions.grant(own, by=deputy, at=NOW)
    assert stood_in_for(own) == ""


def test_a_stranger_decides_nothing(zhou, stranger):
    request = ask(zhou)
    for verb in (actions.grant, actions.refuse, actions.revoke):
        with pytest.raises(Refused, match="不归你办"):
            verb(request, by=stranger, at=NOW, reason="试")
    with pytest.raises(Refused, match="不归你办"):
        record(zhou, stranger, WEDNESDAY)
    assert not AbsenceRequest.objects.visible_to(stranger, TUESDAY).exists()


def test_the_clerk_records_what_was_granted_on_paper_and_takes_only_that_back(zhou, manager, clerk):
    request = record(zhou, clerk)
    assert (request.state, request.decided_by, request.entered_by) == (State.GRANTED, clerk, clerk)
    assert len(halves(zhou)) == 2 and told(zhou) == ["absence_recorded"]
    assert record(manager, clerk).of_manager
    actions.revoke(request, by=clerk, at=NOW, reason="登记错人")
    assert halves(zhou) == []
    granted = ask(zhou, WEDNESDAY)
    actions.grant(granted, by=manager, at=NOW)
    with pytest.raises(Refused, match="不归你办"):
        actions.revoke(granted, by=clerk, at=NOW, reason="试")


def test_a_manager_records_for_his_people_and_not_for_a_peer(zhou, manager, department):
    record(zhou, manager)
    peer = make.person(Post.DEPARTMENT_MANAGER, unit=department)
    with pytest.raises(Refused, match="由分管总批准"):
        record(peer, manager)
    assert halves(peer) == []


def test_who_may_read(zhou, manager, deputy, clerk, hq, stranger, department):
    ask(zhou)
    leader = make.person(Post.TEAM_LEADER, unit=department)
    sees = {who: AbsenceRequest.objects.visible_to(who, TUESDAY).count() for who in (
        zhou, manager, deputy, clerk, hq, stranger, leader
    )}  # fmt: skip
    assert list(sees.values()) == [1, 1, 1, 1, 1, 0, 0]


def test_the_unit_is_that_of_the_first_day(zhou, branch, department):
    other = make.department(branch, "370202X")
    zhou.appointments.update(ends_on=TUESDAY - timedelta(days=1))
    make.appoint(zhou, Post.CLIENT_MANAGER, other, starts_on=TUESDAY)
    assert ask(zhou, make.THURSDAY).unit == department
    assert ask(zhou, TUESDAY).unit == other


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"last": TUESDAY - timedelta(days=1)}, "an_absence_ends_after_it_starts"),
        ({"first_half": "pm", "last_half": "am"}, "an_absence_ends_after_it_starts"),
        ({"state": "granted"}, "an_absence_is_decided_by_someone_at_some_time"),
        ({"state": "withdrawn"}, "an_absence_is_ended_by_someone_at_some_time"),
        ({"state": "granted", "decided_at": NOW, "decided_by": "person"}, "nobody_grants_his_own_absence"),
    ],
)
def test_the_database_knows_it_too(zhou, changes, name):
    request = ask(zhou)
    given = {field: zhou if value == "person" else value for field, value in changes.items()}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        AbsenceRequest.objects.filter(pk=request.pk).update(**given)


def test_the_database_refuses_a_half_day_asked_for_twice(zhou):
    request = ask(zhou)
    request.pk = uuid4()
    with pytest.raises(IntegrityError, match="a_half_day_is_asked_for_once"), transaction.atomic():
        request.save(force_insert=True)
    request.first_half, request.state = "pm", "refused"
    request.decided_by, request.decided_at = make.person(), NOW
    request.save(force_insert=True)


def test_days_in_two_units_are_asked_for_apart(zhou, city, department):
    """Else the manager of the unit he left would grant days of the one he is in, unseen there."""
    held = zhou.appointments.get()
    held.ends_on = TUESDAY
    held.save()
    elsewhere = make.department(make.branch(city, "370299", "即墨支公司"))
    make.appoint(zhou, Post.CLIENT_MANAGER, elsewhere, starts_on=WEDNESDAY)
    with pytest.raises(Refused, match="按单位分开申请"):
        ask(zhou, TUESDAY, "am", WEDNESDAY, "pm")
    assert ask(zhou, TUESDAY, "am", TUESDAY, "pm").unit == department
    assert ask(zhou, WEDNESDAY, "am", WEDNESDAY, "pm").unit == elsewhere
