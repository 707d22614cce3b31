"""开拓项目 and its chain, as visits are recorded, taken away and judged; and the verbs on it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.daily_log import actions, reviewing, undoing
from activity.daily_log.models import DailyLog
from clients.chain import opportunities
from clients.chain.following import compare, follow
from clients.chain.models import Opportunity
from clients.chain.opportunities import Expected
from clients.chain.views import to_decide
from clients.visits.models import Visit
from org.notices.models import Notice
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make

THURSDAY = make.THURSDAY


@pytest.fixture
def house(zhou, manager, deputy):
    """周婷 in a 组 of her 团体部, with her 组长; 瑞丰 is her client."""
    home = zhou.appointments.first().unit
    leader = make.person("team_leader", unit=home, name="李卫东")
    return home, leader, make.prospect(zhou, "瑞丰食品有限公司")


def visited(who, client, day=THURSDAY, **more):
    given = {"kind": "development", "next_step": "报价", "next_step_on": day + timedelta(days=7)}
    made = make.visit(who, day, client=client.name, **{**given, **more})
    return Visit.objects.get(pk=made["entry"])


def of(client):
    return Opportunity.objects.get(prospect=client)


def test_a_development_visit_starts_the_project_and_reaches_level_one(clock_at, zhou, house):
    clock_at(make.at(THURSDAY, 17))
    visit = visited(zhou, house[2])
    one = of(house[2])
    assert (one.line, one.state, one.visits_made, one.level) == ("", "running", 1, 1)
    assert (visit.opportunity, visit.chain_number, visit.chain_level, visit.companion_missing) == (one, 1, 1, False)


def test_the_second_alone_is_flagged_and_the_team_leader_makes_it_two(clock_at, zhou, house):
    clock_at(make.at(THURSDAY, 17))
    _home, leader, client = house
    visited(zhou, client, THURSDAY - timedelta(days=1))
    alone = visited(zhou, client, missing_reason="组长公务")
    assert (alone.chain_number, alone.chain_level, alone.companion_missing, alone.missed_by) == (2, 1, True, zhou)
    assert alone.counted
    changed = actions.record_visit(
        zhou, day=THURSDAY, at=make.at(THURSDAY, 17), key=uuid4(), replaces=alone.pk, client=client.name,
        contact="王敏", kind="development", purpose="谈需求", outcome="定了", starts_at=make.at(THURSDAY).time(),
        next_step="报价", next_step_on=THURSDAY + timedelta(days=3), companion_id=leader.pk,
    )  # fmt: skip
    visit = Visit.objects.get(pk=changed["entry"])
    assert (visit.chain_number, visit.chain_level, visit.chain_needs) == (2, 2, "team_leader")
    assert not visit.companion_missing
    assert (of(client).visits_made, of(client).level) == (2, 2)
    assert not compare([of(client).pk])


def test_what_is_not_effective_and_service_stay_outside(clock_at, zhou, house):
    clock_at(make.at(THURSDAY, 17))
    client = house[2]
    visited(zhou, client)
    vague = visited(zhou, client, THURSDAY - timedelta(days=1), next_step_on=None)
    service = visited(zhou, client, THURSDAY - timedelta(days=2), kind="service")
    assert (vague.chain_number, service.chain_number, service.opportunity) == (None, None, None)
    assert of(client).visits_made == 1


def test_a_removed_visit_takes_its_level_along_and_the_last_one_the_project(clock_at, zhou, house):
    clock_at(make.at(THURSDAY, 17))
    client = house[2]
    first = visited(zhou, client)
    actions.remove_entry(zhou, day=THURSDAY, at=make.at(THURSDAY, 17), key=uuid4(), entry=first.pk)
    assert not Opportunity.objects.exists()


def test_the_verdict_of_the_reviewer_and_its_undoing_are_followed(clock_at, zhou, manager, house):
    clock_at(make.at(THURSDAY, 17))
    visit = visited(zhou, house[2])
    actions.submit(zhou, day=THURSDAY, key=uuid4(), tomorrow_plan="拜访", at=make.at(THURSDAY, 17))
    later = make.at(THURSDAY, 18)
    reviewing.mark_ineffective(visit, by=manager, at=later, reason="查无此事")
    assert (of(house[2]).visits_made, of(house[2]).level) == (0, 0)
    undoing.undo_ineffective(visit, by=manager, at=later + timedelta(minutes=2))
    assert (of(house[2]).visits_made, of(house[2]).level) == (1, 1)


def test_a_day_without_development_visits_to_clients_costs_nothing_more(clock_at, zhou, house):
    clock_at(make.at(THURSDAY, 17))
    make.call(zhou)
    with CaptureQueriesContext(connection) as plain:
        make.visit(zhou, client="没有登记的公司")
    with CaptureQueriesContext(connection) as chained:
        visited(zhou, house[2])
    assert not [one for one in plain if "clients_opportunity" in one["sql"]]
    assert len(chained) - 1 - len(plain) == 3  # find or start, read, write; one is the test's own


def test_the_cost_of_following_does_not_grow_with_the_visits(clock_at, zhou, house):
    clock_at(make.at(THURSDAY, 17))
    one_id = visited(zhou, house[2]).opportunity_id
    with CaptureQueriesContext(connection) as one:
        follow([one_id])
    for ago in (1, 2):
        visited(zhou, house[2], THURSDAY - timedelta(days=ago))
    Opportunity.objects.update(level=0)
    with CaptureQueriesContext(connection) as three:
        follow([one_id])
    assert (len(one), len(three)) == (1, 2)  # one to read, one to write what differs


def test_an_imported_client_goes_on_from_its_start_level(clock_at, zhou):
    clock_at(make.at(THURSDAY, 17))
    client = make.prospect(zhou, "老客户有限公司", start_level=2)
    visit = visited(zhou, client)
    assert (visit.chain_number, visit.chain_level, visit.chain_needs) == (1, 3, "")  # nobody is above her
    assert not visit.companion_missing


def test_two_lines_run_beside_each_other_and_one_line_once(clock_at, zhou, house):
    at = make.at(THURSDAY, 17)
    clock_at(at)
    client = house[2]
    for line in ("团体意外", "雇主责任"):
        opportunities.start(client, Expected(line=line), by=zhou, at=at, key=uuid4())
    with pytest.raises(Refused, match="已有进行中"):
        opportunities.start(client, Expected(line="团体意外"), by=zhou, at=at, key=uuid4())
    one = Opportunity.objects.get(line="团体意外")
    assert visited(zhou, client, opportunity_id=one.pk).opportunity == one
    opportunities.close(one, state="won", reason="签单", by=zhou, at=at, key=uuid4())
    one.refresh_from_db()
    assert (one.state, one.closed_on, one.level) == ("won", THURSDAY, 1)
    opportunities.reopen(one, by=zhou, at=at, key=uuid4())
    assert Opportunity.objects.get(pk=one.pk).state == "running"


def test_a_big_project_declares_itself_and_hq_names_the_leader(clock_at, zhou, manager, hq, house):
    at = make.at(THURSDAY, 17)
    clock_at(at)
    home, _leader, client = house
    boss = make.person("gm_office", unit=home.branch, name="高总")
    opportunities.start(client, Expected(line="团体意外", insured=320), by=zhou, at=at, key=uuid4())
    one = of(client)
    assert (one.major, one.major_by_itself, one.declared_by) == ("declared", True, None)
    assert Notice.objects.filter(to=hq, kind="major_declared").exists()
    with pytest.raises(Refused, match="不归你办"):
        opportunities.decide(one, leader=boss.pk, when="12月上旬", decision="", by=manager, at=at, key=uuid4())
    with pytest.raises(Refused, match="换一位"):
        opportunities.decide(one, leader=manager.pk, when="12月上旬", decision="", by=hq, at=at, key=uuid4())
    opportunities.decide(one, leader=boss.pk, when="12月上旬", decision="", by=hq, at=at, key=uuid4())
    told = set(Notice.objects.filter(kind="major_decided").values_list("to", flat=True))
    assert told == {boss.pk, manager.pk, zhou.pk}
    visit = visited(zhou, client, companion_id=boss.pk)
    assert (visit.chain_number, visit.chain_level, of(client).level) == (1, 4, 4)


def test_hq_is_told_once_of_what_the_first_visit_declares(client, clock_at, zhou, hq):
    """By the sheet and by an import, however often the visit is written anew; of an ordinary client nothing."""
    clock_at(make.at(THURSDAY, 17))
    big = make.prospect(zhou, "大华重工有限公司", expected_premium=500_000)
    small = make.prospect(zhou, "小满茶业有限公司", expected_premium=499_999)
    first = visited(zhou, big, THURSDAY - timedelta(days=1))
    visited(zhou, small, THURSDAY - timedelta(days=1))
    clock_at(make.at(THURSDAY, 18))
    visited(zhou, big, THURSDAY - timedelta(days=1), when=make.at(THURSDAY, 18), replaces=first.pk)
    visited(zhou, big, when=make.at(THURSDAY, 18))
    opportunities.tell_of_declared([of(big).pk], make.at(THURSDAY, 19))
    [told] = Notice.objects.filter(to=hq, kind="major_declared")
    assert "大华重工有限公司" in told.title and told.body == "保费或人数已达标准，自动申报"
    assert Trace.objects.filter(verb="declare_major").count() == 1
    client.force_login(hq)
    assert [one.prospect for one in client.get(told.link).context["declared"]] == [big]


def test_nobody_else_starts_or_closes_it(clock_at, zhou, manager, house):
    at = make.at(THURSDAY, 17)
    clock_at(at)
    with pytest.raises(Refused):
        opportunities.start(house[2], Expected(line="团体意外"), by=manager, at=at, key=uuid4())


def test_who_held_it_last_has_no_buttons_that_lead_nowhere(client, clock_at, zhou, house):
    """As the manager of the branch that he is too he still reads it."""
    clock_at(make.at(THURSDAY, 17))
    make.appoint(zhou, "department_manager", house[0])
    visited(zhou, house[2])
    client.force_login(zhou)
    address, button = reverse("client", args=[house[2].pk]), reverse("opportunity-new", args=[house[2].pk])
    assert button in client.get(address).content.decode()
    type(house[2]).objects.filter(pk=house[2].pk).update(released_at=make.at(THURSDAY, 16))
    said = client.get(address)
    assert (said.status_code, button in said.content.decode()) == (200, False)
    assert reverse("opportunity-close", args=[of(house[2]).pk]) not in said.content.decode()


def test_the_page_shows_both_numbers_and_the_missing_companion(client, clock_at, zhou, house):
    clock_at(make.at(THURSDAY, 17))
    ruifeng = house[2]
    visited(zhou, ruifeng, THURSDAY - timedelta(days=1))
    visited(zhou, ruifeng, missing_reason="组长公务")
    client.force_login(zhou)
    text = client.get(reverse("client", args=[ruifeng.pk])).content.decode()
    assert "级次 1 客户经理" in text
    assert "实际第 1 次" in text
    assert "第 2 次应陪未陪，原因：组长公务" in text
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("client", args=[ruifeng.pk]))
    assert len(few) <= 30


def test_the_share_is_of_development_visits_and_opens_them(client, clock_at, zhou, manager, stranger, house):
    clock_at(make.at(THURSDAY, 17))
    for ago in (2, 1, 0):
        visited(zhou, house[2], THURSDAY - timedelta(days=ago))
    visited(zhou, house[2], THURSDAY - timedelta(days=3), kind="service")
    DailyLog.objects.update(state="submitted", handed_in_at=make.at(THURSDAY, 17), counts=True)
    client.force_login(manager)
    with CaptureQueriesContext(connection) as few:
        page = client.get(reverse("missed"), {"first": "2026-11-01", "last": "2026-11-30"})
    every = page.context["every"]
    assert (every.visits, every.missed, every.by_companion, every.share) == (3, 2, 0, 67)
    assert len(few) <= 15
    rows = client.get(reverse("missed-visits"), {"first": "2026-11-01", "person": zhou.employee_no}).context["page"]
    assert [one.chain_number for one in rows] == [3, 2]
    client.force_login(stranger)
    assert client.get(reverse("missed"), {"first": "2026-11-01"}).context["every"].visits == 0
    assert not client.get(reverse("missed-visits"), {"unit": house[0].code, "which": "all"}).context["page"].object_list


def test_hq_decides_on_its_page_and_a_stranger_finds_nothing(client, clock_at, zhou, manager, hq, house):
    at = make.at(THURSDAY, 17)
    clock_at(at)
    home, _leader, ruifeng = house
    boss = make.person("gm_office", unit=home.branch, name="高总")
    client.force_login(zhou)
    new = client.post(
        reverse("opportunity-new", args=[ruifeng.pk]),
        {"key": uuid4(), "line": "团体意外", "expected_premium": "486000"},
    )
    one = of(ruifeng)
    assert new.url == f"{reverse('client', args=[ruifeng.pk])}?opportunity={one.pk}"
    declare, said = reverse("opportunity-declare", args=[one.pk]), {"key": uuid4(), "reason": "总经理亲自谈"}
    assert client.post(declare, said).status_code == 403
    page = client.get(reverse("client", args=[ruifeng.pk])).content.decode()
    assert "由团体部经理申报" in page and declare not in page
    client.force_login(manager)
    assert declare in client.get(reverse("client", args=[ruifeng.pk])).content.decode()
    assert client.post(declare, said).status_code == 302
    client.force_login(make.person("department_manager"))
    assert client.get(declare).status_code == 404
    client.force_login(make.person("client_manager"))
    for name in ("opportunity", "opportunity-close"):
        assert client.get(reverse(name, args=[one.pk])).status_code == 404
    client.force_login(hq)
    assert "总经理亲自谈" in client.get(reverse("major-projects")).content.decode()
    page = reverse("major-project", args=[one.pk])
    assert client.post(page, {"key": uuid4(), "is_major": "yes"}).status_code == 422
    answer = client.post(page, {"key": uuid4(), "is_major": "yes", "leader": boss.pk, "when": "12月上旬"})
    assert answer.status_code == 302
    assert Opportunity.objects.get().leader == boss
    client.force_login(zhou)
    assert "请高总陪访" in client.get(reverse("client", args=[ruifeng.pk])).content.decode()


def test_the_sheet_of_a_known_client_says_whom_the_next_visit_needs(client, clock_at, zhou, house):
    at = make.at(THURSDAY, 17)
    clock_at(at)
    ruifeng = house[2]
    visited(zhou, ruifeng, THURSDAY - timedelta(days=1))
    client.force_login(zhou)
    sheet = reverse("today-entry-new", args=[THURSDAY, "visit"])
    assert "应由组长 李卫东 陪访" in client.get(sheet, {"client": ruifeng.name}).content.decode()
    assert "应由" not in client.get(sheet).content.decode()
    opportunities.start(ruifeng, Expected(line="雇主责任"), by=zhou, at=at, key=uuid4())
    old, new = Opportunity.objects.get(line=""), Opportunity.objects.get(line="雇主责任")
    assert "雇主责任" in client.get(sheet, {"client": ruifeng.name}).content.decode()
    said = {
        "key": uuid4(), "client": ruifeng.name, "contact": "王敏", "kind": "development", "starts_at": "10:00",
        "purpose": "谈", "outcome": "好", "next_step_on": "2026-11-30", "opportunity": old.pk,
        "missing_reason": "组长公务",
    }  # fmt: skip
    assert client.post(sheet, said).status_code == 302
    visit = Visit.objects.get(day=THURSDAY)
    assert (visit.opportunity, visit.companion_missing, visit.missing_reason) == (old, True, "组长公务")
    assert (new.visits_made, old.visits_made) == (0, 1)


def test_the_sheet_says_nothing_of_a_colleagues_client(client, clock_at, zhou, house):
    clock_at(make.at(THURSDAY, 17))
    home, _leader, ruifeng = house
    visited(zhou, ruifeng, THURSDAY - timedelta(days=1))
    client.force_login(make.person("client_manager", unit=home, name="李强"))
    sheet = reverse("today-entry-new", args=[THURSDAY, "visit"])
    assert "应由" not in client.get(sheet, {"client": ruifeng.name}).content.decode()


def test_a_closed_project_waits_for_hq_no_more(client, clock_at, zhou, hq, house):
    at = make.at(THURSDAY, 17)
    clock_at(at)
    opportunities.start(house[2], Expected(line="团体意外", insured=320), by=zhou, at=at, key=uuid4())
    client.force_login(hq)
    one, page = of(house[2]), reverse("major-projects")
    assert one in client.get(page).context["declared"]
    opportunities.close(one, state="lost", reason="不谈了", by=zhou, at=at, key=uuid4())
    assert not client.get(page).context["declared"]
    assert not to_decide(hq, THURSDAY)
    assert client.get(reverse("major-project", args=[one.pk])).status_code == 404
    with pytest.raises(Refused, match="刷新"):
        opportunities.decide(one, leader=None, when="", decision="已结束", by=hq, at=at, key=uuid4())
    opportunities.reopen(one, by=zhou, at=at, key=uuid4())
    assert one in client.get(page).context["declared"]
