"""承保: the core system's lists, the source of premium."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from org.permissions import Permission
from org.reach import reach

if TYPE_CHECKING:
    from org.people.models import Person


class PolicyQuerySet(models.QuerySet["Policy"]):
    def visible_to(self, person: Person, on: date) -> PolicyQuerySet:
        return self.filter(reach(person, Permission.POLICY_READ, on=on).q(unit="unit", person="seller"))


class Policy(models.Model):
    number = models.CharField(_("保单号"), max_length=40, unique=True)
    holder = models.CharField(_("投保单位"), max_length=100)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT, null=True, related_name="policies")
    line = models.CharField(_("险种"), max_length=60)
    is_renewal = models.BooleanField(_("续保"))
    premium = models.DecimalField(_("保费"), max_digits=14, decimal_places=2)
    received = models.DecimalField(_("实收"), max_digits=14, decimal_places=2, null=True, blank=True)
    issued_on = models.DateField(_("承保日期"))
    expires_on = models.DateField(_("到期日"), null=True, blank=True)
    insured = models.PositiveIntegerField(_("被保险人数"), null=True, blank=True)
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="policies")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="policies")

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("保单")
        indexes = [
            models.Index(fields=["unit", "issued_on"], name="policy_by_unit"),
            models.Index(fields=["seller", "issued_on"], name="policy_by_seller"),
        ]

    def __str__(self) -> str:
        return self.number
