"""`make run` as its user meets it: ready, kept data, and nothing left behind."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from config import stack
from tests.config.processes_seen import descendants, stat, survivors

OWN = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS", "MAILBOX_DIR", "MEDIA_ROOT", "STATIC_ROOT")


class Run:
    """One `manage.py demo` in a folder of its own, without what the test run put into the environment."""

    def __init__(self, folder):
        hidden = {*OWN, "SIX311_TESTING", "DEMO", "INSECURE_HTTP", "DJANGO_ALLOW_ASYNC_UNSAFE"}
        self.environment = {name: value for name, value in os.environ.items() if name not in hidden}
        self.environment["SIX311_RUN_DIR"] = str(folder)
        self.folder = folder
        self.process = None

    def manage(self, *words):
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=stack.ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ask(self, *words):
        """What a command says, and its exit code."""
        process = self.manage(*words)
        return process.communicate(timeout=120)[0].strip(), process.returncode

    def start(self):
        """Wait for the ready line; gives the address, whether data were made, and the seconds it took."""
        begun = time.monotonic()
        self.process = self.manage("demo")
        found, before = self.hear(r"ready, open (http://127\.0\.0\.1:\d+)$")
        return found[1], "making the demo data, this once\n" in before, time.monotonic() - begun

    def hear(self, pattern):
        """The next line that matches, and the lines before it."""
        before = []
        for line in self.process.stdout:
            if found := re.match(pattern, line):
                return found, before
            before.append(line)
        pytest.fail(f"never said {pattern}: {''.join(before)}")

    def child(self, word):
        """The supervisor's own child with this word in its command."""
        children = [pid for pid in descendants(self.process.pid) if stat(pid)[1] == self.process.pid]
        return next(pid for pid in children if word in Path(f"/proc/{pid}/cmdline").read_text().split("\0"))

    def count(self):
        return self.ask("shell", "-v0", "-c", "from org.models import Person; print(Person.objects.count())")

    def end(self, number):
        """Send a signal to the supervisor alone; gives the exit code and what survives it."""
        before = descendants(self.process.pid)
        assert len(before) > 8
        self.process.send_signal(number)
        code = self.process.wait(60)
        self.process.stdout.close()
        return code, survivors(before)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)
    run = Run(folder)
    yield run
    if run.process and run.process.poll() is None:
        run.end(signal.SIGINT)


@pytest.mark.fault
def test_the_demo_from_its_first_start_to_its_violent_end(run, rounds):
    url, seeded, first = run.start()
    assert seeded
    assert urllib.request.urlopen(f"{url}/-/healthz").status == 200
    assert len(run.hear("Data and logs")[1]) >= 16, "an account for each post"
    assert json.loads((run.folder / "demo" / "environment.json").read_text())["DEMO_URL"] == url

    people = run.count()
    assert people[1] == 0
    assert int(people[0]) >= 160
    assert run.ask("demo") == (f"CommandError: the demo runs already: open {url}", 1)
    assert run.ask("demo", "--fresh") == ("CommandError: the demo runs: stop it first", 1)

    assert run.end(signal.SIGINT) == (0, [])
    assert list(run.folder.glob("demo/sockets")) == []
    assert run.count()[1] == 2, "without the demo a command has no database"

    _, seeded, second = run.start()
    assert not seeded
    assert second < first / 2

    os.kill(run.child("worker"), signal.SIGKILL)
    run.hear(r"worker ended \(-9\), starting it again$")
    assert run.count() == people
    assert run.end(signal.SIGKILL) == (-signal.SIGKILL, [])

    for _ in range(rounds(0, 1)):
        run.start()
        assert run.count() == people, "committed data survive kill -9"
        assert run.end(signal.SIGTERM) == (0, [])
