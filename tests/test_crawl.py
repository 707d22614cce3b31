"""Every link and every form that a page shows leads somewhere, for each of the sixteen posts (issue 2; ground.md)."""

import logging
import re
from collections import Counter
from datetime import timedelta
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve
from lxml import html

from activity.daily_log import reviewing
from activity.discipline import actions as discipline
from activity.discipline.closing import close_week
from activity.discipline.models import Fine
from activity.rollup.actions import freeze, publish_waiting
from org import clock
from org.notices.models import Notice
from org.people.models import Person
from org.periods.due import Sweep
from org.posts import Post
from org.rules.book import rules_on
from org.week import Week
from tests import factories as make
from tests.permissions.asking import signed_in
from tests.permissions.world import Line

TODAY = make.THURSDAY
NOW = make.at(TODAY, 10)
YESTERDAY = TODAY - timedelta(days=1)
REPORTED = Week(make.MONDAY).previous
AT_MOST = 400  # addresses a post; more would be an endless calendar
ENDLESS = re.compile(
    r"^/(working-days|report|plan|itinerary|approvals|weeks)/\d|/week/\d{4}-W|^/(review|today)/2|^/visits/board/\?"
)
NEAR = 4  # of such addresses followed, the nearest first
INLINE = re.compile(r"""<[^>]+\s(style|on[a-z]+)\s*=|<script(?![^>]*\bsrc=)|<style""", re.I)


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    """Two branches with a log in every state, a client, messages, and last week's frozen report."""
    with django_db_blocker.unblock(), transaction.atomic():
        clock.shift_clock(to=NOW)
        yield _city()
        transaction.set_rollback(True)


def _city():
    make.rules()
    top = make.city()
    line = Line(make.branch(top, "370202", "市南支公司"), "T")
    other = Line(make.branch(top, "370203", "市北支公司"), "T")
    people = {post: make.person(post, unit=line.seat(post)) for post in Post}
    writers = [make.person(Post.CLIENT_MANAGER, unit=line.team) for _ in range(4)]
    make.submit(make.person(Post.CLIENT_MANAGER, unit=other.team), YESTERDAY)
    _logs(people, writers)
    _report(top)
    _closed(top)
    make.prospect(people[Post.CLIENT_MANAGER])
    make.diagnosis(make.prospect(people[Post.CLIENT_MANAGER], "欧阳先生一家", kind="household"), when=NOW)
    for person in people.values():
        Notice.objects.create(key=f"hello {person.pk}", to=person, kind="x", title="你好", at=NOW)
    return people


def _logs(people, writers):
    """Yesterday's: passed, returned, submitted with a cry for help, and a draft; a 补录; today begun."""
    manager, own = people[Post.DEPARTMENT_MANAGER], people[Post.CLIENT_MANAGER]
    passed, returned, late, draft = writers
    for who in (passed, returned, own):
        make.full_day(who, YESTERDAY)
    reviewing.pass_log(make.submit(passed, YESTERDAY), by=manager, at=NOW, rating=5, comment="好")
    reviewing.return_log(make.submit(returned, YESTERDAY), by=manager, at=NOW, comment="补")
    own_log = make.submit(own, YESTERDAY, help_needed="要同去")
    call = own_log.entries.filter(type="call").first()
    reviewing.annotate(own_log, by=manager, at=NOW, entry=call.pk, text="问清")
    reviewing.mark_ineffective(own.visits.first(), by=manager, at=NOW, reason="电话说过")
    make.call(late, TODAY - timedelta(days=2))
    make.submit(late, TODAY - timedelta(days=2), when=NOW)
    make.call(draft, YESTERDAY)
    make.call(own, TODAY, when=make.at(TODAY, 9))
    make.absence(draft, TODAY)


def _report(top):
    at = make.at(REPORTED.saturday, 12)
    freeze(top, REPORTED, rules=rules_on(REPORTED.monday), due_at=at, at=at)
    publish_waiting(Sweep(at=NOW))


def _closed(top):
    """Two weeks in which nobody wrote: fines are proposed, one of them is confirmed, one dismissed."""
    noon = make.at(make.MONDAY + timedelta(days=1), 12)
    for week in (REPORTED.previous, REPORTED):
        close_week(top, week, due_at=noon, at=noon)
    deputy = Person.objects.holding(Post.BRANCH_DEPUTY_GM, on=TODAY).get()
    confirmed, dismissed, *_ = Fine.objects.to_decide(deputy, TODAY).select_related("ledger__city", "person", "rules")
    discipline.confirm(confirmed, by=deputy, at=NOW, key=uuid4())
    discipline.dismiss(dismissed, by=deputy, at=NOW, key=uuid4(), reason="人在外地")


@pytest.fixture
def people(city):
    with transaction.atomic():
        yield city
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.ERROR, "django.request")


class Crawl:
    """Breadth first from `/`; every page is asked once."""

    def __init__(self, client, each=AT_MOST):
        """`each`: of how many addresses a route is asked."""
        self.client, self.each, self.seen, self.wrong, self.near = client, each, {}, [], Counter()

    def run(self):
        waiting = ["/"]
        while waiting and len(self.seen) < AT_MOST:
            address = waiting.pop(0)
            if address not in self.seen and self._worth(address):
                waiting += self._visit(address)
        return self

    def _worth(self, address):
        """Neighbours of neighbours of a week or month look alike: only some of each kind."""
        path = urlsplit(address).path
        kind = re.sub(r"\d+", "9", path) if ENDLESS.search(address) else self._route(path)
        self.near[kind] += 1
        return self.near[kind] <= (min(NEAR, self.each) if ENDLESS.search(address) else self.each)

    def _route(self, path):
        try:
            return resolve(path).view_name
        except Resolver404:
            return path

    def _visit(self, address):
        answer = self.client.get(address)
        self.seen[address] = answer.status_code
        if answer.status_code == 302:
            return [answer["Location"]]
        if answer.status_code != 200:
            self.wrong.append(f"{address}: {answer.status_code}")
            return []
        if not answer["Content-Type"].startswith("text/html"):
            return []
        text = answer.content.decode()
        page = html.fromstring(text)
        self.wrong += [f"{address}: {flaw}" for flaw in flaws(text, page)]
        return list(addresses(page, address))


CRAWLED = {}  # post -> its crawl, which changes nothing and so is walked once


def crawled(people, post, each=AT_MOST):
    if (post, each) not in CRAWLED:
        CRAWLED[post, each] = Crawl(signed_in(people[post]), each).run()
    return CRAWLED[post, each]


def flaws(text, page):
    """What no page may have."""
    for found in INLINE.finditer(text):
        yield f"inline {found[0][:80]}"
    if (headings := len(page.xpath("//h1"))) != 1:
        yield f"{headings} h1"
    if page.get("lang") != "zh-Hans":
        yield f"lang {page.get('lang')}"
    names = page.xpath("//@id")
    if twice := {name for name in names if names.count(name) > 1}:
        yield f"ids twice: {sorted(twice)}"
    if dead := page.xpath("//a[not(@href) or @href='' or @href='#' or starts-with(@href, 'javascript:')]"):
        yield f"{len(dead)} links lead nowhere"
    for target in page.xpath("//a/@href[starts-with(., '#')]"):
        if target[1:] not in names:
            yield f"nothing is called {target}"
    if not page.xpath("//title")[0].text_content().strip():
        yield "no title"


def addresses(page, here):
    """Links, forms that are sent by GET with what they hold, and fragments that htmx fetches."""
    for target in page.xpath("//a/@href | //@hx-get"):
        url = urlsplit(urljoin(here, target))
        if not url.scheme and not url.netloc and not target.startswith("#"):
            yield url.path + (f"?{url.query}" if url.query else "")
    for form in page.xpath("//form[not(@method) or translate(@method, 'GET', 'get')='get']"):
        given = [(name, value) for name, value in form.form_values() if not name.startswith("csrf")]
        yield urljoin(here, form.get("action") or here).split("?")[0] + (f"?{urlencode(given)}" if given else "")


@pytest.mark.parametrize("post", Post)
def test_every_link_shown_to_a_post_answers(people, post, rounds):
    """An address of each route, all of them in `make faults`."""
    crawl = crawled(people, post, rounds(1, AT_MOST))
    assert crawl.wrong == []
    assert set(crawl.seen.values()) <= {200, 302}
    assert len(crawl.seen) < AT_MOST, sorted(crawl.seen)[:40]
    assert len(crawl.seen) >= 4


def test_the_crawl_goes_deep(people, rounds):
    """So that a page nobody links to, or a crawl that stops at the door, is noticed."""
    seen = set()
    for post in (Post.CLIENT_MANAGER, Post.DEPARTMENT_MANAGER, Post.HQ_STAFF, Post.SYSTEM_ADMIN):
        seen |= set(crawled(people, post, rounds(1, AT_MOST)).seen)
    met = {route_of(address) for address in seen}
    assert {
        "today", "day", "today-submit", "today-entry-new", "today-entry", "figure", "my-week", "week-figure", "log",
        "review", "review-day", "review-log", "person-week", "person-figure", "client-list", "client", "city",
        "report-unit", "report-workbook", "mailbox", "mailbox-attachment", "people", "people-person", "me", "inbox",
        "working-days", "working-days-month", "working-days-correct", "change-password",
    } - met == set()  # fmt: skip


def route_of(address):
    return resolve(urlsplit(address).path).url_name


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ('<p style="width:3px">', "inline"),
        ("<button onclick='go()'>", "inline"),
        ("<script>go()</script>", "inline"),
        ("<style>p {}</style>", "inline"),
        ("<h1>again</h1>", "2 h1"),
        ('<a href="#nowhere">x</a>', "nothing is called"),
        ('<a href="">x</a>', "lead nowhere"),
        ('<i id="a"></i><i id="a"></i>', "ids twice"),
    ],
)
def test_a_flaw_would_be_seen(text, flaw):
    """The control."""
    page = f'<!doctype html><html lang="zh-Hans"><title>x</title><body><h1>x</h1>{text}</body></html>'
    assert any(flaw in one for one in flaws(page, html.fromstring(page)))
    clean = page.replace(text, '<script src="/static/app.js" defer></script>')
    assert not [*flaws(clean, html.fromstring(clean))]


def test_a_dead_link_would_be_seen(people, monkeypatch):
    """The control: a page that leads to one that is not there."""
    monkeypatch.setattr("tests.test_crawl.addresses", lambda page, here: ["/nowhere/"])
    assert Crawl(signed_in(people[Post.AUDITOR])).run().wrong == ["/nowhere/: 404"]


def test_what_a_stranger_is_shown_answers_too(people):
    crawl = Crawl(Client()).run()
    assert crawl.wrong == [] and "/" in crawl.seen


@pytest.mark.parametrize(("address", "status"), [("/nowhere/", 404), ("/review/", 403)])
def test_pages_that_say_no_are_pages(people, address, status):
    answer = signed_in(people[Post.AUDITOR]).get(address)
    assert answer.status_code == status
    text = answer.content.decode()
    assert [*flaws(text, html.fromstring(text))] == []
