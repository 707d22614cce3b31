"""The writers of drafts: save without overwriting another page's, and forget."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import F

from org.drafts.models import FormDraft, Name

if TYPE_CHECKING:
    from org.people.models import Person

KEPT = timedelta(days=30)  # nobody comes back to a form after that
SECRET = ("password", "passwd", "csrf", "token", "otp", "secret")  # never kept, whatever a page sends
Data = Mapping[str, list[str]]


class Saving(NamedTuple):
    """`taken`: the draft holds what was sent; else another page was faster, and `draft` is what it left (None when it
    handed the form in or threw the draft away)."""

    taken: bool
    draft: FormDraft | None


@transaction.atomic
def keep(person: Person, name: Name, data: Data, *, version: int, page: str, at: datetime) -> Saving:
    """Compare and set: `version` is the one that the page has read or saved last, 0 for none.

    Of two pages the second is told, never heard silently. A page whose answer was lost is the same page: it goes on.
    """
    kept = {field: values for field, values in data.items() if not any(word in field.lower() for word in SECRET)}
    own = FormDraft.objects.visible_to(person).filter(form=name.form, subject=name.subject)
    values = {"data": kept, "page": page, "saved_at": at}
    if version == 0:
        draft, is_new = own.get_or_create(defaults=values | {"person": person, **name._asdict()})
        if is_new:
            return Saving(True, draft)
    read = own.filter(version=version) if version else own.none()
    again = own.filter(version=version + 1, page=page)
    if not (read | again).update(version=F("version") + 1, **values):
        return Saving(False, own.first())
    return Saving(True, own.get())


@transaction.atomic
def forget(person: Person, name: Name) -> int:
    """Handed in, or thrown away by the writer."""
    return FormDraft.objects.visible_to(person).filter(form=name.form, subject=name.subject).delete()[0]


def forget_old(at: datetime) -> int:
    """Nightly: drafts that nobody came back to in thirty days; returns how many."""
    return FormDraft.objects.filter(saved_at__lt=at - KEPT).delete()[0]
