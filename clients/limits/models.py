"""How much one person has looked up in a day, in PostgreSQL: what a restart would forget is no limit."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from org.permissions import Permission
from org.reach import reach

if TYPE_CHECKING:
    from org.people.models import Person


class Spent(models.Model):
    """So many times that day; counted up by one statement (actions.spend)."""

    class Kind(models.TextChoices):
        ASK = "ask", _("查报备")
        COLLISION = "collision", _("登记撞单")
        PHONE = "phone", _("看号")
        CLAIM = "claim", _("领取")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=9, choices=Kind)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day", "kind"], name="one_count_a_day_and_kind")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day} {self.kind} {self.times}"


class PhoneLookQuerySet(models.QuerySet["PhoneLook"]):
    def visible_to(self, person: Person, on: date) -> PhoneLookQuerySet:
        """His own, and those of the clients of the units whose access log he reads."""
        return self.filter(reach(person, Permission.PHONE_LOOK_READ, on=on).q(unit="unit", person="person"))


class PhoneLook(models.Model):
    """看号: one number shown to one person. It stays, with the names as they were, when client or contact is gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")  # of the client then
    prospect = models.ForeignKey("clients.Prospect", models.SET_NULL, null=True, related_name="+")
    client = models.CharField(_("客户"), max_length=100)
    contact = models.CharField(_("联系人"), max_length=40)
    own = models.BooleanField(default=False)  # his own client: logged, not limited
    at = models.DateTimeField(_("时间"))

    objects = PhoneLookQuerySet.as_manager()

    class Meta:
        verbose_name = _("看号记录")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-at"], name="phone_look_by_person"),
            models.Index(fields=["unit", "-at"], name="phone_look_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.contact}"
