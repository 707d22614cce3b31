"""拜访: one row serves the log, the history of the prospect, and later the chain and the 3111 of the manager."""

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


class Kind(models.TextChoices):
    SERVICE = "service", _("维护")
    DEVELOPMENT = "development", _("开拓")


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, person: Person, on: date) -> VisitQuerySet:
        return self.filter(reach(person, Permission.VISIT_READ, on=on).q(unit="unit", person="person"))

    def of(self, person_id: int, day: date) -> VisitQuerySet:
        return self.filter(person_id=person_id, day=day)


class Visit(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="visits")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="visits")  # of that day
    day = models.DateField(_("日期"))
    starts_at = models.TimeField(_("开始"))
    ends_at = models.TimeField(_("结束"), null=True, blank=True)
    kind = models.CharField(_("类别"), max_length=11, choices=Kind)
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT, null=True, related_name="visits")
    client = models.CharField(_("客户"), max_length=100)
    client_key = models.CharField(max_length=100, editable=False)
    contact = models.CharField(_("联系人"), max_length=40, blank=True)
    purpose = models.CharField(_("目的"), max_length=200, blank=True)
    content = models.TextField(_("内容"), blank=True)
    outcome = models.CharField(_("结果"), max_length=200, blank=True)
    next_step = models.CharField(_("下一步"), max_length=200, blank=True)
    next_step_on = models.DateField(_("下一步日期"), null=True, blank=True)
    opportunity = models.ForeignKey("clients.Opportunity", models.SET_NULL, null=True, related_name="visits")
    companion = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="accompanied_visits"
    )
    companion_confirmed = models.BooleanField(default=False)  # by both, with feedback given (imports; the page later)
    ineffective_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ineffective_at = models.DateTimeField(null=True, editable=False)
    ineffective_reason = models.CharField(_("判为无效的原因"), max_length=200, blank=True)
    missing_reason = models.CharField(_("应陪未陪的原因"), max_length=200, blank=True, default="", db_default="")
    # What it did to the chain of its opportunity, written by clients/chain/following.py; null outside of a chain.
    chain_number = models.PositiveIntegerField(_("实际次数"), null=True, editable=False)
    chain_level = models.PositiveSmallIntegerField(_("陪访级次"), null=True, editable=False)  # reached after it
    chain_needs = models.CharField(_("应陪岗位"), max_length=20, blank=True, default="", db_default="", editable=False)
    companion_missing = models.BooleanField(_("应陪未陪"), default=False, db_default=False, editable=False)
    missed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    # At the visit before level 4.
    card_missing = models.BooleanField(_("缺档案卡"), default=False, db_default=False, editable=False)
    recorded_at = models.DateTimeField()
    counted = models.BooleanField(default=False)
    why_not = models.CharField(max_length=20, blank=True)
    import_key = models.CharField(max_length=64, null=True, unique=True, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("拜访")
        ordering = ["day", "starts_at", "pk"]
        indexes = [
            models.Index(fields=["person", "day"], name="visit_by_day"),
            models.Index(fields=["prospect", "day"], name="visit_by_prospect"),
            models.Index(fields=["companion", "day"], name="visit_by_companion"),
            # Of those that were there before chains were (clients/chain/catching_up.py); empty ever after.
            models.Index(
                fields=["prospect", "day"],
                name="visit_outside_of_its_chain",
                condition=models.Q(opportunity=None, kind=Kind.DEVELOPMENT, prospect__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} · {self.contact}"
