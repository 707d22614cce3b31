"""Trial run (试运行): dated stretches of whole weeks in which a unit is shown everything and nothing is proposed."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from org.permissions import Permission
from org.reach import reach

if TYPE_CHECKING:
    from org.people.models import Person


class _Days(Func):
    """daterange(start, end + 1): empty for a run that was ended before it began."""

    function = "DATERANGE"
    template = "%(function)s(%(expressions)s + 1)"
    output_field = DateRangeField()


class TrialRunQuerySet(models.QuerySet["TrialRun"]):
    def visible_to(self, person: Person, on: date) -> TrialRunQuerySet:
        return self.filter(reach(person, Permission.TRIAL_RUN, on=on).q(person=None))

    def touching(self, first: date, last: date) -> TrialRunQuerySet:
        """Those that hold on any day of [first, last]."""
        return self.filter(Q(starts_on__lte=last), Q(ends_on__gte=first) | Q(ends_on=None)).exclude(
            ends_on__lt=F("starts_on")
        )


class TrialRun(models.Model):
    """A unit and everything below it, from a Monday to a Sunday or until further notice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="trial_runs")
    starts_on = models.DateField(_("起（周一）"))
    ends_on = models.DateField(_("止（周日）"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("结束时间"), null=True, editable=False)

    objects = TrialRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("试运行")
        ordering = ["-starts_on", "unit"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__week_day=2), name="a_trial_starts_on_a_monday"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__week_day=1), name="a_trial_ends_on_a_sunday"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on") - timedelta(days=1)),
                name="a_trial_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None, ended_at=None)
                | Q(ended_by__isnull=False, ended_at__isnull=False, ends_on__isnull=False),
                name="a_trial_is_ended_by_someone_at_some_time",
            ),
            ExclusionConstraint(
                name="a_unit_is_in_one_trial_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    (_Days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.starts_on}–{self.ends_on or ''}"
