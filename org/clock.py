"""The one clock: the database's, in Asia/Shanghai. Constraints, triggers, web, worker and beat all ask `org_now()`.

Only test and demo settings may shift it (org/checks.py refuses a shift elsewhere).
"""

from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from org.working_days.rules import SHANGHAI


def now() -> datetime:
    """The database's wall clock, also inside a long transaction (`clock_timestamp()`, not `now()`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT org_now()")
        instant: datetime = cursor.fetchone()[0]
    return instant.astimezone(SHANGHAI)


def today() -> date:
    return now().date()


def shift_clock(*, to: datetime | None) -> None:
    """Move everything together to an instant, or back to the true time (None). Tests and demo only."""
    if not settings.CLOCK_MAY_SHIFT:
        raise ImproperlyConfigured("the clock may be shifted in the demo and in tests only")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE org_clock_shift SET shift = coalesce(%s::timestamptz - clock_timestamp(), interval '0')", [to]
        )
