"""P5, P6: a posted day against its transaction alone, and the day's form against a page that only asks who it is."""

from __future__ import annotations

from datetime import time
from statistics import median
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse

from activity.daily_log import actions
from activity.daily_log.models import DailyLog
from org import clock
from org.people.models import Person
from org.routes import signed_in
from org.working_days.rules import instant
from tests.bench.city import WEEK
from tests.bench.measuring import Goal, in_turn, milliseconds, seconds
from tests.bench.saving import Saving

DAY = WEEK.next.days[1]  # no header yet
BACKEND = settings.AUTHENTICATION_BACKENDS[-1]
FORM = "application/x-www-form-urlencoded"  # what the page's <form> sends; the test client's own is multipart


@signed_in
def session_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<!doctype html><title>{request.user}</title>")


urlpatterns = [path("", include("config.urls")), path("bench/session/", session_only, name="bench-session")]


class Someone:
    """A client manager with an open day, signed in."""

    def __init__(self, person: Person) -> None:
        self.person, self.saving = person, Saving(person)
        self.browser = Client(SERVER_NAME="127.0.0.1")
        self.browser.force_login(person, backend=BACKEND)
        self.get_session_only()  # a test client starts a server of its own, which a worker has done long before
        self.url = reverse("whole-day", args=[DAY])

    def get_form(self) -> None:
        assert self.browser.get(self.url).status_code == 200

    def get_session_only(self) -> None:
        assert self.browser.get(reverse("bench-session")).status_code == 200

    def post(self) -> None:
        body = urlencode(self.posted())
        assert self.browser.post(self.url, body, content_type=FORM).status_code == 302

    def save(self) -> None:
        at = instant(DAY, time(18))
        actions.record_day(self.person, day=DAY, at=at, key=uuid4(), entries=self.saving.entries())

    def posted(self) -> dict[str, str]:
        """Twelve rows, as the browser sends them."""
        me = self.person.employee_no
        call = {"contact": "王敏", "kind": "service", "answer": "answered", "purpose": "续保提醒", "result": "再联系"}
        visit = {"contact": "王敏", "kind": "service", "purpose": "送保单", "outcome": "已签收", "starts_at": "10:00"}
        rows = {f"call-{n}": {**call, "client": f"电话{n}", "call_at": "10:00"} for n in range(1, 7)}
        rows |= {f"visit-{n}": {**visit, "client": f"拜访{n}"} for n in range(1, 4)}
        rows["prospect-1"] = {"name": f"{me} 的新客户", "handler": "李主任", "source": "cold"}
        rows["study-1"] = {"topic": "product", "title": "雇主责任险", "learnt": "三人起投"}
        rows["other-1"] = {"content": "增减人六名"}
        return {"key": str(uuid4())} | {f"{row}-{k}": v for row, fields in rows.items() for k, v in fields.items()}


def measure(people: list[Person], *, rounds: int) -> list[Goal]:
    """Every round takes two people who have not written this day yet."""
    clock.shift_clock(to=instant(DAY, time(18)))
    with override_settings(ROOT_URLCONF=__name__):
        posted, saved = [], []
        for number, (one, other) in enumerate(zip(people[0::2], people[1::2], strict=True)):
            first, second = Someone(one), Someone(other)
            second.person.posts_on(DAY)
            took = seconds(first.post), seconds(second.save)
            if number >= 5:
                posted.append(took[0])
                saved.append(took[1])
        done = DailyLog.objects.filter(person__in=people, day=DAY, calls=6, visits=3, prospects=1, studies=1).count()
        assert done == len(people), f"{done} of {len(people)} days were written"
        someone = Someone(people[0])
        form, floor = in_turn(rounds, someone.get_form, someone.get_session_only, warm=5)
    clock.shift_clock(to=None)
    post_figures = {"POST ms": milliseconds(median(posted)), "save ms": milliseconds(median(saved))}
    get_figures = {"form ms": milliseconds(form), "session-only ms": milliseconds(floor)}
    return [
        Goal("P5", "POST of a day / its transaction alone", median(posted) / median(saved), 2.5, post_figures),
        Goal("P6", "GET of the day's form / session-only page", form / floor, 4, get_figures),
    ]
