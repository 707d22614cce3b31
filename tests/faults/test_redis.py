"""Redis erased, killed and away (reliability.md F6, F7): pages keep writing, and what is due is done all the same."""

import subprocess
import sys
import time
import urllib.parse
import urllib.request
from datetime import date

import pytest
from django.test import Client
from lxml import html

from activity.daily_log.models import LogEntry
from activity.rollup.models import RollUp
from config import processes, stack
from org import clock
from org.people.models import Person
from tests import factories as make

pytestmark = pytest.mark.fault
MORNING, NOON = make.at(date(2026, 11, 21), 11), make.at(date(2026, 11, 21), 12, 0, 5)


class Browser:
    """A client manager who records calls over HTTP; knows how long the slowest took."""

    def __init__(self, url, who):
        self.url, self.slowest, self.written = url, 0.0, 0
        client = Client()
        client.force_login(who)
        self.cookie = f"sessionid={client.cookies['sessionid'].value}"

    def record(self, calls):
        for _ in range(calls):
            began = time.monotonic()
            self.written += 1
            self.post(f"{self.url}/today/{MORNING:%Y-%m-%d}/call/new/")
            self.slowest = max(self.slowest, time.monotonic() - began)

    def post(self, address):
        answer = urllib.request.urlopen(urllib.request.Request(address, headers={"Cookie": self.cookie}), timeout=30)
        csrf = answer.headers["Set-Cookie"].split(";")[0]
        [form] = [form for form in html.fromstring(answer.read()).forms if "key" in form.fields]
        form.fields.update(client=f"客户{self.written}", contact="王敏", answer="unanswered", purpose="约时间")
        body = urllib.parse.urlencode(form.form_values()).encode()
        headers = {"Cookie": f"{self.cookie}; {csrf}"}
        assert urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=30).status == 200


@pytest.mark.long
def test_pages_write_and_the_week_is_rolled_up_whatever_redis_does(owed, own_redis, live):
    clock.shift_clock(to=MORNING)
    live.start("web", "worker", "beat")
    who = Browser(live.url, Person.objects.filter(appointments__post="client_manager").first())
    who.record(5)
    live.redis.flushall()
    who.record(5)
    processes.kill(own_redis.process)
    who.slowest = 0.0
    who.record(5)
    print(f"slowest write without Redis: {who.slowest:.2f} s")
    assert LogEntry.objects.count() == who.written == 15
    clock.shift_clock(to=NOON)
    own_redis.process = own_redis.valkey()
    back = time.monotonic()
    live.until(owed.done, "the roll-up", patience=90)
    print(f"rolled up {time.monotonic() - back:.1f} s after Redis came back")
    live.redis.flushall()
    ring_and_wait(live)
    owed.everything_once(live.mailbox)


def ring_and_wait(live):
    """Another worker rings at its start: everything is done already, and nothing is done again."""
    live.stop("worker", "beat")
    live.log("worker").unlink()
    live.start("worker")
    live.until(lambda: "succeeded" in live.log("worker").read_text(), "one more round")


def test_an_erased_bell_is_lost_and_missed_by_nobody(owed, live):
    """With the control: a worker that only obeys messages does nothing after FLUSHALL; ours looks at the due rows."""
    send = "from config.celery import DUE, app; app.send_task(DUE)"
    subprocess.run([sys.executable, "-c", send], cwd=stack.ROOT, check=True)
    assert live.redis.llen("celery") == 1
    live.redis.flushall()
    obedient = ["tests.faults.one_bell" if word == "config" else word for word in processes.worker()]
    live.running["worker"] = processes.spawn(obedient, log=live.log("worker"))
    live.until(lambda: " ready." in live.log("worker").read_text(), "the worker")
    time.sleep(3)
    assert not RollUp.objects.exists()
    live.kill("worker")
    live.log("worker").unlink()
    live.start("worker").until(owed.done, "the roll-up", patience=60)
    owed.everything_once(live.mailbox)
