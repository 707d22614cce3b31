"""The timetable. Every entry is a bell: the due rows in the database decide what is done."""

import os
import signal
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init, worker_process_init, worker_ready
from django.conf import settings

from config import stack
from config.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

DUE = "org.periods.tasks.ring"
# The named hours only save the wait for the next full minute; the first bell alone would do everything.
TIMETABLE = {
    "每分钟 到期即办": {"task": DUE, "schedule": crontab()},
    "周六 12:00 汇总": {"task": DUE, "schedule": crontab(minute=0, hour=12, day_of_week="sat")},
    "每日 12:00 周关账与计罚": {"task": DUE, "schedule": crontab(minute=0, hour=12)},
    "每夜 03:30 核对计数": {
        "task": "activity.daily_log.tasks.compare_counters",
        "schedule": crontab(minute=30, hour=3),
    },
    "每夜 04:00 清理": {"task": "org.periods.tasks.tidy", "schedule": crontab(minute=0, hour=4)},
}
# With Redis the shortest of the three timeouts wins among all that share the broker; a task ends at 600 s.
VISIBILITY = 3600

app = Celery("six311")


def configuration() -> dict[str, Any]:
    """Read when first needed, because the settings import this package."""
    return {
        "broker_url": stack.broker_url(settings.REDIS_URL),
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": 2,
        },
        "result_backend_transport_options": {"visibility_timeout": VISIBILITY},
        "visibility_timeout": VISIBILITY,
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": 600,
        "task_publish_retry": False,
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "timezone": settings.TIME_ZONE,
        "beat_schedule": TIMETABLE,
    }


def limit_statements(**_: Any) -> None:
    os.environ.setdefault("PGOPTIONS", "-c statement_timeout=5min -c idle_in_transaction_session_timeout=5min")


def ring_at_start(sender: Any, **_: Any) -> None:
    """Whatever fell due while nobody worked is done now, not at the next full minute."""
    app.send_task(DUE)


def end_with_the_worker(**_: Any) -> None:
    die_with_parent(os.getppid(), signal.SIGKILL)


app.add_defaults(configuration)
app.autodiscover_tasks(["org.periods", "org.intake", "activity.daily_log"])
worker_init.connect(limit_statements)
worker_ready.connect(ring_at_start)
worker_process_init.connect(end_with_the_worker)
