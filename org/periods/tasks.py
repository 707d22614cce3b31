"""The bell of everything that falls due."""

from celery import Task, shared_task
from django.db import InterfaceError, OperationalError

from org.periods.due import run_due


@shared_task(
    bind=True,
    autoretry_for=(OperationalError, InterfaceError),
    max_retries=8,
    retry_backoff=True,
    retry_backoff_max=60,
)
def ring(self: Task) -> None:
    """Do what is due; rung again with growing pauses while the database is away (it would be lost otherwise)."""
    run_due()
