"""A request happens when all of it is here: who sends the body slowly gains no minute and no right."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from activity.daily_log.models import DailyLog
from org.people.models import Person
from tests import factories as make

FORM = "application/x-www-form-urlencoded"
DAY = f"/today/{make.THURSDAY}/"


class Slow(BytesIO):
    """A body during which something happens."""

    def __init__(self, body, happens):
        super().__init__(body)
        self.happens = happens

    def read(self, *size):
        self.happens()
        return super().read(*size)


class Broken(BytesIO):
    def read(self, *size):
        raise BlockingIOError("the rest never came")


@pytest.fixture
def phone(client, zhou, clock_at):
    clock_at(make.at(make.THURSDAY, 19, 59))
    client.force_login(zhou)
    return client


def send(client, happens, address=f"{DAY}submit/", **fields):
    body = urlencode({"key": uuid4(), "tomorrow_plan": "拜访三家", **fields}).encode()
    return client.post(address, body, content_type=FORM, **{"wsgi.input": Slow(body, happens)})


def test_a_log_whose_body_arrives_the_next_morning_is_of_the_next_morning(phone, zhou, clock_at):
    make.full_day(zhou)
    morning = make.at(make.THURSDAY + timedelta(days=1), 9)
    assert send(phone, lambda: clock_at(morning)).status_code == 302
    log = DailyLog.objects.get(person=zhou)
    assert (log.timeliness, log.counts) == ("back", False)
    assert log.handed_in_at == morning or log.handed_in_at > morning


def test_a_body_in_time_is_in_time(phone, zhou):
    make.full_day(zhou)
    send(phone, lambda: None)
    assert DailyLog.objects.get(person=zhou).timeliness == "on_time"


@pytest.mark.parametrize("change", [{"is_active": False}, {"left_on": make.MONDAY}])
def test_who_left_while_his_body_was_on_the_way_hands_in_nothing(phone, zhou, change):
    answer = send(phone, lambda: Person.objects.filter(pk=zhou.pk).update(**change))
    assert answer.url.startswith("/?next=")
    assert not DailyLog.objects.exists()


def test_a_body_that_never_comes_is_an_answer_and_no_error(phone):
    answer = phone.post(f"{DAY}submit/", b"key=1", content_type=FORM, **{"wsgi.input": Broken()})
    assert answer.status_code == 408
    assert not DailyLog.objects.exists()
