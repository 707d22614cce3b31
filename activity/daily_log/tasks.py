"""The nightly check of the counters (performance.md: kept counters are rebuilt and compared)."""

import logging
from datetime import date, timedelta
from uuid import UUID

from celery import shared_task
from django.db import transaction

from activity.daily_log import counting
from clients.chain import following
from clients.visits.models import Visit
from org import clock

log = logging.getLogger(__name__)
NIGHTLY_DAYS = 28
CHAINS = 100  # opportunities replayed at a time


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
    if unlike := _chains_set_right(today - timedelta(days=NIGHTLY_DAYS)):
        log.error("opportunities differed from their visits, now replayed: %s", unlike)


def _chains_set_right(since: date) -> list[UUID]:
    """The opportunities that were visited since then, replayed."""
    visited = Visit.objects.filter(day__gte=since).exclude(opportunity=None).values_list("opportunity", flat=True)
    ids, unlike = sorted(visited.distinct()), list[UUID]()
    for start in range(0, len(ids), CHAINS):
        with transaction.atomic():
            if differing := following.compare(ids[start : start + CHAINS]):
                following.follow(differing)
                unlike += differing
    return unlike
