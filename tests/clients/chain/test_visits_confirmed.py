"""A held visit: the owner's entry and the companion's word, feedback, silence, and what 3111 counts (domain.md 3)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from activity.daily_log import actions
from activity.daily_log.day import entries_of
from activity.daily_log.flagging import flagged
from activity.daily_log.models import DailyLog
from clients.chain import confirming, inviting
from clients.chain.models import Accompaniment, PlannedVisit
from clients.visits.models import Visit
from org import clock
from org.corrections.models import Correction
from org.notices.models import Letter, Notice
from org.periods.due import run_due
from org.workflow import Refused
from tests import factories as make
from tests.clients.chain.visits import FRIDAY, NOW, TODAY

MONDAY, TUESDAY, WEDNESDAY = (FRIDAY + timedelta(days=n) for n in (3, 4, 5))
FRIDAY_NOON = make.at(FRIDAY, 12)


@pytest.fixture
def held(crew):
    """`held(leader)`: planned yesterday with him, who accepted; written down on the day at noon."""

    def make_it(companion, *, answer=True, said=None, at=FRIDAY_NOON, **more):
        planned = crew.plan(companion)
        if answer:
            inviting.accept(planned.accompaniments.get(), by=companion, at=NOW, key=uuid4())
        return record(crew, at=at, **(said or {}), **more)

    return make_it


def record(crew, *, at=FRIDAY_NOON, **more):
    clock.shift_clock(to=at)
    given = {
        "client": crew.prospect.name, "contact": "张经理", "kind": "development", "purpose": "方案",
        "outcome": "已收下",
        "starts_at": make.at(FRIDAY, 10).time(), "next_step": "再谈", "next_step_on": MONDAY, "key": uuid4(),
    }  # fmt: skip
    made = actions.record_visit(crew.her, day=FRIDAY, at=at, **{**given, **more})
    return Visit.objects.get(pk=made["entry"])


def confirm(one, by, feedback="", at=FRIDAY_NOON):
    confirming.confirm(one, feedback=feedback, by=by, at=at, key=uuid4())


def counted(visit):
    return Visit.objects.get(pk=visit.pk).companion_confirmed


def level(crew):
    crew.opportunity.refresh_from_db()
    return crew.opportunity.level, crew.opportunity.visits_made


def test_one_entry_holds_the_plan_asks_the_companion_and_moves_the_chain(crew, held):
    crew.opportunity.start_level = 1
    visit = held(crew.leader)
    planned, one = PlannedVisit.objects.get(), visit.companions.get()
    assert (planned.state, planned.visit_id, visit.companion, visit.opportunity) == (
        "held", visit.pk, crew.leader, crew.opportunity,
    )  # fmt: skip
    assert (one.outcome, one.owner_confirmed_at, one.post) == ("pending", FRIDAY_NOON, "team_leader")
    assert level(crew)[0] == 2, "pending counts until it is refused"
    assert not planned.seats.exists()
    assert Notice.objects.get(to=crew.leader, kind="accompany_confirm").link == f"/accompany/{one.pk}/"
    assert not Notice.objects.unread().filter(to=crew.leader, kind="accompany_asked").exists()


CASES = (  # who, when he confirms, when he writes; whether it counts for 3111
    ("leader", FRIDAY_NOON, FRIDAY_NOON, True),
    ("leader", make.at(MONDAY, 23, 59, 59), make.at(MONDAY, 23, 59, 59), True),
    ("leader", FRIDAY_NOON, make.at(TUESDAY, 0), False),  # feedback too late
    ("leader", FRIDAY_NOON, None, False),
    ("manager", FRIDAY_NOON, None, False),
    ("manager", FRIDAY_NOON, make.at(MONDAY, 9), True),
    ("deputy", FRIDAY_NOON, None, True),  # of whom no feedback is asked
    ("deputy", make.at(TUESDAY, 23, 59, 59), None, True),
    ("deputy", make.at(WEDNESDAY, 0), None, False),  # silence had spoken
)


def test_both_confirm_and_the_feedback_is_in_time_or_it_does_not_count(crew):
    for who, confirmed, written, expected in CASES:
        companion = getattr(crew, who)
        visit = record(crew, companion_id=companion.pk)
        one = visit.companions.get()
        if written == confirmed:
            confirm(one, companion, "谈得好", at=confirmed)
        else:
            confirm(one, companion, at=confirmed)
            assert not counted(visit) or who == "deputy"
            if written:
                confirm(one, companion, "谈得好", at=written)
        assert counted(visit) == expected, (who, confirmed, written)
        actions.remove_entry(crew.her, day=FRIDAY, at=FRIDAY_NOON, key=uuid4(), entry=visit.pk)
    left = Accompaniment.objects.all()
    assert not left.exclude(visit=None, outcome="").exists(), "nobody had been asked, and the entries are gone"


def test_what_counts_for_3111_is_noted_for_the_companions_week(crew, held):
    visit = held(crew.manager)
    confirm(visit.companions.get(), crew.manager, "预算有望")
    noted = Correction.objects.filter(person=crew.manager).values_list("first", flat=True)
    assert list(noted) == [FRIDAY]
    with pytest.raises(Refused, match="已确认"):
        confirming.refuse(visit.companions.get(), reason="", by=crew.manager, at=FRIDAY_NOON, key=uuid4())
    with pytest.raises(Refused, match="由本人确认"):
        confirm(visit.companions.get(), crew.leader)


def test_a_denial_takes_the_level_back(crew, held):
    visit = held(crew.leader)
    assert level(crew)[0] == 2
    confirming.refuse(visit.companions.get(), reason="当天在开会", by=crew.leader, at=FRIDAY_NOON, key=uuid4())
    assert level(crew)[0] == 1
    visit.refresh_from_db()
    assert (visit.companion, visit.companion_missing, visit.companion_confirmed) == (None, True, False)
    assert Notice.objects.get(to=crew.her, kind="accompany_refused").body == "当天在开会"


def test_the_owner_says_that_nobody_came_or_that_another_did(crew, held):
    visit = held(crew.leader, alone=True)
    assert (visit.companion, visit.companions.get().outcome) == (None, "")
    assert not Notice.objects.filter(to=crew.leader, kind="accompany_confirm").exists()
    other = record(crew, companion_id=crew.chief.pk, replaces=visit.pk)
    assert {(one.companion.name, one.outcome) for one in other.companions.all()} == {
        ("李卫东", ""),
        ("孙洁", "pending"),
    }
    with pytest.raises(Refused, match="不能陪访"):
        record(crew, companion_id=crew.mate.pk, replaces=other.pk)


def test_changing_the_entry_keeps_what_the_companion_said(crew, held):
    visit = held(crew.leader)
    confirm(visit.companions.get(), crew.leader, "谈得好")
    again = record(crew, companion_id=crew.leader.pk, replaces=visit.pk, outcome="签了意向")
    assert again.pk != visit.pk and counted(again)
    assert again.companions.get().feedback == "谈得好"
    assert PlannedVisit.objects.get().visit_id == again.pk
    assert level(crew)[0] == 2


def test_taking_the_entry_back_makes_the_visit_one_to_come(crew, held):
    visit = held(crew.leader)
    actions.remove_entry(crew.her, day=FRIDAY, at=FRIDAY_NOON, key=uuid4(), entry=visit.pk)
    planned, one = PlannedVisit.objects.get(), Accompaniment.objects.get()
    assert (planned.state, one.state, one.outcome, planned.seats.count()) == ("planned", "accepted", "", 2)
    assert level(crew)[0] == 1


def test_silence_confirms_for_the_chain_and_never_for_3111_however_long_nobody_rang(crew, held):
    visit = held(crew.leader)
    for at, reminders, lapsed in (
        (make.at(FRIDAY, 23), 0, False),
        (make.at(MONDAY, 0), 1, False),
        (make.at(TUESDAY, 23, 30), 1, False),  # the clock goes on
        (make.at(WEDNESDAY, 0), 1, True),
        (make.at(WEDNESDAY + timedelta(days=30), 9), 1, True),
    ):
        clock.shift_clock(to=at)
        run_due(), run_due()
        one = visit.companions.get()
        assert Notice.objects.filter(to=crew.leader, kind="accompany_reminder").count() == reminders, at
        assert (one.lapsed_at is not None) == lapsed, at
    assert Notice.objects.filter(to=crew.her, kind="accompany_lapsed").count() == 1
    assert level(crew)[0] == 2 and not counted(visit)
    confirm(visit.companions.get(), crew.leader, "补一句", at=clock.now())
    assert not counted(visit), "silence had spoken"


def test_weeks_of_silence_at_once(crew, held):
    visit = held(crew.leader)
    clock.shift_clock(to=make.at(WEDNESDAY + timedelta(days=30), 9))
    run_due()
    assert visit.companions.get().lapsed_at is not None
    assert not Notice.objects.filter(kind="accompany_reminder").exists()


def test_an_unanswered_invitation_is_reminded_once_on_the_working_day_before(crew):
    crew.plan(crew.leader, day=TUESDAY)
    told = Notice.objects.filter(to=crew.leader, kind="accompany_reminder")
    for at, times in ((make.at(FRIDAY, 23), 0), (make.at(MONDAY, 0), 1), (make.at(MONDAY, 12), 1)):
        clock.shift_clock(to=at)
        run_due()
        assert told.count() == times, at


def test_an_invitation_is_a_letter_too_with_the_page_of_the_three_buttons(crew):
    from_her = crew.plan(crew.leader).accompaniments.get()
    [letter] = confirming_letters(crew.leader)
    assert f"/accompany/{from_her.pk}/" in letter.body and "11月20日 周五 10:00–11:00" in letter.body


def confirming_letters(who):
    return list(Letter.objects.filter(to=who.email))


def test_today_has_the_visit_with_one_tap_to_the_filled_sheet(client, crew, held):
    planned = crew.plan(crew.leader, day=TODAY, hour=14)
    inviting.accept(planned.accompaniments.get(), by=crew.leader, at=NOW, key=uuid4())
    clock.shift_clock(to=make.at(TODAY, 16))
    client.force_login(crew.her)
    assert "李卫东 陪访" in client.get("/today/").content.decode()
    sheet = client.get(f"/today/{TODAY}/visit/new/?visit={planned.pk}").content.decode()
    for word in ("瑞丰食品有限公司", 'value="14:00"', 'value="15:00"', "递交方案", "按约好的"):
        assert word in sheet
    body = {
        "key": uuid4(), "visit": planned.pk, "client": "瑞丰食品有限公司", "contact": "张经理", "kind": "development",
        "starts_at": "14:00", "ends_at": "15:00", "purpose": "递交方案", "outcome": "已收下", "next_step": "再谈",
        "next_step_on": MONDAY, "companion": "",
    }  # fmt: skip
    for _ in range(2):  # a second tap finds the first answer
        assert client.post(f"/today/{TODAY}/visit/new/", body).status_code == 302
    assert Visit.objects.get().companion == crew.leader
    assert "约好的拜访" not in client.get("/today/").content.decode()


def test_recorded_visits_in_two_places_are_flagged_and_never_refused(crew, held):
    """Of the owner and of a companion who confirmed; a mere invitation is no place."""
    visit = held(crew.leader)
    mine, other = make.prospect(crew.mate, "云帆物流"), make.at(FRIDAY, 10, 30).time()
    given = {"client": mine.name, "contact": "王敏", "kind": "service", "purpose": "送单", "starts_at": other}
    second = actions.record_visit(
        crew.mate, day=FRIDAY, at=FRIDAY_NOON, key=uuid4(), companion_id=crew.leader.pk, outcome="已收", **given
    )
    record(crew, replaces=visit.pk, ends_at=make.at(FRIDAY, 11).time())
    assert flags_on(crew.her) == flags_on(crew.mate) == [[]]
    for one in Accompaniment.objects.filter(outcome="pending"):
        confirm(one, crew.leader, "谈得好")
    assert flags_on(crew.her) == [["companion_overlap"]]
    assert flags_on(crew.mate) == [["companion_overlap"]]
    assert Visit.objects.filter(pk=second["entry"], counted=True).exists()


def flags_on(who):
    log = DailyLog.objects.get(person=who, day=FRIDAY)
    found = flagged(entries_of(log, who.pk, FRIDAY), log, works=True, away={})
    return [[flag.value for flag in one.flags] for one in found]
