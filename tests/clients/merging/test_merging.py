"""Two cards of one client become one; for a day it can be undone, exactly."""

from datetime import timedelta
from uuid import uuid4

import pytest

from clients.chain import planning
from clients.merging import actions, apart, reading, settling
from clients.merging.models import Distinct, MergedRow
from clients.merging.tables import HOW, stay, tables
from clients.prospects.models import Contact, Prospect
from clients.referrals.models import ReferredName
from clients.visits.models import Visit
from org.periods.due import Sweep
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.clients.merging.conftest import NOW, fingerprints, merge, wish


def fresh(one):
    return Prospect.everything.get(pk=one.pk)


def test_what_was_chosen_stands_and_what_one_card_lacks_the_other_gives(zhou, pair):
    left, right = pair
    merge(left, right, zhou, facts=frozenset({"name"}))
    kept, gone = fresh(left), fresh(right)
    assert (kept.name, kept.industry, kept.headcount, kept.uscc) == (right.name, "制造", 80, right.uscc)
    assert (gone.name, gone.merged_into) == (left.name, kept)  # the other name still means this client
    assert "hdjx" in kept.found_by and "王敏" in kept.found_by_people
    assert set(Prospect.objects.all()) == {kept}


def test_everything_that_hung_on_the_other_hangs_on_it(zhou, worked):
    left, right = worked
    merge(left, right, zhou)
    left_behind = {table.label for table in tables() if HOW[table.label] is not stay and table.of(right).exists()}
    assert left_behind == set()
    counts = {table.label: table.of(left).count() for table in tables()}
    expected = {
        "clients.Contact.prospect": 3, "clients.Visit.prospect": 2, "clients.Policy.prospect": 2,
        "clients.Proposal.prospect": 3, "clients.Stakeholder.prospect": 1, "clients.CardConsent.prospect": 1,
        "clients.YearRecord.prospect": 1, "clients.KeyDate.prospect": 1, "clients.Cover.prospect": 2,
        "clients.ClientProfile.prospect": 1, "clients.Guest.prospect": 2, "clients.Referral.prospect": 2,
        "clients.ReferredName.prospect": 1, "clients.Opportunity.prospect": 2, "clients.PlannedVisit.prospect": 1,
        "activity.LogEntry.prospect": 2, "activity.PlanItem.prospect": 2, "activity.Target_key_prospects.prospect": 1,
        "clients.Prospect.merged_into": 1,
    }  # fmt: skip
    assert {label: counts[label] for label in expected} == expected
    card = fresh(left).profile
    assert (card.men, card.business) == (50, "轴承")
    assert list(left.proposals.values_list("version", flat=True)) == [3, 2, 1]
    assert left.card_consents.get().given_on == make.LONG_AGO
    assert left.card_yearrecords.get().claims == 9


def test_the_chains_of_one_line_are_one_and_count_on(zhou, manager, worked):
    left, right = worked
    merge(left, right, zhou)
    [both, other] = left.opportunities.order_by("line")
    assert (both.line, both.visits_made, other.line) == ("", 2, "团体意外")
    numbers = both.visits.order_by("day").values_list("chain_number", "chain_needs", "companion_missing")
    assert [row[0] for row in numbers] == [1, 2] and numbers[1][2] is True  # the second was alone
    assert left.planned_visits.get().opportunity == other


def test_one_person_on_both_cards_is_one_with_what_was_chosen(zhou, worked):
    left, right = worked
    theirs = right.contacts.get(name="李主任")
    merge(left, right, zhou, people=frozenset({(theirs.pk, "phone")}))
    kept = left.contacts.get(name="李主任")
    assert (kept.phone, kept.title) == ("13700003333", "主任")


@pytest.mark.parametrize("keep", [0, 1])
def test_whom_the_page_does_not_show_as_one_stays_apart_whichever_card_is_kept(zhou, pair, keep):
    left, right = pair
    left.contacts.create(name="张三", phone="13700004444", decides=True)
    left.contacts.create(name="李四", phone="137 0000 4444")
    right.contacts.create(name="王五", phone="13700004444")
    assert reading.people(left, right).same == []
    merge(pair[keep], pair[1 - keep], zhou)
    assert {"张三", "李四", "王五"} < set(pair[keep].contacts.values_list("name", flat=True))


def test_who_asked_not_to_be_disturbed_is_not_disturbed_afterwards(zhou, pair):
    left, right = pair
    left.contacts.create(name="赵总", phone="13700004444")
    right.contacts.create(name="赵总", do_not_disturb_since=make.THURSDAY)
    right.contacts.create(name="小赵", phone="13700004444", do_not_disturb_since=make.THURSDAY)
    merge(left, right, zhou)
    assert left.contacts.get(name="赵总").do_not_disturb_since == make.THURSDAY
    assert left.contacts.get(name="小赵").do_not_disturb_since == make.THURSDAY


def test_undone_every_row_is_as_it_was(zhou, worked, clock_at):
    left, right = worked
    before = fingerprints()
    done = merge(left, right, zhou, facts=frozenset({"name", "industry"}))
    changed = {table for table, mark in fingerprints().items() if mark != before[table]}
    assert {"clients_prospect", "clients_visit", "clients_contact", "activity_logentry"} <= changed
    actions.undo(done, by=zhou, at=NOW + timedelta(hours=23))
    assert {table for table, mark in fingerprints().items() if mark != before[table]} == set()
    assert not MergedRow.objects.exists()
    told = Trace.objects.filter(verb__in=["merge_client", "merged_away", "undo_merge"], by=zhou)
    assert told.count() == 4


def test_the_undo_is_refused_where_anything_has_changed_since_and_says_what(zhou, worked):
    left, right = worked
    changes = {
        "联系人": lambda: left.contacts.filter(name="王敏").update(title="会计"),
        "拜访": lambda: left.visits.filter(client=right.name).update(outcome="再约"),
        "准客户": lambda: Prospect.objects.filter(pk=left.pk).update(next_action="送方案"),
    }
    for what, change in changes.items():
        done = merge(left, right, zhou)
        change()
        with pytest.raises(Refused, match=f"「{what}」又有改动"):
            actions.undo(done, by=zhou, at=NOW)
        assert fresh(right).merged_into_id == left.pk
        Prospect.objects.filter(pk=left.pk).update(next_action="")
        left.contacts.filter(name="王敏").update(title="")
        left.visits.filter(client=right.name).update(outcome="已签收")
        actions.undo(done, by=zhou, at=NOW)
    done = merge(left, right, zhou)
    project, monday = left.opportunities.get(line="团体意外").pk, make.THURSDAY + timedelta(days=4)
    soon = planning.Wish(starts_at=make.at(monday, 9), ends_at=make.at(monday, 10), opportunity=project)
    planning.plan(zhou, fresh(left), soon, at=NOW + timedelta(minutes=1), key=uuid4())
    with pytest.raises(Refused, match="又约了拜访"):
        actions.undo(done, by=zhou, at=NOW + timedelta(minutes=2))


def test_what_was_visited_since_in_a_project_that_came_stays_with_it(zhou, worked):
    """Even a visit that does not count: the client of a visit and that of its project would be two after the undo."""
    left, right = worked
    done = merge(left, right, zhou)
    make.visit(zhou, when=NOW, client=right.name)
    fresh = Visit.objects.filter(kind="service", prospect=left)
    assert fresh.update(kind="development", opportunity=left.opportunities.get(line="团体意外")) == 1
    with pytest.raises(Refused, match="又记了拜访"):
        actions.undo(done, by=zhou, at=NOW + timedelta(minutes=2))


def consents(one, standing=True):
    return set(one.card_consents.filter(withdrawn_on__isnull=standing).values_list("purpose", "given_by", "given_on"))


def test_what_was_taken_back_on_one_card_does_not_stand_by_the_other(zhou, pair):
    left, right = pair
    days = [make.LONG_AGO + timedelta(days=number) for number in range(6)]
    make.consent(left, purpose="contact", given_by="王敏", given_on=days[0])
    ended = {"given_on": days[1], "withdrawn_on": days[3], "withdrawn_by": "王敏"}
    make.consent(right, purpose="contact", given_by="王 敏", **ended)
    make.consent(left, purpose="keep", given_by="王敏", given_on=days[4])  # given anew, after it was taken back
    make.consent(right, purpose="keep", given_by="王敏", **ended)
    make.consent(right, purpose="keep", given_by="王敏", given_on=days[5])
    for number in range(4):  # given on one card, on the other taken back and given anew
        make.consent(left, purpose="staff", given_by=f"李{number}", given_on=days[0])
        make.consent(right, purpose="staff", given_by=f"李{number}", **ended)
        make.consent(right, purpose="staff", given_by=f"李{number}", given_on=days[5])
    before = fingerprints()
    done = merge(left, right, zhou)
    assert consents(left) == {("keep", "王敏", days[4]), *(("staff", f"李{number}", days[5]) for number in range(4))}
    taken = left.card_consents.get(purpose="contact", given_by="王敏")
    assert (taken.withdrawn_on, taken.withdrawn_by) == (days[3], "王敏")
    actions.undo(done, by=zhou, at=NOW)
    assert fingerprints() == before


def test_who_was_told_apart_from_one_card_is_told_apart_from_the_client(zhou, pair):
    left, right = pair
    other, both = (make.prospect(zhou, name, phone="") for name in ("宏达机械集团", "宏达机械"))
    for one in (other, both):
        apart.tell_apart(right, one, by=zhou, at=NOW)
    apart.tell_apart(left, both, by=zhou, at=NOW)
    before = fingerprints()
    done = merge(left, right, zhou)
    told = {frozenset(row) for row in Distinct.objects.values_list("first", "second")}
    assert told == {frozenset((left.pk, one.pk)) for one in (other, both)}
    actions.undo(done, by=zhou, at=NOW)
    assert fingerprints() == before


def test_the_undo_ends_after_a_day_and_then_nothing_is_kept(zhou, worked):
    left, right = worked
    done = merge(left, right, zhou)
    slipped = Contact.objects.create(prospect=right, name="迟到的")  # was being written in the moment of the merge
    end = NOW + timedelta(hours=24)
    settling.settle_due(Sweep(end - timedelta(seconds=1)))
    assert MergedRow.objects.filter(merge=done).exists()
    with pytest.raises(Refused, match="已过 24 小时"):
        actions.undo(done, by=zhou, at=end)
    for _round in range(2):
        settling.settle_due(Sweep(end))
    assert not MergedRow.objects.exists()
    slipped.refresh_from_db()
    assert slipped.prospect == left


def test_a_second_tap_merges_nothing_twice(zhou, pair):
    key = uuid4()
    asked = wish(*pair)
    first = actions.merge(asked, by=zhou, at=NOW, key=key)
    assert actions.merge(asked, by=zhou, at=NOW, key=key) == first
    with pytest.raises(Refused, match="已经合并"):
        merge(pair[1], pair[0], zhou)


def test_protection_gains_no_day_by_merging_into_a_younger_card(zhou, pair):
    left, right = pair
    merge(right, left, zhou)  # the one that was registered today stays
    kept = fresh(right)
    assert (kept.registered_on, kept.held_since, kept.look_again_on) == (make.LONG_AGO, None, None)
    assert kept.created_at == left.created_at


def test_a_name_given_by_somebody_stays_his_name(zhou, pair):
    left, right = pair
    asked = make.referral(make.prospect(zhou, "介绍人公司"), names=[("宏达", "王敏"), ("宏达股份", "王敏")])
    first, second = asked.names.order_by("company")
    ReferredName.objects.filter(pk=first.pk).update(prospect=left)
    ReferredName.objects.filter(pk=second.pk).update(prospect=right)
    merge(left, right, zhou)
    assert set(ReferredName.objects.values_list("prospect", flat=True)) == {left.pk, right.pk}
