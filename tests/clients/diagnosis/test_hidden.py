"""A diagnosis is read by whoever made it: not by managers, HQ, colleagues, nor who stands in for her (issue 5)."""

import logging
from io import BytesIO

import pytest
from openpyxl import load_workbook

from clients.diagnosis.models import NeedsDiagnosis, NeedsDiagnosisQuerySet
from org.posts import Post
from org.trace.models import Trace
from tests import factories as make
from tests.clients.diagnosis.seed import household
from tests.permissions.asking import SEARCHES, ask, signed_in
from tests.permissions.routes import all_routes
from tests.permissions.things import address_of
from tests.permissions.world import SECRET

OTHERS = [post for post in Post if post != Post.DEPARTMENT_MANAGER]


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.ERROR, "django.request")


def shown_to(world, who):
    """The pages, fragments and downloads on which anything of what the family told is read."""
    client, found = signed_in(who), set()
    for route in all_routes():
        address = address_of(route, world) + SEARCHES.get(route.name, "")
        ways = ("GET", "fragment", "POST") if "export" in route.name else ("GET",)
        for way in ways:
            answer = ask(client, way, address, world.fields())
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if SECRET in content.decode(errors="ignore"):
                found.add(route.name)
    return found


def test_the_manager_reads_nothing_of_it_on_any_page(world):
    assert shown_to(world, world.asker(Post.DEPARTMENT_MANAGER, "own unit")) == set()


@pytest.mark.long
@pytest.mark.parametrize("post", OTHERS)
def test_no_other_post_does_either(world, post):
    assert shown_to(world, world.asker(post, "own unit")) == set()


def test_a_leak_would_be_seen(world, monkeypatch):
    """The control: a colleague reads it when the rows forget whose they are; she herself always does."""
    colleague = world.asker(Post.CLIENT_MANAGER, "own unit")
    mine = [route for route in all_routes() if route.name.startswith("diagnosis")]
    monkeypatch.setattr("tests.clients.diagnosis.test_hidden.all_routes", lambda: mine)
    assert shown_to(world, colleague) == set()
    read = {"diagnosis", "diagnosis-step", "diagnosis-print"}
    assert shown_to(world, world.her) == read
    monkeypatch.setattr(NeedsDiagnosisQuerySet, "visible_to", lambda rows, *who, **when: rows.all())
    assert shown_to(world, colleague) >= {"diagnosis", "diagnosis-print"}


@pytest.mark.parametrize("post", Post)
def test_the_rows_are_seen_by_their_maker_alone(zhou, department, post):
    made = make.diagnosis(household(zhou))
    other = make.person(post, unit=make.home_of(post, department))
    seen = NeedsDiagnosis.objects.visible_to(other, make.THURSDAY)
    assert list(seen) == [] and list(NeedsDiagnosis.objects.visible_to(zhou, make.THURSDAY)) == [made]


def test_who_stands_in_for_her_sees_nothing(zhou, manager):
    make.diagnosis(household(zhou))
    make.delegation(zhou.appointments.get(), manager)
    assert not NeedsDiagnosis.objects.visible_to(manager, make.THURSDAY).exists()


def test_who_is_no_longer_a_client_manager_reads_his_own_no_more(zhou):
    make.diagnosis(household(zhou))
    zhou.appointments.update(post=Post.BRANCH_CLERK)
    zhou.__dict__.pop("_posts_on", None)
    assert not NeedsDiagnosis.objects.visible_to(zhou, make.THURSDAY).exists()


def test_it_leaves_no_trace_for_who_reads_traces(zhou):
    assert make.diagnosis(household(zhou)).confirmed_at
    assert not Trace.objects.filter(about__contains="diagnosis").exists()


def test_a_version_is_exported_by_its_maker_alone_and_the_trace_names_no_family(client, clock_at, zhou, manager):
    clock_at(make.at(make.THURSDAY, 14))
    made = make.diagnosis(household(zhou))
    address = f"/clients/{made.prospect_id}/diagnosis/export/"
    client.force_login(zhou)
    book = load_workbook(BytesIO(client.post(address, {"version": made.number}).content))
    told = str([list(sheet.values) for sheet in book])
    assert book.sheetnames == ["需求诊断", "保障缺口", "家庭成员", "已有保障", "说明"]
    assert zhou.employee_no in told and "200000" in told and "电话" not in told
    line = Trace.objects.get(verb="export_list")
    assert line.by == zhou and made.prospect.name not in str(line.changes) and "diagnosis" not in line.about
    client.force_login(manager)
    assert client.post(address).status_code in (403, 404)
