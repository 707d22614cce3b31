"""The verbs of somebody who reads his messages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from org.notices.models import Notice

if TYPE_CHECKING:
    from org.people.models import Person


@transaction.atomic
def read(notice: Notice, *, by: Person, at: datetime) -> None:
    """The first reading counts."""
    Notice.objects.visible_to(by).unread().filter(pk=notice.pk).update(read_at=at)


@transaction.atomic
def read_all(*, by: Person, at: datetime) -> int:
    """Those that had arrived by then."""
    return Notice.objects.visible_to(by).unread().filter(at__lte=at).update(read_at=at)
