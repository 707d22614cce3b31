"""The Saturday roll-up (汇总): frozen outputs, written once; triggers refuse to rewrite them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from activity.daily_log.models import Counters, DailyLog
from activity.itinerary.rules import Standing
from org.permissions import Permission
from org.reach import city_path, reach
from org.units.models import UnitKind

if TYPE_CHECKING:
    from org.people.models import Person


FIRST = 1


class RollUpQuerySet(models.QuerySet["RollUp"]):
    def visible_to(self, person: Person, on: date) -> RollUpQuerySet:
        """The city reports of his city; which rows of it he sees is the rows' `visible_to`."""
        within = reach(person, Permission.ROLLUP_READ, on=on)
        q = Q(pk__in=[])
        for path in {city_path(path) for path in within.paths}:
            q |= Q(city__path__startswith=path)
        return self.filter(q)

    def counted(self) -> RollUpQuerySet:
        """Version 1 of each week: all that is counted hangs there; later versions hold the plans anew."""
        return self.filter(version=FIRST)


class RollUp(models.Model):
    """One report of a city and week, as of `due_at` (截至周六 12:00).

    A later version is issued when a plan comes in or is approved late (docs/adr/0008): its plans are of `frozen_at`.
    """

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

    @cached_property
    def counted(self) -> RollUp:
        """The version that holds the people, days, units and business of the week: the first."""
        if self.version == FIRST:
            return self
        return RollUp.objects.counted().get(city=self.city_id, week=self.week)


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


class RollUpBusinessQuerySet(models.QuerySet["RollUpBusiness"]):
    def visible_to(self, person: Person, on: date) -> RollUpBusinessQuerySet:
        return self.filter(reach(person, Permission.ROLLUP_READ, on=on).q(unit="unit", person="person"))


def _yuan(name: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(name, max_digits=16, decimal_places=2, default=0)


class Business(models.Model):
    """Premium and cases by 承保日期, the goals of approved plans, and heads, of a unit or of a person. Yuan."""

    premium = _yuan(_("本周保费"))
    cases = models.PositiveIntegerField(_("本周件数"), default=0)
    month_premium = _yuan(_("本月保费"))
    year_premium = _yuan(_("本年保费"))
    goal_visits = models.PositiveIntegerField(_("本周拜访目标"), default=0)
    goal_premium = _yuan(_("本周保费目标"))
    goal_cases = models.PositiveIntegerField(_("本周件数目标"), default=0)
    month_goal = _yuan(_("本月保费目标"))
    year_goal = _yuan(_("本年保费目标"))
    in_post = models.PositiveIntegerField(_("在岗"), default=0)
    on_leave = models.PositiveIntegerField(_("请假"), default=0)
    on_duty = models.PositiveIntegerField(_("公务"), default=0)
    newcomers = models.PositiveIntegerField(_("新人"), default=0)
    assessed = models.PositiveIntegerField(_("应考核"), default=0)
    met = models.PositiveIntegerField(_("达标（暂计）"), default=0)

    class Meta:
        abstract = True


class RollUpBusiness(Business):
    """Of a unit (`person` empty: of all its people, and of its policies), or of one of its client managers."""

    rollup = models.ForeignKey(RollUp, models.CASCADE, related_name="business")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = RollUpBusinessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rollup", "unit"], condition=Q(person=None), name="the_business_of_a_unit_once_a_rollup"
            ),
            models.UniqueConstraint(fields=["rollup", "person"], name="the_business_of_a_person_once_a_rollup"),
        ]

    def __str__(self) -> str:
        return f"{self.rollup_id} {self.unit_id} {self.person_id or ''}"


class RollUpPlanQuerySet(models.QuerySet["RollUpPlan"]):
    def visible_to(self, person: Person, on: date) -> RollUpPlanQuerySet:
        return self.filter(reach(person, Permission.ROLLUP_READ, on=on).q(unit="unit", person=None))


class RollUpPlan(models.Model):
    """行事历 of the week after, of a 团体部, as this version of the report saw it; goals are sums of its people's."""

    class Standing(models.TextChoices):
        MISSING = Standing.MISSING.value, _("未报")
        OPEN = Standing.OPEN.value, _("未到期")
        WAITING = Standing.WAITING.value, _("待分管总审批")
        RETURNED = Standing.RETURNED.value, _("已退回")
        APPROVED = Standing.APPROVED.value, _("已批准")

    rollup = models.ForeignKey(RollUp, models.CASCADE, related_name="plans")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    standing = models.CharField(_("状态"), max_length=8, choices=Standing)
    submitted_at = models.DateTimeField(_("上报时间"), null=True)  # the first time: it decides lateness
    approved_at = models.DateTimeField(_("批准时间"), null=True)
    submitter_late = models.BooleanField(_("部门迟报"), default=False)
    approver_late = models.BooleanField(_("分管总迟批"), default=False)
    version = models.PositiveSmallIntegerField(_("第几次上报"), default=0)
    employees = models.PositiveIntegerField(_("人数"), default=0)
    visits = models.PositiveIntegerField(_("拜访目标"), default=0)
    premium = _yuan(_("保费目标"))
    cases = models.PositiveIntegerField(_("件数目标"), default=0)

    objects = RollUpPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rollup", "unit"], name="a_plan_once_a_unit_and_rollup"),
            models.CheckConstraint(
                condition=~Q(submitter_late=True, approver_late=True), name="one_lateness_a_plan_in_a_rollup"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rollup_id} {self.unit_id} {self.standing}"


class RollUpFile(models.Model):
    """The workbook as it was mailed."""

    rollup = models.OneToOneField(RollUp, models.CASCADE, primary_key=True, related_name="file")
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name
