"""The writers of notices and letters, and the postman of the outbox (reliability.md F10)."""

from __future__ import annotations

import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Model

from org import clock
from org.notices.models import Letter, Notice
from org.people.models import Person

if TYPE_CHECKING:
    from org.units.models import Unit

BATCH = 2_000
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=1)
REFUSED_PAUSE = timedelta(hours=1)
# The letter's own fault; anything else that fails is the server's, and the others need not try.
REFUSED = (
    smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError, ValueError,
)  # fmt: skip
UNREACHABLE = (OSError, smtplib.SMTPException)


class Attachment(NamedTuple):
    name: str
    content: bytes


class Message(NamedTuple):
    """What one person is told; `cause` as `once` of `post`."""

    to: int  # person_id
    cause: str
    title: str
    body: str = ""
    link: str = ""


def post_each(kind: str, messages: Iterable[Message], *, at: datetime) -> None:
    """Tell each person something of his own in the app, once for a cause; a statement for some thousand."""
    rest = iter(messages)
    while some := [_notice(kind, one, at) for one in islice(rest, BATCH)]:
        Notice.objects.bulk_create(some, ignore_conflicts=True)


def replace_each(kind: str, messages: Iterable[Message], *, at: datetime) -> None:
    """As `post_each`; what stood unread at the same link for another cause lapses: the newer one says it."""
    rest = iter(messages)
    while some := [_notice(kind, one, at) for one in islice(rest, BATCH)]:
        earlier = Notice.objects.unread().filter(kind=kind, link__in={one.link for one in some})
        earlier.exclude(key__in=[one.key for one in some]).update(read_at=at)
        Notice.objects.bulk_create(some, ignore_conflicts=True)


def _notice(kind: str, one: Message, at: datetime) -> Notice:
    key = _short(f"{kind}:{one.cause}:{one.to}", 120)
    return Notice(key=key, to_id=one.to, kind=kind, title=one.title[:120], body=one.body, link=one.link, at=at)


def post(
    kind: str,
    *,
    to: Person | Iterable[Person],
    at: datetime,
    title: str,
    about: Model | None = None,
    body: str = "",
    link: str = "",
    once: str = "",
) -> None:
    """Tell people in the app. `once` names the cause, which tells a person once however often it comes; without it
    every call is a cause of its own."""
    cause = once or f"{about._meta.label_lower if about else ''}:{about.pk if about else ''}:{at.isoformat()}"
    people = [to] if isinstance(to, Person) else list(to)
    post_each(kind, [Message(person.pk, cause, title, body, link) for person in people], at=at)


def lapse(kind: str, *links: str, at: datetime) -> None:
    """What was asked there waits no more: nobody need open it, so it counts as read."""
    Notice.objects.unread().filter(kind=kind, link__in=links).update(read_at=at)


def take_back(kind: str, *, to: Person, link: str, told_at: datetime) -> bool:
    """What was told then no longer holds: unread it goes; says whether it had been read already."""
    told = Notice.objects.filter(to=to, kind=kind, link=link, at=told_at)
    told.filter(read_at=None).delete()
    return told.exists()


def letter(
    *,
    to: str,
    subject: str,
    body: str,
    at: datetime,
    once: str,
    about: Model | None = None,
    unit: Unit | None = None,
    attachment: Attachment | None = None,
) -> None:
    """Put an e-mail into the outbox, in the transaction of its cause; one for each cause and address."""
    Letter.objects.bulk_create(
        [
            Letter(
                message_id=message_id(once, to),
                to=to,
                subject=subject[:200],
                body=body,
                attachment_name=attachment.name if attachment else "",
                attachment=attachment.content if attachment else None,
                about=about._meta.label_lower if about else "",
                about_id=str(about.pk) if about else "",
                unit=unit,
                created_at=at,
                next_try_at=at,
            )
        ],
        ignore_conflicts=True,
    )


def message_id(once: str, to: str) -> str:
    """Follows from the cause and the address alone, so that a letter sent again is recognised as the same."""
    digest = sha256(f"{once}\n{to.lower()}".encode()).hexdigest()[:32]
    return f"<{digest}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].strip('>')}>"


def deliver() -> int:
    """Send what waits in the outbox, oldest first; returns how many left.

    Each letter is marked in a transaction of its own, so a crash repeats at most one, with the same Message-ID.
    A letter refused for good waits long, one refused for now (4xx, greylisting) a little and holds up no other; an
    unreachable server lets all wait a little. No letter is tried twice in a round.
    """
    connection, sent, began = get_connection(), 0, clock.now()
    try:
        while (outcome := _deliver_next(connection, began)) is not None:
            sent += outcome
    except UNREACHABLE:
        return sent
    finally:
        _hang_up(connection)
    return sent


def _deliver_next(connection: BaseEmailBackend, began: datetime) -> bool | None:
    """True: one left; False: one was refused; None: nothing waits. Raises as an unreachable server does."""
    trouble: OSError | None = None
    with transaction.atomic():
        one = Letter.objects.waiting(began).select_for_update(skip_locked=True, of=("self",)).first()
        if one is None:
            return None
        now, soon = clock.now(), min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(one.tries, 10))
        try:
            connection.send_messages([_message(one, connection)])
        except REFUSED as refusal:
            _put_off(one, refusal, now + (soon if _for_now(refusal) else REFUSED_PAUSE))
            return False
        except UNREACHABLE as failure:
            _put_off(one, failure, now + soon)
            trouble = failure
        else:
            Letter.objects.filter(pk=one.pk).update(sent_at=now, last_error="", tries=F("tries") + 1)
    if trouble:
        raise trouble
    return True


def _for_now(refusal: Exception) -> bool:
    """Whether the server asks to try again: 4xx, as greylisting answers."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _answer in refusal.recipients.values()]
    else:
        codes = [refusal.smtp_code] if isinstance(refusal, smtplib.SMTPResponseException) else []
    return any(400 <= code < 500 for code in codes)


def _put_off(one: Letter, failure: Exception, until: datetime) -> None:
    Letter.objects.filter(pk=one.pk).update(
        tries=F("tries") + 1, last_error=f"{type(failure).__name__}: {failure}"[:200], next_try_at=until
    )


def _message(one: Letter, connection: BaseEmailBackend) -> EmailMessage:
    message = EmailMessage(
        one.subject, one.body, to=[one.to], connection=connection, headers={"Message-ID": one.message_id}
    )
    if one.attachment is not None:
        message.attach(one.attachment_name, bytes(one.attachment))
    return message


def _hang_up(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except UNREACHABLE:
        return


def _short(key: str, length: int) -> str:
    """The key itself, or a digest where it is longer than the column."""
    return key if len(key) <= length else sha256(key.encode()).hexdigest()
