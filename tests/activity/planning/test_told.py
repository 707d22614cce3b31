"""What waits is said on the desk and counted in the menu."""

from uuid import uuid4

from django.urls import reverse

from activity.itinerary.models import Itinerary, Target
from activity.planning import drafting, merging, told
from org.pages.waiting import counted
from org.posts import Post
from tests import factories as make
from tests.activity.planning.conftest import FRIDAY, OPEN, PLAN, REPORT, draft, plan_address


def waits(person, day=FRIDAY):
    """As the menu counts it."""
    return counted({"itineraries": told.to_merge(person, day)})["itineraries"]


def said(rows):
    return [one.title for one in rows]


def test_the_manager_reads_how_many_drafts_are_in_and_what_became_of_the_plan(
    zhou, manager, deputy, department, as_one
):
    mate = make.person(Post.CLIENT_MANAGER, unit=department)
    assert waits(manager) == 0
    as_one(zhou).post(plan_address(), draft(do="hand_in"))
    assert waits(manager) == 1 and waits(zhou) == waits(deputy) == 0
    desk = as_one(manager).get("/").content.decode()
    assert "草稿已交 1 / 2 人" in desk and "11月21日 周六 12:00 前上报" in desk
    late = make.at(REPORT.saturday, 12)
    assert said(told.of_departments(manager, at=late)) == ["下周行事历还没有上报，已过期限"]
    plan = Itinerary.objects.get()
    Itinerary.objects.update(summary="写", feasibility="写")
    make.target(plan, mate)
    merging.submit(department, PLAN, by=manager, key=uuid4(), at=OPEN)
    assert said(told.of_departments(manager, at=OPEN)) == ["下周行事历已上报，等分管总批"]
    assert waits(manager) == 0
    Itinerary.objects.update(state="returned", opinion="再算算")
    assert said(told.of_departments(manager, at=OPEN)) == ["下周行事历被退回，改好再上报"]
    assert waits(manager) == 1
    assert waits(manager, PLAN.monday) == 0  # its week has begun


def test_the_employee_reads_what_is_due_and_that_there_is_a_result(zhou, manager, deputy, department, as_one):
    assert said(told.of_himself(zhou, at=OPEN)) == ["下周行事历还没有交"]
    assert said(told.of_himself(zhou, at=make.at(FRIDAY, 18))) == ["下周行事历还没有交，已迟"]
    as_one(zhou).post(plan_address(), draft(do="hand_in"))
    assert said(told.of_himself(zhou, at=OPEN)) == []
    Itinerary.objects.update(
        state="approved", person=manager, version=1, first_submitted_at=OPEN, submitted_at=OPEN, approved_by=deputy,
        approved_at=OPEN,
    )  # fmt: skip
    assert said(told.of_himself(zhou, at=OPEN)) == ["下周行事历批准了，看一眼你的目标"]
    as_one(zhou).post(reverse("plan-acknowledge", args=[PLAN]))
    assert said(told.of_himself(zhou, at=OPEN)) == []


def test_the_menu_leads_to_the_one_plan_that_is_his(zhou, manager, branch, hq, as_one, department):
    def leads(who, route):
        return as_one(who).get(reverse(route)).headers.get("Location", "")

    assert leads(zhou, "plan-next") == plan_address()
    there = reverse("itinerary", args=[PLAN, department.code])
    assert leads(manager, "itineraries") == there
    assert leads(make.person(Post.BRANCH_CLERK, unit=branch), "itineraries") == there
    assert leads(zhou, "itineraries") == plan_address()
    assert there in as_one(hq).get(reverse("itineraries")).content.decode()


def test_who_moved_takes_note_of_the_goals_of_both_departments(zhou, manager, department, branch):
    """A department where he was till Tuesday and one where he is from Wednesday: both plans are approved."""
    plans = [
        make.submitted_plan(unit, PLAN, by=manager, at=OPEN)
        for unit in (department, make.department(branch, "370202Y"))
    ]
    for plan in plans:
        make.target(plan, zhou)
    approved = {
        "state": "approved",
        "approved_by": make.person(Post.BRANCH_DEPUTY_GM, unit=branch),
        "approved_at": OPEN,
    }
    for plan in plans:
        Itinerary.objects.filter(pk=plan.pk).update(**approved)
    assert said(told.of_himself(zhou, at=OPEN)) == ["下周行事历批准了，看一眼你的目标"]
    drafting.acknowledge(zhou, PLAN, at=OPEN)
    assert Target.objects.filter(person=zhou, acknowledged_at=None).count() == 0
    assert said(told.of_himself(zhou, at=OPEN)) == []
