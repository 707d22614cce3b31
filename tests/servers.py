"""Starts the real PostgreSQL and Valkey once for a run, before Django reads its settings.

With xdist the controller starts them and the workers inherit the addresses. Each worker has a database,
a Redis number, a mailbox and a media folder of its own, named in its environment, so that every process
it starts finds them too. A `DATABASE_URL` from outside is used instead of starting anything.
"""

import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from config import stack
from config.servers import NAME, Unavailable, throwaway

RUN = "SIX311_TEST_RUN"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config):
    """A wrapper comes before pytest-django, which reads the settings in this hook."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        servers = ExitStack()
        early_config.add_cleanup(servers.close)
        try:
            told = servers.enter_context(throwaway(fast=True))
        except Unavailable as reason:
            raise pytest.UsageError(str(reason)) from reason
        os.environ.update(told, SIX311_TESTING="1", DEMO="", **{RUN: f"{NAME}_{os.getpid()}"})
    move_in(os.environ.get("PYTEST_XDIST_WORKER", "main"))
    return (yield)


def move_in(worker):
    """Give this process what is its own; `gw0` has Redis number 1, a run without xdist number 0."""
    number = int(worker.removeprefix("gw")) + 1 if worker.startswith("gw") else 0
    home = Path(os.environ["MAILBOX_DIR"]).parent / worker
    os.environ.update(
        DATABASE_URL=stack.with_name(os.environ["DATABASE_URL"], f"{os.environ[RUN]}_{worker}"),
        REDIS_URL=stack.with_number(os.environ["REDIS_URL"], number),
        MAILBOX_DIR=str(home / "mailbox"),
        MEDIA_ROOT=str(home / "media"),
        STATIC_ROOT=str(home / "static"),
    )
    (home / "static").mkdir(parents=True, exist_ok=True)


WAITING = ("tests/story/", "tests/config/test_stack.py")  # for the clock, for minutes


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    """What a module sets up once, one worker sets up (`--dist loadgroup`), and that is known before xdist asks.

    The order is made when everybody else has made his. One worker begins with what mostly waits. It migrates first,
    while the others find what needs no database. Then the groups, the largest first, so that none comes last.
    """
    for item in items:
        if "browser_type" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
        fixtures = item._fixtureinfo.name2fixturedefs.values()
        if item.nodeid.startswith(WAITING):
            item.add_marker(pytest.mark.xdist_group("waiting"))
        elif any(defined[-1].scope == "module" for defined in fixtures):
            item.add_marker(pytest.mark.xdist_group(item.module.__name__))
    yield
    sizes = Counter(map(_group, items))
    items.sort(key=lambda item: _turn(item, sizes))


def _group(item):
    marked = item.get_closest_marker("xdist_group")
    return marked.args[0] if marked else ""


def _turn(item, sizes):
    group = _group(item)
    if group == "waiting":
        return 0, 0, ""
    asked = {"db", "transactional_db", "django_db_setup"} & {*item.fixturenames}
    if not asked and item.get_closest_marker("django_db") is None:
        return 1, 0, ""
    return (2, -sizes[group], group) if group else (3, 0, "")


@pytest.fixture(scope="session")
def rounds():
    """How often to try one's luck: `rounds(2, 20)` is 2 in `make test` and 20 in `make faults`."""
    return lambda sample, full: full if os.environ.get("SIX311_ROUNDS") == "full" else sample


@pytest.fixture(scope="session")
def manage():
    """Run `manage.py` as an operator would, in a process of its own, on this test's database."""

    def run(*words, **environment):
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=stack.ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=600,
        )

    return run
