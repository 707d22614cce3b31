"""Guessing (reliability.md C20): five tries an account and twenty an address, then a quarter of an hour's rest.

django-axes keeps the failures in PostgreSQL; here they are read, and timed by the database's clock.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_ip_address, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.db.models import Max, Sum
from django.http import HttpRequest

from org import clock


class Tries(NamedTuple):
    left: int
    until: datetime | None  # locked until then


def _tries(limit: int, at: datetime, **whose: str | None) -> Tries:
    rest = get_cool_off()
    assert rest is not None  # noqa: S101 (AXES_COOLOFF_TIME is set)
    failed = AccessAttempt.objects.filter(attempt_time__gte=at - rest, **whose).aggregate(
        times=Sum("failures_since_start"), last=Max("attempt_time")
    )
    left = max(0, limit - (failed["times"] or 0))
    return Tries(left, None if left else failed["last"].astimezone(clock.SHANGHAI) + rest)


def of_account(employee_no: str, at: datetime) -> Tries:
    return _tries(settings.AXES_FAILURE_LIMIT, at, username=employee_no)


def of_address(request: HttpRequest, at: datetime) -> Tries:
    """Password spraying: many accounts from one place."""
    return _tries(settings.SIGN_IN_FAILURES_PER_ADDRESS, at, ip_address=get_client_ip_address(request))


def client_address(request: HttpRequest) -> str | None:
    """The caller's address; behind a trusted proxy the last one that the proxy added."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR") or None


@transaction.atomic
def recognise(request: HttpRequest, at: datetime, *, employee_no: str, **secret: Any) -> Any:
    """The person, or None. One try at a time for an account: forty guesses at once are not forty free tries."""
    AxesProxyHandler.update_request(request)
    request.axes_attempt_time = at  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(6311, hashtext(%s))", [employee_no])
    return authenticate(request, employee_no=employee_no, **secret)


def locked_accounts(at: datetime) -> list[str]:
    """The 工号 that may not try at this moment."""
    rest = get_cool_off()
    recent = AccessAttempt.objects.filter(attempt_time__gte=at - rest) if rest else AccessAttempt.objects.none()
    failed = recent.values("username").annotate(times=Sum("failures_since_start"))
    return list(failed.filter(times__gte=settings.AXES_FAILURE_LIMIT).values_list("username", flat=True))
