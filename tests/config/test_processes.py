"""No child outlives who started it; the control shows that one would."""

import signal
import subprocess
import sys
import time

import pytest

from config import stack
from config.processes import kill, spawn, stop
from tests.config.processes_seen import descendants, survivors

PARENT = """
import signal, subprocess, time
from config.processes import spawn
print(spawn(["sleep", "60"], on_parent_death=signal.SIGTERM).pid, flush=True)
print(subprocess.Popen(["sleep", "61"], start_new_session=True).pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def parent_and_children():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=stack.ROOT, stdout=subprocess.PIPE, text=True)
    children = [int(parent.stdout.readline()) for _ in range(2)]
    yield parent, children
    parent.kill()
    subprocess.run(["kill", "-9", *map(str, children)], stderr=subprocess.DEVNULL, check=False)


def test_a_spawned_child_dies_with_its_killed_parent_and_an_ordinary_one_does_not(parent_and_children):
    parent, (spawned, ordinary) = parent_and_children
    parent.kill()
    parent.wait()
    assert survivors([spawned]) == []
    assert survivors([ordinary], patience=0.5) == [ordinary]


def test_a_child_that_does_not_listen_is_killed_with_its_own_children():
    deaf = spawn(["sh", "-c", "trap '' TERM; sleep 60 & wait; wait"])
    until = time.monotonic() + 5
    while not (children := descendants(deaf.pid)) and time.monotonic() < until:
        time.sleep(0.05)
    assert len(children) == 1
    stop(deaf, patience=0.3)
    assert deaf.returncode == -signal.SIGKILL
    assert survivors(children) == []


def test_stopping_twice_and_killing_the_dead_are_harmless():
    done = spawn(["true"])
    done.wait()
    stop(done)
    stop(done)
    kill(done)
    assert done.returncode == 0


def test_complaints_go_where_they_are_wanted(tmp_path):
    words = ["sh", "-c", "echo said; echo complained >&2"]
    spawn(words, log=tmp_path / "both").wait()
    spawn(words, log=tmp_path / "said", errors=tmp_path / "complained").wait()
    assert (tmp_path / "both").read_text() == "said\ncomplained\n"
    assert (tmp_path / "said").read_text() == "said\n"
    assert (tmp_path / "complained").read_text() == "complained\n"
