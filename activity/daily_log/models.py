"""客户经理工作日志: the header of a person's day with its derived counters, and its entries.

Counters are counted from entries in the transaction that writes them and compared nightly (performance.md A5).
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.visits.models import Kind
from org.permissions import Permission
from org.reach import reach
from org.workflow import Step

if TYPE_CHECKING:
    from org.people.models import Person


class Counters(models.Model):
    """The four items of 6311, as whole numbers of counted entries."""

    calls = models.PositiveIntegerField(_("电话"), default=0)
    visits = models.PositiveIntegerField(_("有效拜访"), default=0)
    prospects = models.PositiveIntegerField(_("准客户积累"), default=0)
    studies = models.PositiveIntegerField(_("学习"), default=0)

    class Meta:
        abstract = True


class DailyLogQuerySet(models.QuerySet["DailyLog"]):
    def visible_to(self, person: Person, on: date) -> DailyLogQuerySet:
        """His own, whatever its state; others' within reach only once handed in (drafts are the author's)."""
        within = reach(person, Permission.LOG_READ, on=on)
        others = within.q(unit="unit", person=None) & ~Q(state=DailyLog.State.DRAFT)
        mine = Q(person_id=person.pk) if within.own else Q(pk__in=[])
        return self.filter(mine | others)

    def between(self, first: date, last: date) -> DailyLogQuerySet:
        return self.filter(day__gte=first, day__lte=last)

    def waiting(self) -> DailyLogQuerySet:
        return self.filter(state=DailyLog.State.SUBMITTED)


class DailyLog(Counters):
    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待批")
        RETURNED = "returned", _("已退回")
        PASSED = "passed", _("已批")

    class Timeliness(models.TextChoices):
        NONE = "", _("未交")
        ON_TIME = "on_time", _("按时")
        LATE = "late", _("迟报")
        BACK = "back", _("补录")
        TOO_LATE = "too_late", _("过期")

    SUBMIT = Step("submit", State.DRAFT, State.SUBMITTED, Permission.LOG_WRITE)
    RESUBMIT = Step("resubmit", State.RETURNED, State.SUBMITTED, Permission.LOG_WRITE)
    RETURN = Step("return", State.SUBMITTED, State.RETURNED, Permission.LOG_REVIEW)
    PASS = Step("pass", State.SUBMITTED, State.PASSED, Permission.LOG_REVIEW)
    UNDO_PASS = Step("undo_pass", State.PASSED, State.SUBMITTED, Permission.LOG_REVIEW)
    UNDO_RETURN = Step("undo_return", State.RETURNED, State.SUBMITTED, Permission.LOG_REVIEW)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="logs")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="logs")  # of that day
    day = models.DateField(_("日期"))
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    handed_in_at = models.DateTimeField(_("提交时间"), null=True, editable=False)  # the first hand-in decides lateness
    timeliness = models.CharField(max_length=8, choices=Timeliness, default=Timeliness.NONE, blank=True)
    back_accepted_at = models.DateTimeField(_("补录接受时间"), null=True, editable=False)  # imports: when handed in
    counts = models.BooleanField(default=False)  # whether the log's counters enter any figure
    excluded = models.PositiveIntegerField(default=0)  # entries of the four items that do not count
    plan = models.TextField(_("今日计划"), blank=True)
    problems = models.TextField(_("问题"), blank=True)
    help_needed = models.TextField(_("求助"), blank=True)
    help_answer = models.TextField(_("回复"), blank=True)
    tomorrow_plan = models.TextField(_("明日计划"), blank=True)
    short_reason = models.CharField(_("未达原因"), max_length=200, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, editable=False)
    rating = models.PositiveSmallIntegerField(_("评分"), null=True, blank=True)
    comment = models.TextField(_("总评"), blank=True)
    created_at = models.DateTimeField()

    objects = DailyLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("客户经理工作日志")
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="one_log_a_person_and_day"),
            models.CheckConstraint(
                condition=Q(state="draft", handed_in_at=None) | ~Q(state="draft") & Q(handed_in_at__isnull=False),
                name="handed_in_means_at_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="passed") | Q(reviewed_at__isnull=False), name="passed_means_reviewed_at_some_time"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("person")), name="nobody_reviews_his_own_log"
            ),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__range=(1, 5)), name="a_rating_is_1_to_5"),
            models.CheckConstraint(
                condition=Q(counts=False) | Q(handed_in_at__isnull=False), name="only_handed_in_counts"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "day"], name="log_by_unit"),
            models.Index(fields=["day"], name="log_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.day}"


class LogEntry(models.Model):
    """A call, a study or other work (其他工作) of a day. Visits and registrations are rows of `clients`."""

    class Type(models.TextChoices):
        CALL = "call", _("电话")
        STUDY = "study", _("学习")
        OTHER = "other", _("其他工作")

    class Answer(models.TextChoices):
        ANSWERED = "answered", _("接通")
        UNANSWERED = "unanswered", _("未接")
        BUSY = "busy", _("占线")

    class Topic(models.TextChoices):
        PROBLEM = "problem", _("问题")
        PRODUCT = "product", _("险种")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    log = models.ForeignKey(DailyLog, models.PROTECT, related_name="entries")
    type = models.CharField(max_length=5, choices=Type)
    at = models.TimeField(_("时间"), null=True, blank=True)
    # a call
    kind = models.CharField(_("类别"), max_length=11, choices=Kind, blank=True)
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT, null=True, blank=True, related_name="+")
    client = models.CharField(_("客户"), max_length=100, blank=True)
    client_key = models.CharField(max_length=100, blank=True, editable=False)
    contact = models.CharField(_("联系人"), max_length=40, blank=True)
    answer = models.CharField(_("通话"), max_length=10, choices=Answer, blank=True)
    do_not_disturb = models.BooleanField(default=False)  # the contact was marked 勿扰 before this call
    asks_for_quiet = models.BooleanField(default=False)  # 勿扰 was said in this call
    purpose = models.CharField(_("目的"), max_length=200, blank=True)
    outcome = models.CharField(_("结果"), max_length=200, blank=True)
    next_contact_on = models.DateField(_("下次联系"), null=True, blank=True)
    # a study
    topic = models.CharField(_("学习类别"), max_length=7, choices=Topic, blank=True)
    title = models.CharField(_("题目"), max_length=200, blank=True)
    learnt = models.TextField(_("收获"), blank=True)
    # other work
    content = models.TextField(_("内容"), blank=True)
    recorded_at = models.DateTimeField()
    counted = models.BooleanField(default=False)
    why_not = models.CharField(max_length=20, blank=True)
    import_key = models.CharField(max_length=64, null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("日志条目")
        ordering = ["at", "recorded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.client or self.title or self.content}"


class Annotation(models.Model):
    """批注: what a reader wrote beside an entry of a log (entries live in several tables, so by their id)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    log = models.ForeignKey(DailyLog, models.CASCADE, related_name="annotations")
    entry_id = models.UUIDField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(_("批注"), max_length=500)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text
