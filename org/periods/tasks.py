"""The bell of everything that falls due, and the night's housekeeping."""

from celery import Task, shared_task
from django.core.management import call_command
from django.db import InterfaceError, OperationalError

from org import clock
from org.drafts.actions import forget_old
from org.idempotency.actions import forget
from org.intake.actions import forget_files
from org.periods.due import run_due
from org.working_days.actions import sync


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


@shared_task
def tidy() -> None:
    """Sessions, form keys and drafts of no more use; the working days of new years as soon as they are known."""
    call_command("clearsessions")
    forget(clock.now())
    forget_files(clock.now())
    forget_old(clock.now())
    this_year = clock.today().year
    sync(range(this_year - 1, this_year + 3))
