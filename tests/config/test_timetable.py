"""What rings when, and that a bell is not lost."""

import os
import signal

import pytest
from celery.schedules import crontab
from django.db import connection, connections

from activity.daily_log.models import DailyLog
from config.celery import TIMETABLE, app
from org import clock
from org.posts import Post
from tests import factories as make
from tests.config.processes_seen import descendants, survivors
from tests.databases import maintenance
from tests.factories import THURSDAY

DUE, TIDY = "org.periods.tasks.ring", "org.periods.tasks.tidy"
COUNTERS = "activity.daily_log.tasks.compare_counters"


def test_the_timetable():
    assert {name: (entry["task"], entry["schedule"]) for name, entry in TIMETABLE.items()} == {
        "每分钟 到期即办": (DUE, crontab()),
        "周六 12:00 汇总": (DUE, crontab(minute=0, hour=12, day_of_week="sat")),
        "每日 12:00 周关账与计罚": (DUE, crontab(minute=0, hour=12)),
        "每夜 03:30 核对计数": (COUNTERS, crontab(minute=30, hour=3)),
        "每夜 04:00 清理": (TIDY, crontab(minute=0, hour=4)),
    }


def test_every_bell_has_its_task():
    app.loader.import_default_modules()
    assert {DUE, COUNTERS} <= set(app.tasks)


def test_a_message_is_given_back_when_its_worker_dies():
    """reliability.md 3: all three timeouts alike, nothing prefetched, nothing acknowledged early."""
    conf = app.conf
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.task_ignore_result) == (True,) * 3
    assert (conf.worker_prefetch_multiplier, conf.task_time_limit) == (1, 600)
    assert conf.task_always_eager is False
    transport = conf.broker_transport_options
    assert (transport["unacked_restore_interval"], transport["unacked_restore_throttle"]) == (10, 1)
    timeouts = [transport, conf.result_backend_transport_options, {"visibility_timeout": conf.visibility_timeout}]
    assert [options["visibility_timeout"] for options in timeouts] == [3600] * 3
    assert str(conf.timezone) == "Asia/Shanghai"


def test_the_night_sets_a_wrong_counter_right(processes_on_this_database):
    live = processes_on_this_database
    who = make.person(Post.CLIENT_MANAGER, unit=make.department())
    make.full_day(who)
    make.submit(who)
    DailyLog.objects.update(calls=99)
    clock.shift_clock(to=make.at(THURSDAY, 21))
    live.start("worker")
    app.send_task(COUNTERS)
    live.until(lambda: DailyLog.objects.get().calls == 6, "the recount")
    assert "counters differed" in live.log("worker").read_text()


def test_a_bell_is_rung_again_while_the_database_is_away(processes_on_this_database):
    live, name = processes_on_this_database, connection.settings_dict["NAME"]
    connections.close_all()
    with maintenance() as cursor:
        cursor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        live.start("worker")
        live.until(lambda: "Retry in" in live.log("worker").read_text(), "the first failure")
        cursor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    live.until(lambda: "succeeded" in live.log("worker").read_text(), "the bell")


@pytest.mark.fault
@pytest.mark.parametrize("program", ["worker", "web"])
def test_no_child_outlives_its_killed_program(processes_on_this_database, program):
    live = processes_on_this_database.start(program)
    process = live.running.pop(program)
    children = live.until(lambda: len(found := descendants(process.pid)) >= 2 and found)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert survivors(children) == []
