"""The product as it runs: gunicorn, a Celery worker and beat as processes of their own, and a Chromium.

They work on this test's database, Redis number and mailbox, and never outlive the test run.
"""

import os
import shutil
import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import redis
from playwright.sync_api import expect

from config import processes

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


class LiveStack:
    """Start and stop `web`, `worker` and `beat` at will; `url` answers while the web runs."""

    def __init__(self, folder):
        self.folder = folder
        self.mailbox = Path(os.environ["MAILBOX_DIR"])
        self.redis = redis.from_url(os.environ["REDIS_URL"])
        self.running = {}
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.redis.flushdb()

    def start(self, *names, **environment):
        """Start `web`, `worker`, `beat`; comes back when the web answers and the worker takes tasks."""
        commands = {
            "web": processes.web(f"fd://{self.listening.fileno()}"),
            "worker": processes.worker(),
            "beat": processes.beat(self.folder / "beat"),
        }
        for name in names:
            self.running[name] = processes.spawn(
                commands[name],
                log=self.log(name),
                env={**os.environ, **environment},
                on_parent_death=signal.SIGKILL,
                pass_fds=[self.listening.fileno()] if name == "web" else [],
            )
        if "web" in names:
            self.until(self.answers, "the web to answer")
        if "worker" in names:
            self.until(lambda: " ready." in self.log("worker").read_text(), "the worker to be ready")
        return self

    def stop(self, *names):
        for name in names or list(self.running):
            processes.stop(self.running.pop(name))

    def kill(self, *names):
        """`kill -9` with all children."""
        for name in names:
            processes.kill(self.running.pop(name))

    def close(self):
        """End everything at once: a test waits for no polite good-bye."""
        self.kill(*self.running)
        self.listening.close()
        self.redis.flushdb()

    def log(self, name):
        return self.folder / f"{name}.log"

    def answers(self):
        try:
            return urllib.request.urlopen(f"{self.url}/-/healthz", timeout=5).status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def until(self, happened, what="it", patience=60):
        """Wait until `happened()` is true and give its value back; a process that died fails at once."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if value := happened():
                return value
            for name, process in self.running.items():
                if process.poll() is not None:
                    pytest.fail(f"{name} ended with {process.returncode}:\n{self.log(name).read_text()[-3000:]}")
            time.sleep(0.1)
        logs = "\n".join(f"--- {name}\n{self.log(name).read_text()[-2000:]}" for name in self.running)
        pytest.fail(f"waited {patience} s in vain for {what}\n{logs}")


@pytest.fixture
def processes_on_this_database(fresh_db, tmp_path):
    """A `LiveStack` with nothing started yet: for tests that start, kill and start again."""
    live = LiveStack(tmp_path)
    yield live
    live.close()


@pytest.fixture(scope="session")
def lasting_web(tmp_path_factory):
    """Started for the first that asks; it finds the database of each test, whatever was there before."""
    live = LiveStack(tmp_path_factory.mktemp("web"))
    yield live
    live.close()


@pytest.fixture
def served(fresh_db, lasting_web):
    """Pages of this test's database at `served.url`, by a web process that all tests of a worker share."""
    lasting_web.redis.flushdb()
    if not lasting_web.running:
        lasting_web.start("web")
    return lasting_web


@pytest.fixture
def live_stack(processes_on_this_database):
    """Web, worker and beat, all running on the real broker and this test's database."""
    return processes_on_this_database.start("web", "worker", "beat")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The machine's Chromium; without one the test fails and says what to install."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not found:
        pytest.fail("no Chromium: apt-get install chromium fonts-noto-cjk")
    return {**browser_type_launch_args, "executable_path": found, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture(scope="session")
def browser_type(browser_type):
    """Playwright's event loop runs in this thread, and Django then refuses the ORM without being told."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=30_000)  # a busy machine is not a wrong page
        yield browser_type
