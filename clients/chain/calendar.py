"""One's own visits for a calendar program: a secret address, revocable, that answers iCalendar (RFC 5545).

It carries the client, the time and the place; never a telephone number, nor what was said. Only the hash of the
secret is kept, so an address that was lost is made anew.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from clients.chain.models import Accompaniment, CalendarLink, PlannedVisit
from org.trace.actions import record
from org.working_days.rules import SHANGHAI

if TYPE_CHECKING:
    from org.people.models import Person

BEHIND = timedelta(days=60)
OCTETS = 75  # of a line, its end apart (RFC 5545 3.1)
TIMEZONE = (
    "BEGIN:VTIMEZONE", "TZID:Asia/Shanghai", "BEGIN:STANDARD", "DTSTART:19910915T000000", "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800", "TZNAME:CST", "END:STANDARD", "END:VTIMEZONE",
)  # fmt: skip
STATUS = {PlannedVisit.State.CANCELLED: "CANCELLED"}


def has_link(person: Person) -> bool:
    return CalendarLink.objects.filter(person=person).exists()


@transaction.atomic
def make_link(person: Person, *, at: datetime) -> str:
    """The new secret, shown this once; the old address answers no more."""
    secret = secrets.token_urlsafe(32)
    link, _is_new = CalendarLink.objects.update_or_create(
        person=person, defaults={"token_hash": _hash(secret), "made_at": at}
    )
    record(link, "make_calendar_link", by=person, at=at)
    return secret


@transaction.atomic
def end_link(person: Person, *, at: datetime) -> None:
    for link in CalendarLink.objects.filter(person=person):
        record(link, "end_calendar_link", by=person, at=at)
        link.delete()


def reader_of(secret: str) -> Person | None:
    """Whose calendar the secret opens; None for an unknown or revoked one."""
    link = CalendarLink.objects.filter(token_hash=_hash(secret)).select_related("person").first()
    return link.person if link else None


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def written(person: Person, *, at: datetime) -> str:
    """The visits he makes and those he has agreed to come along to. Two queries."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//6311//visits//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(_('拜访与陪访'))}", "X-WR-TIMEZONE:Asia/Shanghai", *TIMEZONE,
    ]  # fmt: skip
    for planned, is_companion in _visits(person, at):
        lines += _event(planned, is_companion)
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _fold(line))


def _visits(person: Person, at: datetime) -> Iterator[tuple[PlannedVisit, bool]]:
    """His own first; cancelled ones tell programs to drop what they have."""
    agreed = Accompaniment.objects.filter(companion=person, state=Accompaniment.State.ACCEPTED)
    his = Q(person=person) | Q(pk__in=agreed.values("planned"))
    rows = PlannedVisit.objects.filter(his, starts_at__gt=at - BEHIND).select_related("prospect", "person")
    for planned in rows.order_by("starts_at", "pk"):
        yield planned, planned.person_id != person.pk


def _event(planned: PlannedVisit, is_companion: bool) -> list[str]:
    """One VEVENT; the UID follows from the visit, so that moving it moves the entry that a program has."""
    what = _("陪访") if is_companion else _("拜访")
    summary = f"{what} {planned.prospect.name}"
    who = _("{name} 的拜访").format(name=planned.person.name) if is_companion else ""
    domain = settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost"
    lines = [
        "BEGIN:VEVENT", f"UID:visit-{planned.pk}@{domain}", f"DTSTAMP:{_instant(planned.changed_at)}",
        f"LAST-MODIFIED:{_instant(planned.changed_at)}", f"SEQUENCE:{_sequence(planned)}",
        f"DTSTART;TZID=Asia/Shanghai:{_local(planned.starts_at)}",
        f"DTEND;TZID=Asia/Shanghai:{_local(planned.ends_at)}", f"SUMMARY:{_text(summary)}",
        f"STATUS:{STATUS.get(PlannedVisit.State(planned.state), 'CONFIRMED')}",
    ]  # fmt: skip
    said = "\n".join(filter(None, (who, planned.purpose)))
    lines += [f"LOCATION:{_text(planned.place)}"] if planned.place else []
    lines += [f"DESCRIPTION:{_text(said)}"] if said else []
    return [*lines, "END:VEVENT"]


def _sequence(planned: PlannedVisit) -> int:
    """Grows with every change, whatever program reads it."""
    return max(0, int((planned.changed_at - planned.made_at).total_seconds()))


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _local(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y%m%dT%H%M%S}"


def _text(value: str) -> str:
    r"""A value of type TEXT (RFC 5545 3.3.11): \ ; , and line ends escaped, other control characters dropped."""
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\")
    value = value.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(sign for sign in value if sign >= " " and sign != "\x7f")


def _fold(line: str) -> Iterable[str]:
    """At most 75 octets a line, never within a character; what follows begins with a blank."""
    piece, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > OCTETS:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + octets
    yield piece
