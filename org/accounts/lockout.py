"""Guessing (reliability.md C20): five tries an account and twenty an address, then a quarter of an hour's rest.

A device on which the person signed in before has five of its own, so that guesses from elsewhere do not lock her out.

django-axes keeps the failures in PostgreSQL; here they are read, and timed by the database's clock.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_ip_address, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse

from org import clock

if TYPE_CHECKING:
    from org.people.models import Person


DEVICE = "device"  # cookie: who signed in on it last, and the device's own number
DEVICE_AGE = 365 * 24 * 3600


def remember_device(request: HttpRequest, response: HttpResponse, person: Person) -> None:
    """On this device he has tries of his own from now on: nobody elsewhere can lock it out. It opens nothing."""
    known = f"{person.employee_no} {_device(request, person.employee_no) or secrets.token_hex(16)}"
    response.set_signed_cookie(
        DEVICE, known, salt=DEVICE, max_age=DEVICE_AGE, secure=settings.SESSION_COOKIE_SECURE, httponly=True,
        samesite="Lax",
    )  # fmt: skip


def _device(request: HttpRequest, employee_no: str) -> str:
    """The number of the device on which he was the last to sign in, else nothing."""
    whose, _blank, number = (request.get_signed_cookie(DEVICE, "", salt=DEVICE, max_age=DEVICE_AGE) or "").partition(
        " "
    )
    return number if whose == employee_no else ""


def counted_by(request: Any, credentials: dict[str, Any] | None = None) -> list[Any]:
    """AXES_LOCKOUT_PARAMETERS: a known device by itself, all strangers of an account together."""
    return [["username", "user_agent"]] if getattr(request, "known_device", False) else ["username"]


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


def of_account(employee_no: str, at: datetime, request: HttpRequest | None = None) -> Tries:
    """Of everybody, or as it counts for the device of a request."""
    device = _device(request, employee_no) if request else ""
    whose = {"username": employee_no, **({"user_agent": device} if device else {})}
    return _tries(settings.AXES_FAILURE_LIMIT, at, **whose)


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
    if device := _device(request, employee_no):
        request.axes_user_agent, request.known_device = device, True  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(6311, hashtext(%s))", [employee_no])
    return authenticate(request, employee_no=employee_no, **secret)


def locked_accounts(at: datetime) -> list[str]:
    """The 工号 that may not try at this moment."""
    rest = get_cool_off()
    recent = AccessAttempt.objects.filter(attempt_time__gte=at - rest) if rest else AccessAttempt.objects.none()
    failed = recent.values("username").annotate(times=Sum("failures_since_start"))
    return list(failed.filter(times__gte=settings.AXES_FAILURE_LIMIT).values_list("username", flat=True))
