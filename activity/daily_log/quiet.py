"""勿扰: who asked not to be called again, since which day, and what is set free when that was a slip.

On a contact of a prospect the mark holds for everybody; of any other client the caller's own calls remember it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from activity.daily_log.models import LogEntry
from clients.prospects import actions as prospects
from clients.prospects.models import Contact
from clients.prospects.rules import normalised
from org.people.models import Person
from org.prepared import ask

_ASKED = """
    SELECT call.client_key::text, call.contact::text, log.day
    FROM activity_logentry AS call JOIN activity_dailylog AS log ON log.id = call.log_id
    WHERE log.person_id = %s AND call.client_key = ANY(%s) AND call.asks_for_quiet
"""


class Whom(NamedTuple):
    """A contact of a client as calls name him; the first two are normalised."""

    client: str
    contact: str
    prospect: UUID | None

    @classmethod
    def of(cls, client: str, contact: str, prospect: UUID | None) -> Whom:
        return cls(normalised(client), normalised(contact), prospect)


class Quiet:
    """What is known of 勿扰 before some calls of a person are recorded; at most two queries."""

    def __init__(self, person_id: int, called: Collection[Whom], replaced: object = None) -> None:
        """`replaced`: a row that the first of the new ones stands for; a call keeps what it was marked as."""
        self.replaced = replaced if isinstance(replaced, LogEntry) and replaced.type == LogEntry.Type.CALL else None
        self.since: dict[tuple[object, str], date] = {}
        if known := {whom.prospect for whom in called} - {None}:
            marked = Contact.objects.filter(prospect__in=known).exclude(do_not_disturb_since=None)
            if self.replaced:
                marked = marked.exclude(do_not_disturb_by=self.replaced.pk)
            for contact in marked:
                self._mark(contact.prospect_id, normalised(contact.name), contact.do_not_disturb_since)
        if called:
            for client, name, day in ask((_ASKED, [person_id, list({whom.client for whom in called})])):
                self._mark(client, normalised(name), day)

    def _mark(self, of: object, contact: str, since: date | None) -> None:
        if since is not None:
            self.since[of, contact] = min(since, self.since.get((of, contact), since))

    def marked(self, whom: Whom, day: date) -> bool:
        """Whether the contact had asked for quiet before a new call of that day."""
        old = self.replaced
        if old and (old.client_key, normalised(old.contact)) == (whom.client, whom.contact):
            return old.do_not_disturb
        days = (self.since.get((of, whom.contact)) for of in (whom.client, whom.prospect))
        return any(since is not None and since <= day for since in days)

    def asked(self, whom: Whom, day: date) -> None:
        """A call just made asks for it: the next one does not count."""
        self._mark(whom.client, whom.contact, day)


def mark_contacts(calls: Collection[LogEntry], *, by: Person, at: datetime) -> None:
    """The contacts of prospects who asked for quiet in these recorded calls of a day."""
    for call in calls:
        if call.asks_for_quiet and call.prospect_id:
            name, day = call.contact.strip(), call.log.day
            prospects.do_not_disturb(call.prospect_id, name, since=day, asked_in=call.pk, by=by, at=at)


def lift(gone: LogEntry, *, by: Person, at: datetime) -> set[tuple[int, date]]:
    """A call that asked for quiet is no longer there: its mark passes to the next that asked, or ends.

    Answers the (person, day)s of which calls are marked no longer.
    """
    calls = _calls_like(gone)
    asked = [
        call for call in calls if call.asks_for_quiet and call.prospect_id and call.prospect_id == gone.prospect_id
    ]
    if asked:
        first = min(asked, key=lambda one: (one.log.day, one.recorded_at))
        prospects.pass_mark_on(gone.pk, since=first.log.day, asked_in=first.pk)
    else:
        prospects.lift_mark(gone.pk, by=by, at=at)
    contact = next(iter(_contacts_like(gone)), None)
    freed = [call for call in calls if call.do_not_disturb and not _is_marked(call, calls, contact)]
    LogEntry.objects.filter(pk__in=[call.pk for call in freed]).update(do_not_disturb=False)
    return {(call.log.person_id, call.log.day) for call in freed}


def _calls_like(gone: LogEntry) -> list[LogEntry]:
    """Calls to the same contact: the person's own, and of a prospect everybody's."""
    same = Q(log__person=gone.log.person_id, client_key=gone.client_key)
    if gone.prospect_id:
        same |= Q(prospect=gone.prospect_id)
    calls = LogEntry.objects.filter(same, type=LogEntry.Type.CALL).select_related("log")
    return [call for call in calls if normalised(call.contact) == normalised(gone.contact)]


def _contacts_like(gone: LogEntry) -> list[Contact]:
    marked = Contact.objects.filter(prospect=gone.prospect_id).exclude(do_not_disturb_since=None)
    return [one for one in marked if normalised(one.name) == normalised(gone.contact)] if gone.prospect_id else []


def _is_marked(call: LogEntry, calls: Collection[LogEntry], contact: Contact | None) -> bool:
    """By another call that asked, or by the contact itself."""
    if contact and contact.do_not_disturb_since and contact.do_not_disturb_by != call.pk and call.prospect_id:
        return contact.do_not_disturb_since <= call.log.day
    return any(
        one.asks_for_quiet and one.pk != call.pk and one.log.day <= call.log.day
        and one.log.person_id == call.log.person_id
        for one in calls
    )  # fmt: skip
