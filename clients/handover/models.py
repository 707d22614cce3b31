"""交接: the book of a leaver or mover handed to others; it remembers what it moved, so it can be undone."""

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
WORDS = (Permission.PROSPECT_REASSIGN, Permission.PROSPECT_TRANSFER)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, person: Person, on: date) -> HandoverQuerySet:
        """Those out of the units in which he may hand clients over."""
        return self.filter(reach(person, *WORDS, on=on).q(unit="unit", person=None))


class Handover(models.Model):
    """One confirmed hand-over: `person` held the clients, in or below `unit`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("交接")
        ordering = ["-at", "pk"]
        indexes = [models.Index(fields=["unit", "-at"], name="handover_by_unit")]
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("person")), name="nobody_hands_over_his_own_book"),
            models.CheckConstraint(
                condition=Q(undone_by=None, undone_at=None) | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="a_handover_was_undone_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.at:%F}"


class HandedClientQuerySet(models.QuerySet["HandedClient"]):
    def received_by(self, person: Person) -> HandedClientQuerySet:
        """What he took over and still holds, the latest first."""
        kept = {"to": person, "prospect__owner": person, "prospect__released_at": None, "handover__undone_at": None}
        kept["prospect__merged_into"] = None
        return self.filter(**kept).order_by("-handover__at", "prospect__name", "pk")


class HandedClient(models.Model):
    """One client of a hand-over: to whom it went, and what it was before."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="clients")
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT, related_name="handed_over")
    to = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    was_unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    was_held_since = models.DateField(null=True)
    was_warned_on = models.DateField(null=True)
    was_look_again_on = models.DateField(null=True)
    running = models.PositiveSmallIntegerField(_("进行中的项目"), default=0)
    level = models.PositiveSmallIntegerField(_("陪访级次"), default=0)  # the highest of its running projects
    visits = models.JSONField(default=list)  # keys of the planned visits that went along
    stayed = models.JSONField(default=list)  # [when, why] of those that could not

    objects = HandedClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("交接的客户")
        ordering = ["prospect__name", "pk"]
        constraints = [models.UniqueConstraint(fields=["handover", "prospect"], name="a_client_once_a_handover")]

    def __str__(self) -> str:
        return f"{self.prospect}"
