"""A city that owes reports, a roll-up slow enough to be hit in the middle, and what must be true afterwards."""

import os
import random
import subprocess
import sys
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection

from activity.rollup.models import RollUp, RollUpFile, RollUpPerson, RollUpUnit
from config import processes, stack
from config.servers import Servers
from org import clock
from org.notices.models import Letter, Notice
from org.periods.models import Period
from org.posts import Post
from tests import factories as make
from tests.activity.rollup.test_freeze import log
from tests.databases import thawed
from tests.faults.fined import FinedCity, slow_down
from tests.live import LiveStack

WEEKS = [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)]
PEOPLE = 4
DAWDLE = """
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.15); RETURN NULL; END $$;
"""
ON = "CREATE TRIGGER dawdle AFTER {when} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION dawdle();"
SLOW = [
    ("INSERT OR UPDATE", "activity_rollup"),
    ("INSERT", "activity_rollupperson"),
    ("INSERT", "activity_rollupday"),
    ("INSERT", "activity_rollupunit"),
    ("INSERT", "activity_rollupfile"),
    ("INSERT OR UPDATE", "org_letter"),
    ("INSERT", "org_notice"),
    ("UPDATE", "org_period"),
]
UNGUARDED = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.db import connection
from activity.rollup import actions
from org.periods import due
count_people = actions.count_people
def commit_first(*args, **named):
    connection.connection.commit()
    count_people(*args, **named)
def without_transaction():
    actions.count_people = commit_first
def without_locks():
    due._locked = lambda periods: periods
    due.claimed = lambda city: True
{guard}()
due.run_due()
"""


class Owed:
    """The city's reports of some weeks, and how far they are."""

    def __init__(self, weeks):
        self.weeks = weeks

    def done(self):
        return RollUp.objects.exclude(published_at=None).count() == len(self.weeks) and not self.unsent()

    def unsent(self):
        return Letter.objects.filter(sent_at=None).exists()

    def nothing_is_halved(self):
        """What is there is whole: a report with everybody and its periods, a publication with all its letters."""
        connection.ensure_connection()
        for rollup in RollUp.objects.all():
            people = RollUpPerson.objects.filter(rollup=rollup)
            assert sorted(people.values_list("calls", flat=True)) == [30] * PEOPLE
            assert RollUpUnit.objects.filter(rollup=rollup).count() == 3
            periods = Period.objects.filter(kind=Period.Kind.REPORT, week=rollup.week)
            assert not periods.filter(done_at=None).exists()
            letters, files = Letter.objects.filter(about_id=str(rollup.pk)), RollUpFile.objects.filter(rollup=rollup)
            assert (letters.count(), files.count()) == ((2, 1) if rollup.published_at else (0, 0))

    def everything_once(self, mailbox):
        self.nothing_is_halved()
        assert in_order_of_freezing() == self.weeks
        assert not self.unsent()
        assert Letter.objects.count() == Notice.objects.filter(kind="rollup").count() == 2 * len(self.weeks)
        assert set(Letter.objects.values_list("tries", flat=True)) == {1}
        assert len(list(mailbox.glob("*.eml"))) == 2 * len(self.weeks)

    def start_over(self, mailbox):
        Letter.objects.all().delete()
        Notice.objects.all().delete()
        with thawed():
            RollUp.objects.all().delete()
        Period.objects.filter(kind=Period.Kind.REPORT).update(done_at=None)
        empty(mailbox)


def in_order_of_freezing():
    """The weeks as their rows were written; all of one round have one `frozen_at`."""
    weeks = RollUpPerson.objects.order_by("id").values_list("rollup__week", flat=True)
    return list(dict.fromkeys(weeks))


def empty(mailbox):
    for letter in mailbox.glob("*"):
        letter.unlink()


@pytest.fixture
def own_redis(tmp_path, monkeypatch):
    """A Valkey of this test's own, to be erased and killed."""
    servers = Servers(tmp_path / "redis", fast=True, database_url="none")
    servers.process = servers.valkey()
    monkeypatch.setenv("REDIS_URL", servers.redis_url)
    yield servers
    processes.kill(servers.process)
    servers.remove_sockets()


@pytest.fixture
def live(own_redis, tmp_path):
    """Processes on it; ask for what they find in the database before them."""
    live = LiveStack(tmp_path)
    yield live
    live.kill(*live.running)
    live.listening.close()


@pytest.fixture
def owed(fresh_db):
    """Four people with five full days in each of three weeks; it is Saturday 12:00:05 of the third."""
    city = make.city()
    department = make.department(make.branch(city, "370202"))
    people = [make.person(Post.CLIENT_MANAGER, unit=department) for _ in range(PEOPLE)]
    for post in (Post.HQ_STAFF, Post.CITY_DEPUTY_GM):
        make.person(post, unit=city)
    for monday in WEEKS:
        for who in people:
            for n in range(5):
                day = monday + timedelta(days=n)
                log(who, day, handed_in=make.at(day, 19))
    make.rules(WEEKS[0])
    empty(settings.MAILBOX_DIR)
    clock.shift_clock(to=make.at(WEEKS[-1] + timedelta(days=5), 12, 0, 5))
    return Owed(WEEKS)


@pytest.fixture
def slow(owed):
    """Every write of the roll-up rests a moment, so that a catch-up takes some seconds."""
    with connection.cursor() as cursor:
        cursor.execute(DAWDLE + "".join(ON.format(when=when, table=table) for when, table in SLOW))


@pytest.fixture
def luck():
    """Random moments that can be repeated: `SIX311_SEED=…`."""
    seed = int(os.environ.get("SIX311_SEED") or random.randrange(10**6))
    print(f"SIX311_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def unguarded():
    """Start `run_due` in a process of its own with one guard taken away: the negative controls."""
    started = []

    def start(guard):
        code = UNGUARDED.format(guard=guard)
        started.append(subprocess.Popen([sys.executable, "-c", code], cwd=stack.ROOT))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def fined(fresh_db, tmp_path, luck):
    """Eight weeks of a small city whose fines the oracle knows; all are due, none is closed."""
    return FinedCity(tmp_path, luck.randrange(10**6))


@pytest.fixture
def slowly_fined(fined):
    """Every write of a close rests a moment."""
    slow_down()
    return fined
