"""What became of a tap: done, or why not, on the page that follows."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from org.workflow import Refused


def tried(request: HttpRequest, act: Callable[[], object], done: str) -> None:
    """Act once, and say what was done, or the reason of who refused."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
