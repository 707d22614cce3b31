"""A form that was taken leaves no draft behind, whichever page took it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.messages import ERROR, get_messages
from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpRequest, HttpResponse

from org.drafts import actions
from org.drafts.forms import NameForm

TAKEN = {200, 201, 204, 302, 303}  # a refused form answers 422 or 409 (DESIGN.md, HTMX)


class HandedIn:
    """After the page's own transaction: should the server fall in between, the draft is offered once more."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        taken = response.status_code in TAKEN and "draft-form" in request.POST and not _was_refused(request)
        if request.method == "POST" and taken:
            named = NameForm({"form": request.POST["draft-form"], "subject": request.POST.get("draft-subject", "")})
            if request.user.is_authenticated and named.is_valid():
                actions.forget(request.user, named.name)
        return response


def _was_refused(request: HttpRequest) -> bool:
    """Some pages go back to where one came from with the sentence; who has not read it finds his words there."""
    told = get_messages(request)
    if not isinstance(told, BaseStorage):
        return False
    used = told.used
    refused = any(message.level >= ERROR for message in told)
    told.used = used  # looked at here is not yet shown
    return refused
