"""An entry that is changed, taken back or tied to a plan keeps what its companion has said, and nothing more."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.chain import inviting
from clients.chain.models import Accompaniment, Opportunity, PlannedVisit
from clients.chain.visits_forms import InviteForm, WhenForm
from clients.visits.models import Visit
from org import clock
from org.notices.models import Notice
from org.periods.due import run_due
from org.workflow import Refused
from tests import factories as make
from tests.clients.chain.held import FRIDAY_NOON, confirm, level, record, refuse, remove
from tests.clients.chain.visits import FRIDAY, NOW, TODAY

MONDAY, TUESDAY = FRIDAY + timedelta(days=3), FRIDAY + timedelta(days=4)


def accept(planned, by):
    inviting.accept(planned.accompaniments.get(companion=by), by=by, at=NOW, key=uuid4())


def test_a_visit_is_no_visit_that_was_planned_for_another_day(crew):
    ahead = crew.plan(crew.leader, day=FRIDAY + timedelta(days=28))
    with pytest.raises(Refused, match="约的是 12月18日"):
        record(crew, planned_for=ahead.pk)
    assert PlannedVisit.objects.get().state == "planned" and level(crew) == 1


def test_nobody_is_asked_once_the_hour_has_come(crew):
    planned = crew.plan()
    with pytest.raises(Refused, match="已经开始"):
        inviting.invite(planned, crew.leader.pk, by=crew.her, at=planned.starts_at)
    inviting.invite(planned, crew.leader.pk, by=crew.her, at=planned.starts_at - timedelta(seconds=1))


def test_who_was_asked_is_judged_by_the_planned_hour_where_it_is_the_earlier(crew):
    """Asked on the day before, and accepted after the planned hour: silence, whatever hour the entry names."""
    planned = crew.plan(crew.leader)
    late = {"state": "accepted", "answered_at": make.at(FRIDAY, 11)}
    Accompaniment.objects.filter(planned=planned).update(asked_at=make.at(TODAY - timedelta(days=1), 9), **late)
    visit = record(crew, hour=11, at=make.at(FRIDAY, 13), planned_for=planned.pk, alone=True)
    visit.refresh_from_db()
    assert (level(crew), visit.missed_by) == (2, crew.leader), "he had not answered by then, so the chain goes on"


def as_read(client, who, address):
    client.force_login(who)
    return client.get(address).content.decode()


CHANGES = (
    {"client": "云帆物流"},
    {"hour": 11},
    {"kind": "service"},
    {"opportunity_id": "other"},
)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_confirmation_is_of_that_visit_alone(client, crew, change):
    make.prospect(crew.her, "云帆物流")
    other = crew.project(line="雇主责任")
    visit = record(crew, companion_id=crew.leader.pk, opportunity_id=crew.opportunity.pk)
    confirm(visit.companions.get(), crew.leader, "谈得好")
    visit.refresh_from_db()
    assert visit.companion_confirmed
    given = {"opportunity_id": crew.opportunity.pk, **change}
    given["opportunity_id"] = other.pk if given["opportunity_id"] == "other" else given["opportunity_id"]
    again = record(crew, companion_id=crew.leader.pk, replaces=visit.pk, at=make.at(FRIDAY, 13), **given)
    one = again.companions.get()
    assert (one.outcome, one.companion_confirmed_at, one.feedback, one.feedback_at, one.lapsed_at) == (
        "pending", None, "谈得好", None, None,
    )  # fmt: skip
    assert not again.companion_confirmed
    assert Notice.objects.unread().filter(to=crew.leader, kind="accompany_confirm").count() == 1
    client.force_login(crew.leader)
    assert "谈得好</textarea>" in client.get(f"/accompany/{one.pk}/").content.decode(), "what he wrote is not lost"
    client.force_login(crew.her)
    assert "谈得好" not in client.get(f"/accompany/{one.pk}/").content.decode(), "it was of another visit"
    confirm(one, crew.leader)
    assert "待写反馈" in as_read(client, crew.leader, "/accompany/"), "he has not said it of this one"
    confirm(one, crew.leader, "谈得好")
    assert "待写反馈" not in as_read(client, crew.leader, "/accompany/")
    again.refresh_from_db()
    assert again.companion_confirmed


def test_a_denial_outlives_every_change_of_the_entry(crew):
    """Of that day and that client: edited without and with him, taken back and recorded again."""
    visit = record(crew, companion_id=crew.leader.pk)
    refuse(visit.companions.get(), crew.leader)
    denied_at = Accompaniment.objects.get().refused_at
    visit = record(crew, replaces=visit.pk, alone=True, hour=11)
    assert visit.companions.get().outcome == "refused"
    with pytest.raises(Refused, match="李卫东 已否认"):
        record(crew, replaces=visit.pk, companion_id=crew.leader.pk)
    remove(crew, visit)
    with pytest.raises(Refused, match="李卫东 已否认"):
        record(crew, companion_id=crew.leader.pk)
    visit = record(crew, alone=True)
    one = Accompaniment.objects.get()
    assert (visit.companion, one.outcome, one.refused_at) == (None, "refused", denied_at)
    make.prospect(crew.her, "云帆物流")
    other = record(crew, client="云帆物流", companion_id=crew.leader.pk, hour=11)
    assert other.companions.get().outcome == "pending", "another client is another visit"


def test_a_denial_of_a_planned_visit_is_not_undone_by_taking_the_entry_back(crew):
    planned = crew.plan(crew.leader)
    accept(planned, crew.leader)
    visit = record(crew)
    refuse(visit.companions.get(), crew.leader)
    remove(crew, visit)
    visit = record(crew)
    assert (visit.companion, visit.companions.get().outcome, level(crew)) == (None, "refused", 1)


def test_what_he_answered_stays_and_no_notice_leads_nowhere(client, crew):
    visit = record(crew, companion_id=crew.leader.pk)
    confirm(visit.companions.get(), crew.leader, "谈得好")
    remove(crew, visit)
    assert Accompaniment.objects.get().feedback == "谈得好"
    client.force_login(crew.leader)
    assert client.get(f"/accompany/{Accompaniment.objects.get().pk}/").status_code == 200
    assert client.get("/accompany/").status_code == 200
    visit = record(crew, companion_id=crew.chief.pk)
    remove(crew, visit)
    assert not Accompaniment.objects.filter(companion=crew.chief).exists()
    assert not Notice.objects.unread().filter(to=crew.chief).exists()


def test_one_bad_row_of_a_city_holds_up_no_other(crew, caplog):
    """A plan at the end of time, as old rows may have it, and a row whose calendar cannot be told."""
    poison = crew.plan(crew.leader, day=date(9999, 12, 31))
    visit = record(crew, companion_id=crew.chief.pk)
    lost = record(crew, companion_id=crew.leader.pk, hour=11, client="云帆物流").companions.get()
    Accompaniment.objects.filter(pk=lost.pk).update(owner_confirmed_at=make.at(date(9999, 12, 30)))
    admin = make.person("system_admin", unit=crew.department.city)
    clock.shift_clock(to=make.at(MONDAY + timedelta(days=30), 9))
    run_due(), run_due()
    assert "silence about" in caplog.text
    caplog.clear()
    assert visit.companions.get().lapsed_at is not None
    assert Accompaniment.objects.get(pk=lost.pk).lapsed_at is None
    assert Notice.objects.filter(to=admin, kind="alarm").count() == 1
    assert poison.accompaniments.get().reminded_at is None


def when(day, starts="10:00", ends=""):
    return WhenForm({"key": uuid4(), "day": day, "starts": starts, "ends": ends})


def test_a_planned_day_is_within_the_year_that_comes(crew):
    for day, starts, fits in (
        (TODAY + timedelta(days=366), "23:30", True), (TODAY + timedelta(days=367), "10:00", False),
        (date(9999, 12, 31), "23:30", False), ("0001-01-01", "00:00", False),
    ):  # fmt: skip
        form = when(day, starts)
        assert form.is_valid() == fits, day
        if fits:
            assert form.ends_at - form.starts_at == timedelta(hours=1)
    assert "最晚 2027年11月20日" in str(when(date(9999, 12, 31)).errors["day"])


def test_editing_keeps_its_own_plan_and_takes_no_other(crew):
    """Two visits to one client on one day: whichever entry is changed, the other appointment waits on."""
    first, second = crew.plan(crew.leader, hour=10), crew.plan(crew.leader, hour=15)
    visit = record(crew, planned_for=first.pk)
    again = record(crew, replaces=visit.pk, outcome="签了意向")
    assert PlannedVisit.objects.get(pk=first.pk).visit_id == again.pk
    assert PlannedVisit.objects.get(pk=second.pk).state == "planned"
    tied = record(crew, replaces=again.pk, planned_for=second.pk)
    assert PlannedVisit.objects.get(pk=first.pk).visit_id == tied.pk, "the one it had"
    unplanned = record(crew, hour=12, at=make.at(FRIDAY, 16), companion_id=crew.leader.pk)
    moved = record(crew, hour=15, at=make.at(FRIDAY, 16), companion_id=crew.leader.pk, replaces=unplanned.pk)
    assert moved.companions.get().planned is None
    assert PlannedVisit.objects.get(pk=second.pk).state == "planned"


def test_an_entry_is_the_planned_visit_where_the_hours_are_near(crew):
    """Within an hour of it, the nearest of several."""
    morning, noon = crew.plan(hour=9), crew.plan(hour=11)
    at = make.at(FRIDAY, 19)
    far = record(crew, at=at, hour=14)
    assert not PlannedVisit.objects.filter(visit=far).exists()
    near = record(crew, at=at, starts_at=time(12, 40))
    assert PlannedVisit.objects.get(visit=near) == noon
    early = record(crew, at=at, starts_at=time(8, 1))
    assert PlannedVisit.objects.get(visit=early) == morning


def test_tying_an_entry_to_a_plan_leaves_one_row_a_companion(crew):
    planned = crew.plan(crew.leader, hour=16)
    visit = record(crew, companion_id=crew.leader.pk)
    confirm(visit.companions.get(), crew.leader, "谈得好")
    again = record(crew, companion_id=crew.leader.pk, replaces=visit.pk, planned_for=planned.pk)
    assert [(one.companion, one.outcome) for one in again.companions.all()] == [(crew.leader, "confirmed")]
    assert PlannedVisit.objects.get().visit_id == again.pk


def test_a_companion_who_does_not_exist_is_refused_in_words(client, crew):
    clock.shift_clock(to=FRIDAY_NOON)
    client.force_login(crew.her)
    body = {
        "client": crew.prospect.name, "contact": "张经理", "kind": "development", "starts_at": "10:00",
        "purpose": "递交方案", "outcome": "已收下", "next_step": "再谈", "next_step_on": MONDAY,
    }  # fmt: skip
    for companion in ("999999999", str(10**30), "-1", "李卫东", str(crew.mate.pk), str(crew.her.pk)):
        answer = client.post(f"/today/{FRIDAY}/visit/new/", {**body, "key": uuid4(), "companion": companion})
        assert answer.status_code in (200, 422), companion
        assert "这个人不能陪访" in answer.content.decode(), companion
    assert not Visit.objects.exists()
    planned = crew.plan(hour=15)
    for companion in ("999999999", str(10**30)):
        form = InviteForm({"key": uuid4(), "companion": companion})
        assert not form.is_valid() or companion == "999999999"
    with pytest.raises(Refused, match="不能陪访"):
        inviting.invite(planned, 999999999, by=crew.her, at=NOW)


def locked_in_turn(queries):
    tables = ("clients_opportunity", "clients_plannedvisit", "clients_accompaniment")
    sql = [one["sql"] for one in queries if "FOR UPDATE" in one["sql"] and "FROM" in one["sql"]]
    return [next(table for table in tables if f'FROM "{table}"' in one) for one in sql if any(
        f'FROM "{table}"' in one for table in tables
    )]  # fmt: skip


def test_everybody_locks_the_opportunity_then_the_plan_then_the_row(crew):
    """One order, so that none waits for another who waits for him."""
    planned = crew.plan(crew.leader)
    accept(planned, crew.leader)
    with CaptureQueriesContext(connection) as recording:
        visit = record(crew)
    locks = [one["sql"] for one in recording if "FOR UPDATE" in one["sql"]]
    assert "FROM clients_opportunity" in locks[0] and any("clients_plannedvisit" in one for one in locks[1:])
    one = visit.companions.get()
    with CaptureQueriesContext(connection) as confirming:
        confirm(one, crew.leader)
    assert locked_in_turn(confirming)[:2] == ["clients_opportunity", "clients_accompaniment"]
    with CaptureQueriesContext(connection) as removing:
        remove(crew, visit)
    assert locked_in_turn(removing)[:3] == ["clients_opportunity", "clients_plannedvisit", "clients_accompaniment"]


def test_a_closed_project_takes_no_later_visit(crew):
    closed = crew.project(line="雇主责任")
    Opportunity.objects.filter(pk=closed.pk).update(state="lost", closed_on=TODAY)
    assert record(crew, opportunity_id=closed.pk).opportunity == crew.opportunity
    Opportunity.objects.filter(pk=closed.pk).update(closed_on=FRIDAY)
    assert record(crew, opportunity_id=closed.pk, hour=11).opportunity == closed, "it ran on that day"
