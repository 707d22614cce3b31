"""The worker's way to a batch: a task names the row, the row says what to do."""

from __future__ import annotations

import logging
from functools import partial
from uuid import UUID

from celery import shared_task
from django.db import OperationalError, connection, transaction
from kombu.exceptions import KombuError

from org.intake import working
from org.intake.models import ImportBatch

log = logging.getLogger(__name__)


@shared_task
def work(pk: str) -> None:
    working.work(UUID(pk))


def get_going(batch: ImportBatch) -> None:
    """Small files at once; the rest by a worker. Without Redis the sweeper finds the row within two minutes."""
    if working.is_small(batch):
        _try(batch)
        if not ImportBatch.objects.filter(pk=batch.pk, state__in=ImportBatch.WORKING).exists():
            return
    transaction.on_commit(partial(_ring, str(batch.pk)))


def _try(batch: ImportBatch) -> None:
    """While the person waits; a large import that runs meanwhile holds the lock longer than a request may wait."""
    try:
        working.work(batch.pk, only_small=True)
    except OperationalError:
        if not connection.is_usable():
            raise
        log.warning("import %s waits for another", batch.pk, exc_info=True)


def _ring(pk: str) -> None:
    try:
        work.delay(pk)
    except (KombuError, OSError):
        log.warning("import %s waits for the sweeper: no broker", pk)
