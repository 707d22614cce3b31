"""合并: of two cards of one client one stays; what the other was, and how every row looked, is kept for the undo."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from org.permissions import Permission
from org.reach import reach

if TYPE_CHECKING:
    from org.people.models import Person

PERSON = settings.AUTH_USER_MODEL


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, person: Person, on: date) -> MergeQuerySet:
        """What became one of his own, and what was done where he decides: never whose the other client was."""
        own = Q(by=person, own=True, survivor__owner=person, survivor__released_at=None)
        within = reach(person, Permission.CONFLICT_DECIDE, Permission.CONFLICT_ARBITRATE, on=on)
        return self.filter(within.q(unit="unit", person=None) | own)


class Merge(models.Model):
    """`absorbed` went into `survivor`. `own`: its holder did it; else who decides about conflicts there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survivor = models.ForeignKey("clients.Prospect", models.PROTECT, related_name="+")
    absorbed = models.ForeignKey("clients.Prospect", models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")  # of the survivor then
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    own = models.BooleanField(default=False)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    moved = models.JSONField(default=dict)  # label of the model -> how many rows
    undone_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # it can be undone no more, and how the rows looked is erased

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("合并")
        ordering = ["-at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(survivor=F("absorbed")), name="no_client_is_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(undone_by=None, undone_at=None) | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="a_merge_was_undone_by_someone",
            ),
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(undone_at=None), name="a_client_is_merged_away_once"
            ),
        ]
        indexes = [
            models.Index(fields=["survivor", "-at"], name="merge_by_survivor"),
            models.Index(fields=["by", "-at"], name="merge_by_person"),
            models.Index(fields=["at"], name="merge_to_settle", condition=Q(settled_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.survivor_id}"


class MergedRow(models.Model):
    """How a row was before a merge (None: new with it), and the fingerprint of it after (empty: it went with it)."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="rows")
    model = models.CharField(max_length=60)  # label
    key = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge", "model", "key"], name="a_row_once_a_merge")]

    def __str__(self) -> str:
        return f"{self.model} {self.key}"


class Distinct(models.Model):
    """不是同一家: somebody looked at two clients that seemed one."""

    first = models.ForeignKey("clients.Prospect", models.CASCADE, related_name="+")  # the smaller key
    second = models.ForeignKey("clients.Prospect", models.CASCADE, related_name="+")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("不是同一家")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="two_clients_are_told_apart_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="the_smaller_key_is_the_first"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"
