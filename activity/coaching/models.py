"""3111: what a manager did of a day: follow-up calls, accompaniment, coaching, proposals, recruiting."""

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


class ManagerEntryQuerySet(models.QuerySet["ManagerEntry"]):
    def visible_to(self, person: Person, on: date) -> ManagerEntryQuerySet:
        return self.filter(reach(person, Permission.COACHING_READ, on=on).q(unit="unit", person="person"))


class ManagerEntry(models.Model):
    class Kind(models.TextChoices):
        FOLLOW_UP = "follow_up", _("电话追踪")
        ACCOMPANIMENT = "accompaniment", _("陪访")
        COACHING = "coaching", _("辅导")
        PROPOSAL = "proposal", _("计划书")
        RECRUIT = "recruit", _("增员")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="manager_entries")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    day = models.DateField(_("日期"))
    kind = models.CharField(_("类别"), max_length=13, choices=Kind)
    about = models.CharField(_("对象"), max_length=100)
    about_person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    visit = models.ForeignKey("clients.Visit", models.SET_NULL, null=True, related_name="accompaniments")
    content = models.TextField(_("内容"))
    result = models.TextField(_("结果"))
    confirmed = models.BooleanField(_("已确认"), default=False)
    recorded_at = models.DateTimeField()
    import_key = models.CharField(max_length=64, null=True, unique=True, editable=False)

    objects = ManagerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("主管活动")
        ordering = ["day", "recorded_at", "pk"]
        indexes = [models.Index(fields=["person", "day"], name="manager_entry_by_day")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.about}"
