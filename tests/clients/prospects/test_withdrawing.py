"""Taking a registration back: what goes with it, what stays, and who moves up."""

from uuid import uuid4

import pytest
from django.urls import reverse

from activity.daily_log import actions
from activity.daily_log.models import DailyLog
from clients.policies.models import Policy
from clients.prospects.models import Contact, Prospect, Registration
from org.posts import Post
from org.workflow import Refused
from tests import factories as make
from tests.factories import THURSDAY, at

FRIDAY = THURSDAY.replace(day=20)
NAME = "新星公司"


def take_back(who, entry, day=THURSDAY):
    actions.remove_entry(who, day=day, at=at(day, 11), key=uuid4(), entry=entry)


def imported(who, day, prospect=None):
    """A 积累 row as a list brings it: matched by name with a card that it did not make."""
    actions.save_texts(who, day=day, at=at(day, 9), plan="")
    city = who.appointments.get().unit.city
    return Registration.objects.create(
        person=who, day=day, city=city, name=NAME, name_key=NAME, handler="李主任", source="cold", prospect=prospect,
        recorded_at=at(day), import_key=uuid4().hex,
    )  # fmt: skip


def test_the_card_that_it_made_goes_with_it(zhou):
    take_back(zhou, make.registration(zhou, name=NAME)["entry"])
    assert not Prospect.objects.exists() and not Contact.objects.exists() and not Registration.objects.exists()


def test_a_card_that_it_did_not_make_stays(zhou):
    card = make.prospect(zhou, NAME)
    take_back(zhou, imported(zhou, THURSDAY, card).pk)
    assert Prospect.objects.get() == card and Contact.objects.exists()
    assert not Registration.objects.exists()


@pytest.mark.parametrize("what", ["call", "visit", "policy"])
def test_what_hangs_on_the_card_keeps_it_and_that_is_said(zhou, what):
    entry = make.registration(zhou, name=NAME)["entry"]
    if what == "policy":
        Policy.objects.create(
            number="1", holder=NAME, line="团意", is_renewal=False, premium=1, issued_on=THURSDAY, seller=zhou,
            unit=zhou.appointments.get().unit, prospect=Prospect.objects.get(),
        )  # fmt: skip
    else:
        getattr(make, what)(zhou, client=NAME)
    with pytest.raises(Refused, match="已有电话、拜访或保单，不能撤回登记"):
        take_back(zhou, entry)
    assert Registration.objects.get().prospect == Prospect.objects.get()
    assert Contact.objects.exists() and DailyLog.objects.get().prospects == 1


def test_the_page_says_so_too(zhou, client, clock_at):
    entry = make.registration(zhou, name=NAME)["entry"]
    make.call(zhou, client=NAME)
    clock_at(at(THURSDAY, 12))
    client.force_login(zhou)
    answer = client.post(reverse("today-entry-remove", args=[THURSDAY, "prospect", entry]), follow=True)
    assert answer.status_code == 200
    assert "不能撤回登记" in answer.content.decode()


@pytest.mark.parametrize("linked", [True, False])
def test_the_next_of_the_name_moves_up_and_counts(zhou, department, linked):
    entry = make.registration(zhou, name=NAME)["entry"]
    other = make.person(Post.CLIENT_MANAGER, unit=department)
    later = imported(other, FRIDAY, Prospect.objects.get() if linked else None)
    Registration.objects.filter(pk=later.pk).update(is_duplicate=True, why_not="duplicate")
    take_back(zhou, entry)
    later.refresh_from_db()
    assert (later.is_duplicate, later.counted, later.why_not, later.prospect) == (False, True, "", None)
    assert DailyLog.objects.get(person=other).prospects == 1
