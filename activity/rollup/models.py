"""The Saturday roll-up (汇总): frozen outputs, written once; triggers refuse to rewrite them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activity.daily_log.models import Counters, DailyLog
from org.permissions import Permission
from org.reach import city_path, reach
from org.units.models import UnitKind

if TYPE_CHECKING:
    from org.people.models import Person


class RollUpQuerySet(models.QuerySet["RollUp"]):
    def visible_to(self, person: Person, on: date) -> RollUpQuerySet:
        """The city reports of his city; which rows of it he sees is the rows' `visible_to`."""
        within = reach(person, Permission.ROLLUP_READ, on=on)
        q = Q(pk__in=[])
        for path in {city_path(path) for path in within.paths}:
            q |= Q(city__path__startswith=path)
        return self.filter(q)


class RollUp(models.Model):
    """One report of a city and week, as of `due_at` (截至周六 12:00)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey("org.Unit", models.PROTECT, related_name="rollups")
    week = models.DateField(_("周一日期"))
    version = models.PositiveSmallIntegerField(default=1)
    rules = models.ForeignKey("org.RuleSet", models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("截至"))
    frozen_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, editable=False)  # workbook written, letters in the outbox

    objects = RollUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("全市周报")
        ordering = ["-week", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["city", "week", "version"], name="one_rollup_a_city_week_and_version"),
            models.CheckConstraint(condition=Q(week__week_day=2), name="a_rollup_starts_on_a_monday"),
        ]

    def __str__(self) -> str:
        return f"{self.city} {self.week} v{self.version}"


class Figures(Counters):
    """What is reported of a person or a unit: due half days, logs, counted items."""

    due_half_days = models.PositiveIntegerField(default=0)
    logs_due = models.PositiveIntegerField(default=0)
    logs_in = models.PositiveIntegerField(default=0)
    logs_late = models.PositiveIntegerField(default=0)
    logs_missing = models.PositiveIntegerField(default=0)
    logs_reviewed = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class RollUpPersonQuerySet(models.QuerySet["RollUpPerson"]):
    def visible_to(self, person: Person, on: date) -> RollUpPersonQuerySet:
        return self.filter(reach(person, Permission.ROLLUP_READ, on=on).q(unit="unit", person="person"))


class RollUpPerson(Figures):
    rollup = models.ForeignKey(RollUp, models.CASCADE, related_name="people")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")

    objects = RollUpPersonQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rollup", "person"], name="a_person_once_a_rollup")]

    def __str__(self) -> str:
        return f"{self.rollup_id} {self.person_id}"


class RollUpDayQuerySet(models.QuerySet["RollUpDay"]):
    def visible_to(self, person: Person, on: date) -> RollUpDayQuerySet:
        """The days behind the people's rows that he sees."""
        within = reach(person, Permission.ROLLUP_READ, on=on)
        return self.filter(within.q(unit="row__unit", person="row__person"))


class RollUpDay(Counters):
    """A day that was due, or handed in, as the report saw it: a person's row is the sum of his days.

    `counts`: whether the log's entries entered the figures; its counters are 0 otherwise, `excluded` what was left
    out. `state` is of the cut-off; it and `timeliness` are empty when nothing was in.
    """

    row = models.ForeignKey(RollUpPerson, models.CASCADE, related_name="days")
    day = models.DateField(_("日期"))
    due_half_days = models.PositiveSmallIntegerField(default=0)
    log_due = models.BooleanField(default=False)
    handed_in_at = models.DateTimeField(_("提交时间"), null=True)
    timeliness = models.CharField(max_length=8, choices=DailyLog.Timeliness, blank=True)
    state = models.CharField(max_length=9, choices=DailyLog.State, blank=True)
    counts = models.BooleanField(default=False)
    excluded = models.PositiveIntegerField(default=0)

    objects = RollUpDayQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["row", "day"], name="a_day_once_a_person_and_rollup")]

    def __str__(self) -> str:
        return f"{self.row_id} {self.day}"


class RollUpUnitQuerySet(models.QuerySet["RollUpUnit"]):
    def visible_to(self, person: Person, on: date) -> RollUpUnitQuerySet:
        return self.filter(reach(person, Permission.ROLLUP_READ, on=on).q(unit="unit", person=None))


class RollUpUnit(Figures):
    """Sums of a unit: department, branch and city (sections and teams too, for the drill-down)."""

    rollup = models.ForeignKey(RollUp, models.CASCADE, related_name="units")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=UnitKind)
    people = models.PositiveIntegerField(_("人力"), default=0)

    objects = RollUpUnitQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rollup", "unit"], name="a_unit_once_a_rollup")]

    def __str__(self) -> str:
        return f"{self.rollup_id} {self.unit_id}"


class RollUpFile(models.Model):
    """The workbook as it was mailed."""

    rollup = models.OneToOneField(RollUp, models.CASCADE, primary_key=True, related_name="file")
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name
