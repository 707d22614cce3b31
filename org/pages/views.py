"""Pages about the pages: theme, active post, error pages, and the gallery of components (DEBUG only)."""

from __future__ import annotations

import logging
import secrets
import sys
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from org.pages import navigation, specimens
from org.requests import local_path
from org.routes import public, signed_in

logger = logging.getLogger(__name__)

YEAR = 365 * 24 * 3600


def _back(request: HttpRequest) -> HttpResponse:
    """To the page the form stood on, never to another site."""
    return redirect(local_path(request, request.POST.get("next", "")))


@public
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the device has it; remembered on this device."""
    response = _back(request)
    chosen = request.POST.get("theme", "")
    if chosen in navigation.THEMES:
        response.set_cookie(
            "theme",
            chosen,
            max_age=YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@signed_in
@require_POST
def switch_post(request: HttpRequest) -> HttpResponse:
    """Show the menu of another of today's posts, his own or one that he stands in for. What one may do stays the sum
    of them all."""
    held = {str(one.pk): one.pk for one in request.user.seats_on(request.today)}  # type: ignore[union-attr,attr-defined]
    if request.POST.get("post") not in held:
        raise Http404
    request.session[navigation.ACTIVE_POST] = held[request.POST["post"]]
    return redirect(navigation.landing(request))


@public
def gallery(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    return render(request, "org/pages/gallery.html", specimens.context())


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Liveness: `ok` when the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(render_to_string("400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same page for "there is none" and "not yours", so it confirms nothing."""
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """A number to name instead of a traceback; the log has both. Asks nothing of the database."""
    number = f"E-{secrets.token_hex(4).upper()}"
    logger.error("page failed %s", number, exc_info=sys.exc_info(), extra={"error_number": number})
    context: dict[str, Any] = {
        "number": number,
        "again": request.get_full_path() if request.method == "GET" else "",
    }
    return HttpResponse(render_to_string("500.html", context), status=500)
