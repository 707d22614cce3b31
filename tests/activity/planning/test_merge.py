"""The manager merges the drafts and hands the plan in (A1): who is missing, who is late, who may, and how much work."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from activity.assessment.models import WeekAssessment, WeekClose
from activity.itinerary.models import Itinerary, PlanItem, Submission, Target
from activity.itinerary.rules import lateness
from activity.planning import merging
from activity.planning.dates import times_of
from org.notices.models import Notice
from org.people.models import Person
from org.posts import Post
from org.rules.book import rules_on
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.activity.planning.conftest import FRIDAY, OPEN, PLAN, REPORT, draft, itinerary_address, merged, plan_address

SATURDAY = REPORT.saturday
CLICKS, FIELDS = 2, 14  # of a merge of nine: see the last test


@pytest.fixture
def mate(department):
    return make.person(Post.CLIENT_MANAGER, unit=make.team(department), name="李卫东")


def save(client, unit, people, **more):
    shown = {one.person_id: one.changed_at.isoformat() for one in Target.objects.all()}
    plan = Itinerary.objects.filter(unit=unit, week=PLAN.monday).first()
    body = merged(people, unit_shown=plan.changed_at.isoformat() if plan else "", shown=shown, **more)
    return client.post(reverse("itinerary-save", args=[PLAN, unit.code]), body, follow=True)


def test_drafts_stand_in_the_table_and_are_edited_there(zhou, mate, manager, department, as_one):
    as_one(zhou).post(plan_address(), draft(do="hand_in"))
    client = as_one(manager)
    html = client.get(itinerary_address(department)).content.decode()
    assert 'value="18"' in html and "瑞丰预算会" in html and "已交 15:00" in html and "李卫东" in html
    assert "已保存" in save(client, department, [zhou, mate]).content.decode()
    assert [(one.person, one.visits, one.premium) for one in Target.objects.all()] == [
        (zhou, 15, Decimal("85000")), (mate, 15, Decimal("85000")),
    ]  # fmt: skip
    line = Trace.objects.get(verb="plan_merge")
    assert line.by == manager and zhou.employee_no in line.changes


def test_key_clients_stand_under_the_key_work(zhou, mate, manager, department, as_one):
    make.prospect(zhou, "瑞丰食品")
    as_one(zhou).post(plan_address(), draft(key_clients="瑞丰食品"))
    assert "重点客户 瑞丰食品" in as_one(manager).get(itinerary_address(department)).content.decode()


def test_it_is_refused_naming_who_lacks_goal_or_key_work(zhou, mate, manager, department, as_one):
    client = as_one(manager)
    answer = save(client, department, [zhou, mate], do="submit", **{f"{mate.employee_no}-key_work": ""})
    assert "李卫东还没有重点工作" in answer.content.decode()
    assert Itinerary.objects.get().state == "draft" and Itinerary.objects.get().summary == "续保九成"  # saved
    answer = save(client, department, [zhou, mate], do="submit", **{f"{mate.employee_no}-premium": ""})
    assert "李卫东还没有目标" in answer.content.decode()
    answer = save(client, department, [zhou, mate], do="submit", **{f"{mate.employee_no}-premium": "0"})
    assert "已上报" in answer.content.decode()  # 0 is a goal
    assert Itinerary.objects.get().state == "submitted"


def test_who_is_away_the_whole_week_needs_no_goal(zhou, mate, manager, department, as_one):
    for day in PLAN.days[:5]:
        make.absence(mate, day, "am"), make.absence(mate, day, "pm")
    assert "已上报" in save(as_one(manager), department, [zhou], do="submit").content.decode()


def test_the_words_that_the_article_asks_for_are_asked_for(zhou, manager, department, as_one):
    answer = save(as_one(manager), department, [zhou], do="submit", feasibility="")
    assert "可行性论证" in answer.content.decode() and Itinerary.objects.get().state == "draft"


def ready(manager, people, department):
    plan = make.plan(department, PLAN, at=OPEN, summary="续保九成", feasibility="名单已核")
    for one in people:
        make.target(plan, one)
    return plan


@pytest.mark.parametrize(
    ("day", "clock", "opens"), [(FRIDAY, (13, 59, 59), False), (FRIDAY, (14,), True), (SATURDAY, (12,), True)]
)
def test_it_opens_at_two_on_the_day_before(zhou, manager, department, day, clock, opens):
    plan = ready(manager, [zhou], department)
    try:
        merging.submit(department, PLAN, by=manager, key=uuid4(), at=make.at(day, *clock))
    except Refused as refusal:
        assert "起才能上报" in str(refusal)
    plan.refresh_from_db()
    assert (plan.state == "submitted") is opens


@pytest.mark.parametrize(("clock", "late"), [((11, 59, 59), False), ((12, 0, 0), True)])
def test_the_first_hand_in_decides_whether_the_manager_is_late(zhou, manager, department, clock, late):
    plan = ready(manager, [zhou], department)
    at = make.at(SATURDAY, *clock)
    merging.submit(department, PLAN, by=manager, key=uuid4(), at=at)
    plan.refresh_from_db()
    due = times_of(PLAN).due
    assert due == make.at(SATURDAY, 12)
    assert lateness(plan.first_submitted_at, None, due=due, at=at).submitter is late


def test_a_return_is_handed_in_again_as_the_next_version(zhou, manager, deputy, department):
    plan = ready(manager, [zhou], department)
    merging.submit(department, PLAN, by=manager, key=uuid4(), at=OPEN)
    Itinerary.objects.update(state="returned", opinion="再算算")
    Target.objects.update(visits=20)
    later = make.at(SATURDAY, 13)
    merging.submit(department, PLAN, by=manager, key=uuid4(), at=later)
    plan.refresh_from_db()
    assert (plan.version, plan.first_submitted_at, plan.submitted_at) == (2, OPEN, later)
    kept = list(Submission.objects.all())
    assert [one.content["targets"][0]["visits"] for one in kept] == [15, 20]
    assert [one.content["targets"][0]["premium"] for one in kept] == ["80000.00"] * 2
    assert Notice.objects.filter(to=deputy, kind="plan_submitted").count() == 2


def test_who_stands_in_hands_in_what_the_absent_manager_did_before(zhou, manager, deputy, department):
    plan = ready(manager, [zhou], department)
    merging.submit(department, PLAN, by=manager, key=uuid4(), at=OPEN)
    Itinerary.objects.update(state="returned")
    peer = make.person(Post.DEPARTMENT_MANAGER, unit=make.department(department.branch, "S1"))
    make.delegation(manager.appointments.get(), peer, starts_on=FRIDAY, ends_on=SATURDAY)
    merging.submit(department, PLAN, by=peer, key=uuid4(), at=OPEN)
    plan.refresh_from_db()
    assert (plan.state, plan.person, plan.version) == ("submitted", peer, 2)


def test_a_second_tap_and_a_second_tab_hand_in_once(zhou, manager, department, as_one):
    ready(manager, [zhou], department)
    key = uuid4()
    for _ in range(2):
        merging.submit(department, PLAN, by=manager, key=key, at=OPEN)
    with pytest.raises(Refused, match="已被别人办理"):
        merging.submit(department, PLAN, by=manager, key=uuid4(), at=OPEN)
    assert Submission.objects.count() == 1


def test_two_tabs_of_the_manager_never_overwrite_each_other(zhou, manager, department, as_one):
    client = as_one(manager)
    where = reverse("itinerary-save", args=[PLAN, department.code])
    first, second = merged([zhou]), merged([zhou], summary="另一份", **{f"{zhou.employee_no}-visits": "9"})
    assert client.post(where, first).status_code == 302
    answer = client.post(where, second)
    html = answer.content.decode()
    assert answer.status_code == 409 and Target.objects.get().visits == 15
    assert "本周总结：续保九成" in html and "另一份" in html  # what is stored, what he typed


def test_the_employees_later_change_is_not_overwritten(zhou, manager, department, as_one):
    """He changes his draft while the manager's page is open."""
    as_one(zhou).post(plan_address(), draft())
    old = {zhou.pk: Target.objects.get().changed_at.isoformat()}
    as_one(zhou).post(plan_address(), draft(visits="19", shown=old[zhou.pk]))
    where = reverse("itinerary-save", args=[PLAN, department.code])
    answer = as_one(manager).post(where, merged([zhou], shown=old))
    assert answer.status_code == 409 and "周婷 拜访：19" in answer.content.decode()
    assert Target.objects.get().visits == 19


def test_everything_that_was_changed_meanwhile_is_shown_before_it_is_written_over(
    zhou, mate, manager, department, as_one
):
    save(as_one(manager), department, [zhou, mate])
    old = {one.person_id: one.changed_at.isoformat() for one in Target.objects.all()}
    plan = Itinerary.objects.get()
    words = plan.changed_at.isoformat()
    later = OPEN + timedelta(minutes=1)
    Target.objects.filter(person=zhou).update(visits=19, changed_at=later)
    Target.objects.filter(person=mate).update(visits=21, changed_at=later)
    Itinerary.objects.update(support="借车", changed_at=later)
    where = reverse("itinerary-save", args=[PLAN, department.code])
    answer = as_one(manager).post(where, merged([zhou, mate], unit_shown=words, shown=old))
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "周婷 拜访：19" in html and "李卫东 拜访：21" in html and "需要支持：借车" in html
    assert sorted(one.visits for one in Target.objects.all()) == [19, 21]


def test_wrong_numbers_name_the_person_and_keep_the_rest(zhou, manager, department, as_one):
    where = reverse("itinerary-save", args=[PLAN, department.code])
    answer = as_one(manager).post(where, merged([zhou], **{f"{zhou.employee_no}-visits": "很多"}))
    html = answer.content.decode()
    assert answer.status_code == 422 and "周婷 拜访：写成整数" in html and "续保九成" in html
    assert not Target.objects.exists()


def test_empty_goals_are_filled_with_what_is_usual(zhou, manager, department, as_one):
    week = REPORT.previous
    noon = make.at(REPORT.monday + timedelta(days=1), 12)
    given = {"rules": rules_on(week.monday), "due_at": noon, "closed_at": noon}
    close = WeekClose.objects.create(city=department.city, week=week.monday, **given)
    WeekAssessment.objects.create(
        close=close, person=zhou, week=week.monday, unit=department, required_half_days=10, status="met", visits=16,
        at=noon,
    )  # fmt: skip
    make.policy(zhou, week.monday, "80123.45")
    number = zhou.employee_no
    save(as_one(manager), department, [zhou], do="fill", **{f"{number}-premium": "", f"{number}-cases": ""})
    target = Target.objects.get()
    assert (target.visits, target.premium, target.cases) == (15, Decimal("80123.45"), 1)  # 15 was typed


# Who may.


def test_the_clerk_prepares_and_does_not_hand_in(zhou, manager, department, branch, as_one):
    clerk = make.person(Post.BRANCH_CLERK, unit=branch)
    client = as_one(clerk)
    html = client.get(itinerary_address(department)).content.decode()
    assert 'value="submit"' not in html and 'name="summary"' in html
    answer = save(client, department, [zhou], do="submit")
    assert "由团体部经理上报" in answer.content.decode()
    assert Itinerary.objects.get().state == "draft" and Target.objects.get().visits == 15


def test_a_draft_is_the_departments_own(zhou, manager, deputy, hq, department, as_one):
    as_one(zhou).post(plan_address(), draft(do="hand_in"))
    for reader in (deputy, hq):
        html = as_one(reader).get(itinerary_address(department)).content.decode()
        assert "还没有上报" in html and "瑞丰预算会" not in html and "1 / 1" in html
    save(as_one(manager), department, [zhou], do="submit")
    for reader in (deputy, hq):
        html = as_one(reader).get(itinerary_address(department)).content.decode()
        assert "老客户回访" in html and 'name="summary"' not in html
    html = as_one(zhou).get(itinerary_address(department)).content.decode()
    assert "续保九成" in html and "老客户回访" in html


def test_a_draft_is_nowhere_else_either(zhou, manager, deputy, hq, department, as_one):
    """Not in the week of the person, not behind a figure; the same addresses open once it is handed in."""
    plan = make.plan(department, PLAN, at=OPEN, summary="未报的话", feasibility="写")
    make.target(plan, zhou)
    before = make.plan(department, REPORT, at=OPEN)
    make.plan_item(zhou, REPORT.monday, plan=before, client="没报过的客户")
    week = reverse("person-plan", args=[zhou.employee_no, PLAN])
    figure = reverse("itinerary-figure", args=[PLAN, department.code, "planned"])
    for reader in (deputy, hq):
        client = as_one(reader)
        assert client.get(week).status_code == client.get(figure).status_code == 404
    assert as_one(manager).get(week).status_code == 200
    assert "没报过的客户" in as_one(manager).get(figure).content.decode()
    merging.submit(department, PLAN, by=manager, key=uuid4(), at=OPEN)
    assert as_one(deputy).get(week).status_code == 200
    opened = as_one(deputy).get(figure)
    assert opened.status_code == 200 and "没报过的客户" not in opened.content.decode()  # that of the week before


def test_an_employee_does_not_read_the_words_before_they_are_handed_in(zhou, manager, department, as_one):
    save(as_one(manager), department, [zhou])
    html = as_one(zhou).get(itinerary_address(department)).content.decode()
    assert "还没有上报" in html and "续保九成" not in html and "名单已核" not in html and "已交草稿" not in html


def test_a_colleague_reads_the_words_and_not_the_goals_of_others(zhou, mate, manager, department, as_one):
    save(as_one(manager), department, [zhou, mate], do="submit", **{f"{mate.employee_no}-key_work": "秘密"})
    html = as_one(zhou).get(itinerary_address(department)).content.decode()
    assert "续保九成" in html and "秘密" not in html and "李卫东" not in html


def test_strangers_find_nothing(zhou, department, stranger, as_one):
    make.plan(department, PLAN, at=OPEN)
    client = as_one(stranger)
    addresses = [
        itinerary_address(department),
        reverse("itinerary-save", args=[PLAN, department.code]),
        reverse("itinerary-item-new", args=[PLAN, department.code]),
        reverse("itinerary-figure", args=[PLAN, department.code, "premium"]),
    ]
    assert [client.get(one).status_code for one in addresses] == [404] * 4
    assert client.post(addresses[1], merged([zhou])).status_code == 404
    with pytest.raises(Refused, match="不归你办"):
        merging.save_plan(
            department, PLAN, by=stranger, key=uuid4(), texts={}, goals={}, shown=None, goals_shown={}, at=OPEN
        )
    with pytest.raises(Refused):
        merging.submit(department, PLAN, by=stranger, key=uuid4(), at=OPEN)


# Lines, figures, readers.


def test_the_manager_adds_a_line_and_the_employee_sees_whose_it_is(zhou, manager, department, as_one):
    client = as_one(manager)
    where = reverse("itinerary-item-new", args=[PLAN, department.code])
    assert client.get(where).status_code == 200
    body = {
        "key": uuid4(), "person": zhou.employee_no, "day": PLAN.monday.isoformat(), "part": "am", "kind": "meeting",
        "purpose": "早会", "companion": "",
    }  # fmt: skip
    assert client.post(where, body).status_code == 302
    item = PlanItem.objects.get()
    assert (item.person, item.origin) == (zhou, "manager")
    assert "早会" in client.get(itinerary_address(department)).content.decode()
    assert client.get(reverse("itinerary-item", args=[item.pk])).status_code == 200
    assert "经理加的" in as_one(zhou).get(plan_address()).content.decode()
    gone = {"key": uuid4(), "do": "remove"}
    assert as_one(manager).post(reverse("itinerary-item", args=[item.pk]), gone).status_code == 302
    assert not PlanItem.objects.exists()
    assert Trace.objects.filter(verb="plan_item_remove", by=manager).exists()


def test_every_figure_opens_its_rows(zhou, manager, department, as_one):
    make.policy(zhou, REPORT.monday, "12345.67", holder="云帆物流")
    make.policy(zhou, REPORT.previous.monday, "1", holder="上周的")
    client = as_one(manager)
    html = client.get(itinerary_address(department)).content.decode()
    assert ">1.2</" in html
    links = set(re.findall(r'href="(/[^"]*(?:figures|units)/[^"]*)"', html))
    assert len(links) >= 9
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link
    premium = reverse("itinerary-figure", args=[PLAN, department.code, "premium"])
    opened = client.get(f"{premium}?who={zhou.employee_no}").content.decode()
    assert "云帆物流" in opened and "12345.67" in opened and "上周的" not in opened
    assert client.get(reverse("itinerary-figure", args=[PLAN, department.code, "nothing"])).status_code == 404


@pytest.mark.parametrize("people", [2, 14])
def test_the_page_asks_the_same_few_questions_for_any_number_of_people(
    manager, department, as_one, people, django_assert_max_num_queries
):
    plan = make.plan(department, PLAN, at=OPEN)
    for _ in range(people):
        who = make.person(Post.CLIENT_MANAGER, unit=department)
        make.target(plan, who)
        make.plan_item(who, PLAN.monday, plan=plan)
        for origin in ("appointed", "event"):  # asked about once for all
            make.plan_item(who, PLAN.monday, plan=plan, origin=origin, origin_id=str(uuid4()))
    client = as_one(manager)
    client.get(itinerary_address(department))
    with django_assert_max_num_queries(25) as asked:
        client.get(itinerary_address(department))
    print(f"merge page with {people} people: {len(asked)} queries")


def test_a_plan_of_nine_is_merged_with_few_clicks_and_fields(manager, department, as_one, deputy, capsys):
    """Seven drafts came in whole, one without key work, one not at all (its goals are filled with what is usual).

    At five seconds a click and thirty a field that is minutes: the fields a person has to type, as the page shows them.
    """
    people = [make.person(Post.CLIENT_MANAGER, unit=department, name=f"员工{n}") for n in range(9)]
    for one in people[:8]:
        words = "" if one == people[7] else "老客户回访"
        as_one(one).post(plan_address(), draft(key_work=words, do="save" if one == people[7] else "hand_in"))
    client, clicks, fields = as_one(manager), 0, 0
    html = client.get(itinerary_address(department)).content.decode()
    clicks += 1  # 行事历 in the menu
    typed = {f"{people[7].employee_no}-key_work": "首访三家"}
    typed |= {f"{people[8].employee_no}-{name}": value for name, value in
              {"visits": "12", "premium": "3", "cases": "1", "key_work": "餐饮片区"}.items()}  # fmt: skip
    typed |= {"summary": "续保九成", "feasibility": "名单已核", "support": "费率测算"}
    body = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))
    for tag in re.findall(r"<input [^>]*name=\"E\d+-[^>]*>", html):
        body[re.search(r'name="([^"]+)"', tag)[1]] = (re.search(r'value="([^"]*)"', tag) or ["", ""])[1]
    fields += len(typed)
    answer = client.post(
        reverse("itinerary-save", args=[PLAN, department.code]), {**body, **typed, "do": "submit"}, follow=True
    )
    clicks += 1  # 上报
    assert "已上报" in answer.content.decode(), answer.content.decode()[:3000]
    assert Itinerary.objects.get().targets.count() == 9
    seconds = clicks * 5 + fields * 30
    with capsys.disabled():
        print(f"\nnine people merged: {clicks} clicks, {fields} fields typed, about {seconds} s")
    assert clicks <= CLICKS and fields <= FIELDS and seconds <= timedelta(minutes=15).total_seconds()


def test_two_of_one_name_are_told_apart_where_both_were_overtaken(zhou, mate, manager, department, as_one):
    Person.objects.filter(pk__in=[zhou.pk, mate.pk]).update(name="王伟")
    save(as_one(manager), department, [zhou, mate])
    old = {one.person_id: one.changed_at.isoformat() for one in Target.objects.all()}
    later = OPEN + timedelta(minutes=1)
    Target.objects.filter(person=zhou).update(visits=19, changed_at=later)
    Target.objects.filter(person=mate).update(visits=21, changed_at=later)
    where = reverse("itinerary-save", args=[PLAN, department.code])
    html = as_one(manager).post(where, merged([zhou, mate], shown=old)).content.decode()
    assert f"王伟（{zhou.employee_no}） 拜访：19" in html and f"王伟（{mate.employee_no}） 拜访：21" in html
