"""System checks that look at the data: `manage.py check --deploy --database default`, and each `migrate`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.db.utils import Error as DatabaseProblem

from org import clock
from org.working_days.actions import unknown_years

Asked = Sequence[str] | None
SHIFT_TABLE = "org_clock_shift"


@register(Tags.database)
def the_clock_is_true(app_configs: Any, databases: Asked = None, **kwargs: Any) -> list[CheckMessage]:
    """A shifted clock outside the demo and tests would falsify every deadline."""
    if settings.CLOCK_MAY_SHIFT or "default" not in (databases or ()):
        return []
    if not _is_migrated():
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT shift <> interval '0' FROM org_clock_shift")
        shifted = cursor.fetchone()[0]
    hint = "UPDATE org_clock_shift SET shift = interval '0'"
    return [Error("The database's clock is shifted.", hint=hint, id="org.E001")] if shifted else []


@register(Tags.database)
def the_calendar_is_known(app_configs: Any, databases: Asked = None, **kwargs: Any) -> list[CheckMessage]:
    """Past the package's years days off are a guess (domain.md 3); HQ corrects them or the package is upgraded."""
    if "default" not in (databases or ()) or not _is_migrated():
        return []
    hint = "Upgrade chinesecalendar, or correct the days on the page 工作日历."
    return [
        Warning(f"The holidays of {year} are not known.", hint=hint, id="org.W001")
        for year in unknown_years(clock.today())
    ]


def _is_migrated() -> bool:
    """Before the first migration, and without a database, there is nothing to look at."""
    try:
        return SHIFT_TABLE in connections["default"].introspection.table_names()
    except DatabaseProblem:
        return False
