"""A plan that waits for 分管总 on the Saturday, and forms as a browser sends them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from activity.approval import actions
from org.posts import Post
from org.week import Week
from tests import factories as make

REPORT = Week(make.MONDAY)
PLAN = REPORT.next
NOON = make.at(REPORT.saturday, 12)
MORNING = NOON - timedelta(minutes=30)


@pytest.fixture(autouse=True)
def saturday(request):
    """11:30 of the Saturday; races on a database of their own set their clock themselves."""
    if "fresh_db" not in request.fixturenames:
        request.getfixturevalue("db")
        make.rules()
        request.getfixturevalue("clock_at")(MORNING)


def waiting(unit, by, people, *, at=MORNING - timedelta(minutes=38), version=1, **more):
    """Handed in by `by`, with a goal of 15 visits, 8.0 万 and 2 cases for each of the people."""
    texts = {"summary": "续保名单核完九成", "feasibility": "十二月到期续保七户已确认", "support": "周四陪访瑞丰"}
    plan = make.submitted_plan(unit, PLAN, by=by, at=at, **{"version": version, **texts, **more})
    for one in people:
        make.target(plan, one)
    return plan


@pytest.fixture
def plan(department, manager, zhou):
    return waiting(department, manager, [zhou])


def approve(plan, by, goals=None, **more):
    given = {"key": uuid4(), "version": plan.version, **more}
    return actions.approve(plan, goals or {}, by=by, **given)


def return_(plan, by, reason="拜访分两天走", **more):
    return actions.return_(plan, by=by, key=uuid4(), version=plan.version, reason=reason, **more)


def undo(plan, by, **more):
    return actions.undo_approval(plan, by=by, key=uuid4(), **more)


def address(plan, verb=""):
    return reverse(f"approval{verb}", args=[Week(plan.week), plan.unit.code])


def boxes(plan, **more):
    """The form as the page shows it; `E00001-visits` and so on."""
    fields = {"key": uuid4(), "version": plan.version, "opinion": ""}
    for target in plan.targets.select_related("person"):
        number = target.person.employee_no
        fields |= {
            f"{number}-visits": target.visits,
            f"{number}-premium": target.premium / 10_000,
            f"{number}-cases": target.cases,
        }
    return fields | more


def branch_with(city, code, count):
    """A branch with its 分管总 and so many departments, each with a plan for one client manager that waits."""
    branch = make.branch(city, code)
    deputy = make.person(Post.BRANCH_DEPUTY_GM, unit=branch)
    plans = []
    for n in range(count):
        unit = make.department(branch, f"{code}T{n}")
        by = make.person(Post.DEPARTMENT_MANAGER, unit=unit)
        plans.append(waiting(unit, by, [make.person(Post.CLIENT_MANAGER, unit=unit)]))
    return deputy, plans
