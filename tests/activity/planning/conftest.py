"""A department that plans: its people, the instants, and forms as a browser sends them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from org.week import Week
from tests import factories as make

REPORT = Week(make.MONDAY)  # its Saturday is due
PLAN = REPORT.next
FRIDAY = REPORT.saturday - timedelta(days=1)
OPEN = make.at(FRIDAY, 15)  # drafts are due at 18:00, handing in began at 14:00


@pytest.fixture(autouse=True)
def friday(db, clock_at):
    make.rules()
    clock_at(OPEN)


@pytest.fixture
def as_one(client):
    def sign_in(who):
        client.force_login(who)
        return client

    return sign_in


def draft(**more):
    """A whole draft as the form sends it; premium in 万元."""
    return {
        "key": uuid4(), "shown": "", "visits": "18", "premium": "10", "cases": "3", "key_work": "瑞丰预算会",
        "why": "", "support": "", "do": "save", **more,
    }  # fmt: skip


def plan_address():
    return reverse("plan", args=[PLAN])


def itinerary_address(unit):
    return reverse("itinerary", args=[PLAN, unit.code])


def merged(people, unit_shown="", shown=None, **more):
    """The manager's form with a goal for each of the people."""
    rows = {}
    for one in people:
        number = one.employee_no
        rows |= {
            f"{number}-visits": "15", f"{number}-premium": "8.5", f"{number}-cases": "2",
            f"{number}-key_work": "老客户回访", f"{number}-shown": (shown or {}).get(one.pk, ""),
        }  # fmt: skip
    texts = {"summary": "续保九成", "feasibility": "名单已核", "shortfall_reason": "", "support": ""}
    return {"key": uuid4(), "shown": unit_shown, "do": "save", **texts, **rows, **more}
