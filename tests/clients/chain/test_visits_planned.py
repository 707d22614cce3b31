"""约拜访: nobody is promised to two places, and the database is who says so (reliability.md C4; issue 5)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from clients.chain import inviting, planning
from clients.chain.free import next_days
from clients.chain.models import Accompaniment, PlannedVisit, Seat
from clients.chain.wanted import Want, offers
from org import clock
from org.workflow import Refused
from tests import factories as make
from tests.clients.chain.visits import FRIDAY, NOW, TODAY, Crew
from tests.races import Crowd

A_DAY = timedelta(days=1)


def accept(asked, by, at=NOW):
    return inviting.accept(asked, by=by, at=at, key=uuid4())


def test_an_overlap_is_refused_with_the_clash_and_the_free_times(crew):
    crew.plan()
    other = make.prospect(crew.her, "云帆物流")
    with pytest.raises(Refused) as refusal:
        crew.plan(hour=10, prospect=other)
    assert str(refusal.value) == (
        "你 11月20日 周五 10:00–11:00 已约「瑞丰食品有限公司」，这天还空着 08:30–10:00、11:00–18:00。"
    )
    assert crew.plan(hour=11, prospect=other).state == "planned"  # the end is exclusive
    assert PlannedVisit.objects.count() == 2


def test_a_companion_is_kept_apart_too_and_a_strangers_client_is_not_named(crew):
    first, second = crew.plan(crew.leader), crew.plan(
        crew.leader, who=crew.mate, prospect=make.prospect(crew.mate, "云帆物流")
    )  # fmt: skip
    accept(first.accompaniments.get(), crew.leader)
    with pytest.raises(Refused, match="你 11月20日 周五 10:00–11:00 已约「瑞丰食品有限公司」"):
        accept(second.accompaniments.get(), crew.leader)
    assert second.accompaniments.get().state == "asked"
    inviting.propose(
        second.accompaniments.get(), planning_span(FRIDAY, 14), reason="", by=crew.leader, at=NOW, key=uuid4()
    )
    third = crew.plan(hour=14)
    accept(crew_asked(third, crew), crew.leader)
    with pytest.raises(Refused) as refusal:
        inviting.admit(second.accompaniments.get(), by=crew.mate, at=NOW, key=uuid4())
    assert "李卫东 11月20日 周五 14:00–15:00 已有安排" in str(refusal.value)
    assert "瑞丰" not in str(refusal.value)


def planning_span(day, hour):
    return inviting.Span(make.at(day, hour), make.at(day, hour + 1))


def crew_asked(planned, crew):
    inviting.invite(planned, crew.leader.pk, by=crew.her, at=NOW)
    return planned.accompaniments.get()


def test_moving_frees_the_old_time_and_asks_anew(crew):
    planned = crew.plan(crew.leader)
    accept(planned.accompaniments.get(), crew.leader)
    planning.reschedule(
        planned, starts_at=make.at(FRIDAY, 15), ends_at=make.at(FRIDAY, 16), by=crew.her, at=make.at(TODAY, 11),
        key=uuid4(),
    )  # fmt: skip
    assert planned.accompaniments.get().state == "asked"
    assert list(Seat.objects.values_list("person", "starts_at")) == [(crew.her.pk, make.at(FRIDAY, 15))]
    crew.plan(hour=10)
    assert crew.leader.notices.filter(kind="accompany_asked").count() == 2


def test_cancelling_and_withdrawing_free_everybody_and_tell_them(crew):
    planned = crew.plan(crew.leader, crew.chief)
    for one in planned.accompaniments.select_related("companion"):
        accept(one, one.companion)
    inviting.withdraw(planned.accompaniments.get(companion=crew.chief), by=crew.her, at=NOW, key=uuid4())
    assert not Seat.objects.filter(person=crew.chief).exists()
    planning.cancel(planned, reason="客户出差", by=crew.her, at=NOW, key=uuid4())
    assert not Seat.objects.exists()
    assert crew.leader.notices.get(kind="accompany_off").body.endswith("客户出差")
    with pytest.raises(Refused, match="已取消"):
        planning.cancel(planned, reason="再来", by=crew.her, at=NOW, key=uuid4())


def test_only_ones_own_client_and_only_what_is_to_come(crew):
    with pytest.raises(Refused, match="只能约自己客户的拜访"):
        crew.plan(who=crew.mate, prospect=crew.prospect)
    with pytest.raises(Refused, match="已经过了"):
        crew.plan(day=TODAY, hour=8)
    with pytest.raises(Refused, match="由约的人改"):
        planning.cancel(crew.plan(), reason="x", by=crew.mate, at=NOW, key=uuid4())


def test_whom_the_next_visit_needs_comes_first_and_who_may_not_come_is_not_offered(crew):
    expected = {0: None, 1: "李卫东", 2: "孙洁", 3: "赵敏", 4: "陈立"}
    for level, name in expected.items():
        crew.opportunity.level = level
        need, found = offers(Want(crew.opportunity, "development", crew.her.pk, crew.team.path, TODAY), at=NOW)
        assert [one.person.name for one in found if one.is_needed] == ([name] if name else [])
        assert {one.person.name for one in found} == {"李卫东", "孙洁", "陈立", "赵敏"}
    assert offers(Want(crew.opportunity, "service", crew.her.pk, crew.team.path, TODAY), at=NOW)[0].people == ()
    with pytest.raises(Refused, match="不能陪访"):
        crew.plan(crew.mate)


def test_free_half_days_know_seats_absences_and_the_plan_of_the_week(crew):
    accept(crew.plan(crew.leader).accompaniments.get(), crew.leader)
    make.absence(crew.leader, FRIDAY, "pm", "duty")
    monday = make.MONDAY + 7 * A_DAY
    make.plan_item(crew.leader, monday, kind="training", part="pm")
    days = next_days([crew.leader.pk], TODAY, at=make.at(TODAY, 14))[crew.leader.pk]
    assert [(one.day, *(half.word for half in one.halves)) for one in days] == [
        (TODAY, "已过", "空"), (FRIDAY, "有拜访", "公务"), (monday, "空", "有安排"),
        (monday + A_DAY, "空", "空"), (monday + 2 * A_DAY, "空", "空"),
    ]  # fmt: skip


@pytest.fixture
def raced(fresh_db):
    clock.shift_clock(to=NOW)
    return Crew()


@pytest.fixture
def crowd(raced):
    made = Crowd()
    yield made
    made.close()


def forty(raced, crowd):
    """Forty invitations to overlapping visits of forty client managers, accepted by one leader at the same moment."""
    asked = []
    for number in range(crowd.size):
        who = make.person("client_manager", unit=raced.team)
        planned = raced.plan(raced.leader, who=who, prospect=make.prospect(who, f"客户{number}"))
        asked.append(planned.accompaniments.get())
    return crowd(*[lambda one=one: accept(one, raced.leader) for one in asked])


@pytest.mark.race
def test_forty_at_once_leave_him_in_one_place(raced, crowd):
    answers = forty(raced, crowd)
    refused = [one for one in answers if isinstance(one, Refused)]
    assert len(refused) == crowd.size - 1, [one for one in answers if not isinstance(one, (Refused, dict))]
    assert all("你 11月20日 周五 10:00–11:00 已约「客户" in str(one) for one in refused)
    assert Seat.objects.filter(person=raced.leader).count() == 1
    assert Accompaniment.objects.filter(state="accepted").count() == 1


@pytest.mark.race
def test_without_the_constraint_he_would_be_in_forty(raced, crowd):
    """The control: nothing but the database keeps him from it."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE clients_seat DROP CONSTRAINT nobody_is_planned_in_two_places")
    assert not [one for one in forty(raced, crowd) if isinstance(one, Exception)]
    assert Seat.objects.filter(person=raced.leader).count() == crowd.size


def test_the_database_says_it_to_whoever_writes(crew):
    planned = crew.plan()
    other = PlannedVisit.objects.get(pk=planned.pk)
    other.pk = uuid4()
    other._state.adding = True
    other.save()
    with pytest.raises(IntegrityError, match="nobody_is_planned_in_two_places"), transaction.atomic():
        Seat.objects.create(
            planned=other, person=crew.her, starts_at=make.at(FRIDAY, 10, 59), ends_at=make.at(FRIDAY, 12)
        )


def test_whose_invitation_was_withdrawn_reads_the_visit_no_more(crew):
    planned = crew.plan(crew.leader, crew.deputy)
    one = planned.accompaniments.get(companion=crew.deputy)
    far = make.person("gm_office", name="高总")
    planned.accompaniments.filter(pk=one.pk).update(companion=far)
    assert PlannedVisit.objects.visible_to(far, TODAY).exists()
    inviting.withdraw(planned.accompaniments.get(companion=far), by=crew.her, at=NOW, key=uuid4())
    assert not PlannedVisit.objects.visible_to(far, TODAY).exists()
