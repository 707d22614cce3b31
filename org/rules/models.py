"""Rule sets (规则版本): effective-dated, published once, never edited."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    def in_force(self, monday: date) -> RuleSet | None:
        """The version of that week; None before the first one: such weeks are not assessed."""
        return self.filter(effective_from__lte=monday).order_by("-effective_from").first()


class RuleSet(models.Model):
    version = models.PositiveIntegerField(_("版本"), unique=True)
    effective_from = models.DateField(_("生效周一"), unique=True)
    data = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("规则版本")
        ordering = ["effective_from"]
        constraints = [
            models.CheckConstraint(condition=Q(effective_from__week_day=2), name="rules_start_on_a_monday"),
        ]

    def __str__(self) -> str:
        return f"{_('第')} {self.version} {_('版')}"
