"""The author's day, from the first entry to the hand-in."""

from datetime import time
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from activity.daily_log import actions, reviewing
from activity.daily_log.day import week_view
from activity.daily_log.models import DailyLog, LogEntry
from activity.daily_log.recording import NewCall, NewStudy, NewVisit
from clients.prospects.actions import NewProspect
from clients.prospects.models import Prospect, Registration
from clients.visits.models import Visit
from org.posts import Post
from org.week import Week
from org.workflow import Refused
from tests import factories as make
from tests.factories import MONDAY, THURSDAY, at

FRIDAY = THURSDAY.replace(day=20)


def header(who, day=THURSDAY):
    return DailyLog.objects.get(person=who, day=day)


def figures(row):
    return row.calls, row.visits, row.prospects, row.studies


def test_a_full_day_is_6311(zhou):
    make.full_day(zhou)
    assert figures(header(zhou)) == (6, 3, 1, 1)


def test_only_what_is_handed_in_enters_the_week(zhou):
    make.full_day(zhou)
    assert week_view(zhou, Week(MONDAY), at(THURSDAY, 19)).done == (0, 0, 0, 0)
    make.submit(zhou)
    assert week_view(zhou, Week(MONDAY), at(THURSDAY, 19)).done == (6, 3, 1, 1)


@pytest.mark.parametrize(
    ("hour", "timeliness", "counts"),
    [
        (at(THURSDAY, 19, 59, 59), "on_time", True),
        (at(THURSDAY, 20), "late", True),
        (at(FRIDAY, 8, 29, 59), "late", True),
        (at(FRIDAY, 8, 30), "back", False),
        (at(FRIDAY.replace(day=23), 11, 59, 59), "back", False),
    ],
)
def test_the_hour_of_the_hand_in_decides(zhou, hour, timeliness, counts):
    log = make.submit(zhou, when=hour)
    assert (log.timeliness, log.counts) == (timeliness, counts)


def test_after_the_lock_nothing_is_written_and_the_sentence_says_when(zhou):
    monday_noon = at(FRIDAY.replace(day=23), 12)
    with pytest.raises(Refused, match="已锁定"):
        make.submit(zhou, when=monday_noon)
    with pytest.raises(Refused, match="12:00"):
        make.call(zhou, when=monday_noon)
    assert not LogEntry.objects.exists()


def test_the_future_is_for_the_itinerary(zhou):
    with pytest.raises(Refused, match="还没到"):
        make.call(zhou, FRIDAY, when=at(THURSDAY))


def test_a_manager_keeps_no_6311(manager):
    with pytest.raises(Refused, match="不归你办"):
        make.call(manager)


def test_after_eight_a_submitted_log_is_changed_only_when_returned(zhou):
    make.submit(zhou, when=at(THURSDAY, 18))
    make.call(zhou, when=at(THURSDAY, 19, 59))
    with pytest.raises(Refused, match="请经理先退回"):
        make.call(zhou, when=at(THURSDAY, 20))
    assert figures(header(zhou)) == (1, 0, 0, 0)


def test_the_same_key_does_it_once_and_another_form_with_it_is_refused(zhou):
    key = uuid4()
    first = make.call(zhou, key=key, client="云帆物流")
    assert make.call(zhou, key=key, client="云帆物流", when=at(THURSDAY)) == first
    assert LogEntry.objects.count() == 1
    with pytest.raises(Refused, match="内容不同"):
        make.call(zhou, key=key, client="宏达机械")


def test_what_is_taken_back_no_longer_counts(zhou):
    made = make.visit(zhou)
    actions.remove_entry(zhou, day=THURSDAY, at=at(THURSDAY, 11), key=uuid4(), entry=made["entry"])
    assert not Visit.objects.exists()
    assert figures(header(zhou)) == (0, 0, 0, 0)


def test_changing_an_entry_replaces_it(zhou):
    made = make.call(zhou, outcome="", client="云帆物流")
    assert figures(header(zhou))[0] == 0
    make.call(zhou, outcome="约访成功", client="云帆物流", replaces=made["entry"])
    assert LogEntry.objects.count() == 1
    assert figures(header(zhou))[0] == 1


def test_a_registration_makes_a_prospect_and_a_second_of_the_name_is_refused(zhou, department):
    make.registration(zhou, name="青岛晨光幼儿园")
    assert Prospect.objects.get().owner == zhou
    other = make.person(Post.CLIENT_MANAGER, unit=department)
    with pytest.raises(Refused, match="已有人报备"):
        make.registration(other, name="青岛 晨光幼儿园")
    assert Registration.objects.count() == 1


def test_a_withdrawn_registration_frees_the_name(zhou):
    made = make.registration(zhou, name="青岛晨光幼儿园")
    actions.remove_entry(zhou, day=THURSDAY, at=at(THURSDAY, 11), key=uuid4(), entry=made["entry"])
    make.registration(zhou, name="青岛晨光幼儿园")
    assert figures(header(zhou))[2] == 1


def test_a_contact_marked_do_not_disturb_is_not_counted_again(zhou):
    make.prospect(zhou, "云帆物流", handler="王敏")
    make.call(zhou, client="云帆物流", contact="王敏", do_not_disturb=True)
    make.call(zhou, FRIDAY, client="云帆物流", contact="王敏")
    assert (header(zhou).calls, header(zhou, FRIDAY).calls) == (1, 0)


def test_a_visit_finds_the_prospect_by_its_exact_name(zhou):
    prospect = make.prospect(zhou, "宏达机械有限公司")
    make.visit(zhou, client="宏达机械有限公司")
    make.visit(zhou, client="宏达机械")
    assert sorted(str(visit.prospect_id) for visit in Visit.objects.all()) == sorted([str(prospect.pk), "None"])


def test_a_whole_day_takes_as_many_statements_as_a_single_entry_of_each_kind(zhou):
    def day(number):
        moment = time(10)
        return [
            *(NewCall(client=f"甲{number}{n}", contact="王敏", kind="service", answer="answered", purpose="回访",
                      outcome="再联系", at=moment) for n in range(number)),
            *(NewVisit(client=f"乙{number}{n}", contact="王敏", kind="service", purpose="回访", outcome="再联系",
                       starts_at=moment) for n in range(number)),
            *(NewProspect(name=f"丙{number}{n}", handler="王敏", source="cold") for n in range(number)),
            *(NewStudy(topic="product", title="雇主责任险", learnt="三人起投") for n in range(number)),
        ]  # fmt: skip

    def statements(who, number):
        with CaptureQueriesContext(connection) as captured:
            actions.record_day(who, day=THURSDAY, at=at(THURSDAY), key=uuid4(), entries=day(number))
        return len(captured)

    other = make.person(Post.CLIENT_MANAGER, unit=zhou.appointments.get().unit)
    assert statements(zhou, 1) == statements(other, 9)
    assert figures(header(other)) == (9, 9, 9, 9)


def test_the_database_knows_what_handed_in_means(zhou, department):
    with pytest.raises(IntegrityError, match="handed_in_means_at_some_time"):
        DailyLog.objects.create(person=zhou, day=THURSDAY, unit=department, state="submitted", created_at=at(THURSDAY))


def test_a_returned_log_after_its_lock_is_told_the_lock(zhou, manager):
    log = make.submit(zhou)
    reviewing.return_log(log, by=manager, at=at(FRIDAY, 9), comment="补")
    with pytest.raises(Refused, match=r"^日志已锁定：补录到 12:00 为止。$"):
        make.submit(zhou, when=at(FRIDAY.replace(day=23), 12))


def test_what_is_in_is_in(zhou):
    make.submit(zhou)
    for when in (at(THURSDAY, 19), at(FRIDAY.replace(day=23), 12)):
        with pytest.raises(Refused, match="已经提交过了"):
            make.submit(zhou, when=when)
