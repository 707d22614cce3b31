"""周考核: the result of each person's week, written at its close and never rewritten; a correction is a new version."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from activity.daily_log.models import Counters
from org.corrections.models import Correction
from org.permissions import Permission
from org.reach import reach

if TYPE_CHECKING:
    from org.people.models import Person


class WeekClose(models.Model):
    """The close of a week in a 市公司, with the rules that it is assessed under for good."""

    city = models.ForeignKey("org.Unit", models.PROTECT, related_name="closes")
    week = models.DateField(_("周一日期"))
    rules = models.ForeignKey("org.RuleSet", models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("关账"))
    closed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, editable=False)  # those concerned have been told

    class Meta:
        verbose_name = _("周关账")
        ordering = ["-week"]
        constraints = [
            models.UniqueConstraint(fields=["city", "week"], name="one_close_a_city_and_week"),
            models.CheckConstraint(condition=Q(week__week_day=2), name="a_close_is_of_a_monday"),
        ]

    def __str__(self) -> str:
        return f"{self.city} {self.week}"


Row = TypeVar("Row", bound=models.Model)


class AssessedQuerySet(models.QuerySet[Row]):
    def visible_to(self, person: Person, on: date) -> Self:
        """His own, and those of the units whose figures he reads."""
        return self.filter(reach(person, Permission.ROLLUP_READ, on=on).q(unit="unit", person="person"))

    def current(self) -> Self:
        """The version in force of each person and week; what no longer applies has none."""
        later = self.model._default_manager.filter(
            person=OuterRef("person"), week=OuterRef("week"), version__gt=OuterRef("version")
        )
        return self.filter(~Exists(later), void=False)


class Assessed(models.Model):
    """What 6311 of client managers and 3111 of managers have in common."""

    class Status(models.TextChoices):
        MET = "met", _("达标")
        SHORT = "short", _("未达")
        EXEMPT = "exempt", _("免考核")
        EXCUSED = "excused", _("已免责")

    close = models.ForeignKey(WeekClose, models.PROTECT, related_name="%(class)ss")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="%(class)ss")
    week = models.DateField(_("周一日期"))
    version = models.PositiveSmallIntegerField(default=1)
    void = models.BooleanField(default=False)  # he held the post on no day of the week, as it turned out
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")  # where most of his half days lie
    required_half_days = models.PositiveSmallIntegerField(_("应完成半天"))
    status = models.CharField(max_length=7, choices=Status)
    cause = models.CharField(max_length=10, choices=Correction.Cause, blank=True)  # of a later version
    cause_note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["person", "week", "version"]


class WeekAssessment(Assessed, Counters):
    """6311 of a client manager's week. `short_…`: whole entries missing; `percent`: of the targets (a newcomer's)."""

    class Spared(models.TextChoices):
        NO = "", _("无")
        TRIAL = "trial", _("试运行")
        NEWCOMER = "newcomer", _("新人")

    short_calls = models.PositiveIntegerField(default=0)
    short_visits = models.PositiveIntegerField(default=0)
    short_prospects = models.PositiveIntegerField(default=0)
    short_studies = models.PositiveIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=100)
    spared = models.CharField(max_length=8, choices=Spared, default=Spared.NO, blank=True)
    starts_anew = models.BooleanField(default=False)  # a gap in the post lies before the work of this week
    streak = models.PositiveSmallIntegerField(default=0)  # short weeks in a row up to this one
    proposes = models.BooleanField(default=False)  # two weeks in a row: 50 yuan (F3)

    objects = AssessedQuerySet["WeekAssessment"].as_manager()

    class Meta(Assessed.Meta):
        verbose_name = _("周考核")
        constraints = [
            models.UniqueConstraint(fields=["person", "week", "version"], name="one_assessment_a_person_week_version"),
            models.CheckConstraint(
                condition=Q(proposes=False) | Q(status="short", spared=""), name="only_a_short_week_proposes"
            ),
        ]
        indexes = [models.Index(fields=["close", "unit"], name="assessment_by_close")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.week} v{self.version}"


class ManagerAssessment(Assessed):
    """3111 of a department manager's week (D1); it proposes nothing, it enters the weekly check (G1)."""

    follow_up_calls = models.PositiveIntegerField(_("电话追踪"), default=0)
    accompaniments = models.PositiveIntegerField(_("有效陪访"), default=0)
    coachings = models.PositiveIntegerField(_("有效辅导"), default=0)
    proposals_or_recruits = models.PositiveIntegerField(_("计划书或增员"), default=0)
    short_follow_up_calls = models.PositiveIntegerField(default=0)
    short_accompaniments = models.PositiveIntegerField(default=0)
    short_coachings = models.PositiveIntegerField(default=0)
    short_proposals_or_recruits = models.PositiveIntegerField(default=0)

    objects = AssessedQuerySet["ManagerAssessment"].as_manager()

    class Meta(Assessed.Meta):
        verbose_name = _("主管周考核")
        constraints = [
            models.UniqueConstraint(fields=["person", "week", "version"], name="one_manager_assessment_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.week} v{self.version}"


class WeekExcuse(models.Model):
    """免责: 分管总 excuses a short week, with a reason (F2); before or after the close."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="excuses")
    week = models.DateField(_("周一日期"))
    reason = models.CharField(_("理由"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("免责")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "week"], condition=Q(withdrawn_at=None), name="one_excuse_a_person_and_week"
            ),
            models.CheckConstraint(condition=~Q(by=models.F("person")), name="nobody_excuses_himself"),
            models.CheckConstraint(condition=Q(week__week_day=2), name="an_excuse_is_of_a_monday"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.week}"
