"""勿扰: whose next call does not count, and that a slip of the thumb leaves nothing behind."""

from uuid import uuid4

import pytest

from activity.daily_log import actions
from activity.daily_log.models import DailyLog, LogEntry
from clients.prospects.models import Contact
from org.posts import Post
from org.trace.models import Trace
from tests import factories as make
from tests.factories import THURSDAY, at

WEDNESDAY, FRIDAY = THURSDAY.replace(day=18), THURSDAY.replace(day=20)
MARKED = "do_not_disturb"


@pytest.fixture
def cloud(zhou):
    return make.prospect(zhou, "云帆物流", handler="王敏")


def call(who, day=THURSDAY, **more):
    """A call to 王敏 of 云帆物流; `asks` for no more."""
    if more.pop("asks", False):
        more = {"outcome": "勿扰", "do_not_disturb": True, **more}
    return make.call(who, day, **{"client": "云帆物流", "contact": "王敏", **more})["entry"]


def why(entry):
    row = LogEntry.objects.get(pk=entry)
    assert row.counted == (row.why_not == "")
    return row.why_not


def take_back(who, entry, day=THURSDAY):
    actions.remove_entry(who, day=day, at=at(day, 11), key=uuid4(), entry=entry)


def test_the_call_that_was_asked_to_be_the_last_counts_and_the_next_does_not(zhou, cloud):
    assert why(call(zhou, asks=True)) == ""
    assert why(call(zhou, FRIDAY)) == MARKED


def test_a_contact_who_was_not_known_becomes_one(zhou, cloud):
    entry = call(zhou, contact="李四", asks=True)
    made = Contact.objects.get(prospect=cloud, name="李四")
    assert (made.do_not_disturb_since, str(made.do_not_disturb_by)) == (THURSDAY, entry)
    assert Trace.objects.filter(verb="do_not_disturb", about_id=str(made.pk)).exists()
    assert why(call(zhou, FRIDAY, contact="李四")) == MARKED
    assert why(call(zhou, FRIDAY)) == ""


def test_a_client_who_is_no_prospect_is_kept_in_mind_too(zhou):
    call(zhou, asks=True)
    assert why(call(zhou, FRIDAY, client="云帆 物流")) == MARKED
    assert why(call(zhou, FRIDAY, contact="李四")) == ""
    assert not Contact.objects.exists()


def test_the_mark_on_a_client_who_is_no_prospect_is_ones_own(zhou, department):
    call(zhou, asks=True)
    assert why(call(make.person(Post.CLIENT_MANAGER, unit=department), FRIDAY)) == ""


def test_the_mark_on_a_prospect_holds_for_the_colleagues(zhou, cloud, department):
    call(zhou, asks=True)
    assert why(call(make.person(Post.CLIENT_MANAGER, unit=department), FRIDAY)) == MARKED


def test_who_asked_before_becoming_a_prospect_has_still_asked(zhou):
    call(zhou, asks=True)
    make.prospect(zhou, "云帆物流", handler="王敏")
    assert why(call(zhou, FRIDAY)) == MARKED


def test_what_was_called_on_the_days_before_still_counts_when_written_later(zhou, cloud):
    call(zhou, THURSDAY, asks=True)
    assert why(call(zhou, WEDNESDAY, when=at(THURSDAY, 11))) == ""


@pytest.mark.parametrize("known", [True, False], ids=["prospect", "no prospect"])
class TestASlip:
    @pytest.fixture(autouse=True)
    def client(self, known, zhou):
        if known:
            make.prospect(zhou, "云帆物流", handler="王敏")

    def marked(self):
        return Contact.objects.exclude(do_not_disturb_since=None).exists()

    def test_correcting_a_word_keeps_the_call_and_the_mark(self, zhou, known):
        first = call(zhou, asks=True)
        second = call(zhou, asks=True, purpose="改一个字", replaces=first)
        assert why(second) == ""
        assert self.marked() == known
        assert why(call(zhou, FRIDAY)) == MARKED

    def test_another_outcome_lifts_it_from_the_calls_since(self, zhou):
        first = call(zhou, asks=True)
        later = call(zhou, FRIDAY)
        assert why(later) == MARKED
        assert why(call(zhou, replaces=first)) == ""
        assert why(later) == ""
        assert DailyLog.objects.get(day=FRIDAY).calls == 1
        assert not self.marked()
        assert why(call(zhou, FRIDAY.replace(day=21), when=at(FRIDAY.replace(day=21)))) == ""

    def test_taking_it_back_lifts_it(self, zhou):
        first = call(zhou, asks=True)
        later = call(zhou, FRIDAY)
        take_back(zhou, first)
        assert why(later) == "" and not self.marked()

    def test_the_other_contact_was_meant(self, zhou):
        first = call(zhou, asks=True)
        call(zhou, asks=True, contact="李四", replaces=first)
        assert why(call(zhou, FRIDAY)) == ""
        assert why(call(zhou, FRIDAY, contact="李四")) == MARKED

    def test_who_asked_twice_still_asked_once(self, zhou, known):
        first = call(zhou, asks=True)
        second = call(zhou, FRIDAY, asks=True)
        assert why(second) == MARKED
        take_back(zhou, first)
        assert why(second) == "" and self.marked() == known
        assert why(call(zhou, FRIDAY.replace(day=21), when=at(FRIDAY.replace(day=21)))) == MARKED

    def test_taking_back_a_call_after_the_mark_changes_nothing(self, zhou, known):
        call(zhou, WEDNESDAY, asks=True)
        take_back(zhou, call(zhou))
        assert why(call(zhou, FRIDAY)) == MARKED
        assert self.marked() == known


def test_a_mark_that_no_call_made_stays(zhou, cloud):
    Contact.objects.update(do_not_disturb_since=WEDNESDAY)
    take_back(zhou, call(zhou, asks=True))
    assert why(call(zhou, FRIDAY)) == MARKED
