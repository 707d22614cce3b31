"""The nightly check of the counters (performance.md: kept counters are rebuilt and compared)."""

import logging
from datetime import timedelta

from celery import shared_task
from django.db import transaction

from activity.daily_log import counting
from org import clock

log = logging.getLogger(__name__)
NIGHTLY_DAYS = 28


@shared_task
def compare_counters() -> None:
    """Count the last four weeks again; what differs is set right, and reported, because it should not happen."""
    today = clock.today()
    wrong: list[counting.Pair] = []
    for ago in range(NIGHTLY_DAYS, -1, -1):
        with transaction.atomic():  # a day at a time, so that nobody waits long
            if differing := counting.compare(today - timedelta(days=ago)):
                counting.recount_days(differing)
                wrong += differing
    if wrong:
        log.error("counters differed from their rows, now recounted: %s", wrong)
