"""Notices: in the app, and letters that leave through an outbox written in the transaction of their cause."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime

    from org.people.models import Person


# What asks its reader to do something; everything else only tells. Named by the rooms that post them.
ASKING = (
    "accompany_asked", "accompany_confirm", "accompany_proposed", "accompany_reminder",
    "absence_asked", "ask_again", "checklist_filled", "fines_waiting", "log_missing", "log_returned", "plan_draft",
    "plan_returned", "plan_submitted", "thanks_overdue",
)  # fmt: skip


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, person: Person) -> NoticeQuerySet:
        return self.filter(to=person)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)

    def asking(self) -> NoticeQuerySet:
        return self.filter(kind__in=ASKING)

    def telling(self) -> NoticeQuerySet:
        return self.exclude(kind__in=ASKING)


class Notice(models.Model):
    """A message in 消息; the key makes the same cause tell a person once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=120, unique=True)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30)
    title = models.CharField(_("标题"), max_length=120)
    body = models.TextField(_("内容"), blank=True)
    link = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("消息")
        ordering = ["-at", "pk"]
        indexes = [
            models.Index(fields=["to", "-at"], name="notice_by_person"),
            models.Index(fields=["to"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def asks(self) -> bool:
        return self.kind in ASKING


class LetterQuerySet(models.QuerySet["Letter"]):
    def waiting(self, at: datetime) -> LetterQuerySet:
        return self.filter(sent_at=None, next_try_at__lte=at).order_by("created_at", "pk")


class Letter(models.Model):
    """An e-mail in the outbox. The Message-ID follows from the cause, so a repeated sending is recognisable."""

    message_id = models.CharField(max_length=200, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    attachment_name = models.CharField(max_length=120, blank=True)
    attachment = models.BinaryField(null=True)
    about = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("报送信件")
        indexes = [models.Index(fields=["next_try_at"], condition=Q(sent_at=None), name="letter_waiting")]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
