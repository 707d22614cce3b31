"""An uploaded workbook on its way into the tables (导入批次). The row is all there is: a closed tab loses nothing."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from org.people.models import Person

FILE_KEPT = timedelta(hours=24)  # after the end; so long an import can be undone
DRAFT_KEPT = timedelta(days=7)  # of a batch that nobody went on with


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, person: Person, on: date) -> ImportBatchQuerySet:
        """One's own: what is not imported yet is nobody else's, and numbers stand in it unmasked."""
        return self.filter(person=person)

    def light(self) -> ImportBatchQuerySet:
        """Without the file and what is kept to undo it."""
        return self.defer("content", "journal")

    def waiting(self, before: datetime) -> ImportBatchQuerySet:
        """Asked for before an instant and not done: the message to the worker may be lost."""
        return self.filter(state__in=ImportBatch.WORKING, asked_at__lt=before).order_by("asked_at")

    def to_forget(self, at: datetime) -> ImportBatchQuerySet:
        over = Q(ended_at__lte=at - FILE_KEPT) | Q(ended_at=None, changed_at__lte=at - DRAFT_KEPT)
        return self.filter(over).exclude(state__in=ImportBatch.WORKING).exclude(content=None)


class ImportBatch(models.Model):
    class State(models.TextChoices):
        READING = "reading", _("正在读取")
        COLUMNS = "columns", _("待对应列名")
        CHECKING = "checking", _("正在核对")
        CHECKED = "checked", _("待导入")
        IMPORTING = "importing", _("正在导入")
        DONE = "done", _("已导入")
        UNDOING = "undoing", _("正在撤回")
        UNDONE = "undone", _("已撤回")
        UNUSABLE = "unusable", _("不能导入")
        CANCELLED = "cancelled", _("已取消")
        EXPIRED = "expired", _("已过期")

    WORKING = (State.READING, State.CHECKING, State.IMPORTING, State.UNDOING)
    OPEN = (State.COLUMNS, State.CHECKED)  # waits for the person

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="import_batches")
    kind = models.CharField(_("内容"), max_length=20)
    state = models.CharField(max_length=10, choices=State, default=State.READING)
    file_name = models.CharField(_("文件"), max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField(null=True)  # dropped a day after the end
    fixes = models.JSONField(default=dict)  # fixing.Fixes: columns, cells, dropped, accepted
    result = models.JSONField(default=dict)  # what the last check or the import found (working.py)
    journal = models.JSONField(null=True)  # rows made and before-images, for the undo
    reason = models.TextField(blank=True)  # the sentence of what went wrong last
    version = models.PositiveIntegerField(default=1)  # of the fixes: what a second tab does not know
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancelled = models.BooleanField(default=False)  # asked while it is being imported
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    asked_at = models.DateTimeField()  # of the work that is under way
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("导入时间"), null=True)
    undone_at = models.DateTimeField(_("撤回时间"), null=True)
    ended_at = models.DateTimeField(null=True)  # imported, undone, cancelled or refused

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("导入批次")
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["done", "undoing", "undone"]) | Q(finished_at__isnull=False),
                name="imported_means_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False) | ~Q(state="undone") & Q(undone_at=None),
                name="undone_means_at_some_time",
            ),
            models.CheckConstraint(condition=Q(size__lte=20 * 2**20), name="an_import_has_20_mb_at_most"),
        ]
        indexes = [models.Index(fields=["person", "-created_at"], name="import_batch_by_person")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def works(self) -> bool:
        return self.state in self.WORKING

    @property
    def undo_until(self) -> datetime | None:
        return self.finished_at + FILE_KEPT if self.finished_at else None
