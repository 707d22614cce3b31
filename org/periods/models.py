"""Periods (周期): what falls due, as rows made ahead. Beat only hints; the row is the message (reliability.md 3)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PeriodQuerySet(models.QuerySet["Period"]):
    def due(self, at: datetime) -> PeriodQuerySet:
        """Open ones whose instant has come, oldest first."""
        return self.filter(due_at__lte=at, done_at=None).order_by("due_at", "week", "unit__path")


class Period(models.Model):
    class Kind(models.TextChoices):
        REPORT = "report", _("周六汇总")
        CLOSE = "close", _("周关账")

    kind = models.CharField(max_length=10, choices=Kind)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="periods")
    week = models.DateField(_("周一日期"))
    due_at = models.DateTimeField(_("到期"))
    done_at = models.DateTimeField(null=True, editable=False)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("周期")
        constraints = [
            models.UniqueConstraint(fields=["kind", "unit", "week"], name="one_period_a_kind_unit_and_week"),
            models.CheckConstraint(condition=Q(week__week_day=2), name="a_period_starts_on_a_monday"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at=None), name="period_open_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.unit} {self.week}"
