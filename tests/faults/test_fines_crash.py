"""PostgreSQL itself crashes in the middle of the close (reliability.md F8): it recovers, and so do the fines."""

import signal
import time

import pytest
from django.core.management import call_command
from django.db import connection, connections

from activity.assessment.models import WeekClose
from config import processes, stack
from config.servers import Servers
from tests.faults.fined import SPAN, FinedCity, slow_down

pytestmark = pytest.mark.fault


@pytest.fixture
def own_postgres(fresh_db, tmp_path, monkeypatch):
    """A server of this test's own with every durability, and this process and those it starts connected to it."""
    servers = Servers(tmp_path / "postgres", redis_url="none")
    servers.process = servers.postgres()
    before, own = dict(connection.settings_dict), stack.database_settings(servers.database_url)
    connections.close_all()
    connection.settings_dict.update({name: own[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})
    monkeypatch.setenv("DATABASE_URL", servers.database_url)
    call_command("migrate", verbosity=0, interactive=False)
    yield servers
    connections.close_all()
    connection.settings_dict.update(before)
    processes.stop(servers.process, with_signal=signal.SIGQUIT)
    servers.remove_sockets()


def crash(servers):
    """Without a checkpoint: what is not in the log is lost, and recovery reads the log."""
    processes.stop(servers.process, with_signal=signal.SIGQUIT)
    connections.close_all()
    time.sleep(0.5)
    servers.process = servers.postgres()


@pytest.mark.long
def test_crashed_at_random_moments(own_postgres, processes_on_this_database, tmp_path, luck, rounds):
    """The same worker lives on and finishes by itself; beat rings each minute."""
    city, live = FinedCity(tmp_path, luck.randrange(10**6)), processes_on_this_database
    slow_down()
    live.start("beat")
    for _ in range(rounds(1, 10)):
        city.start_over()
        live.start("worker")
        for _ in range(2):
            time.sleep(luck.uniform(0, SPAN))
            crash(own_postgres)
            print(f"crashed with {WeekClose.objects.count()} weeks closed")
            city.nothing_is_halved()
            city.leave_afterwards(luck)
        began = time.monotonic()
        live.until(city.settled, "the rest", patience=150)
        print(f"settled {time.monotonic() - began:.1f} s after the last crash")
        city.is_as_the_oracle_says()
        live.kill("worker")
        live.log("worker").unlink()
