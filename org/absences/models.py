"""Leave (请假) and official duty (公务) in half days, HQ's relief of units: they are in the divisor of everything."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from org.absences.rules import Stretch
from org.permissions import Permission
from org.reach import reach
from org.workflow import Step
from org.working_days.rules import SHANGHAI

if TYPE_CHECKING:
    from org.people.models import Person


class Half(models.TextChoices):
    AM = "am", _("上午")
    PM = "pm", _("下午")


class AbsenceKind(models.TextChoices):
    LEAVE = "leave", _("请假")
    DUTY = "duty", _("公务")


class _HalfDays(Func):
    """The half days from the first to the last as a range of whole numbers, two a day."""

    template = (
        "INT4RANGE(%(first)s * 2 + CASE %(first_half)s WHEN 'pm' THEN 1 ELSE 0 END,"
        " %(last)s * 2 + CASE %(last_half)s WHEN 'pm' THEN 1 ELSE 0 END, '[]')"
    )
    output_field = IntegerRangeField()

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> tuple[str, tuple[str | int, ...]]:
        named = zip(("first", "first_half", "last", "last_half"), self.source_expressions, strict=True)
        words = {name: compiler.compile(expression)[0] for name, expression in named}
        days = {name: f"({words[name]} - DATE '2000-01-01')" for name in ("first", "last")}
        return self.template % {**words, **days}, ()


class AbsenceRequestQuerySet(models.QuerySet["AbsenceRequest"]):
    def visible_to(self, person: Person, on: date) -> AbsenceRequestQuerySet:
        """One's own, and those of the units whose absences he may read."""
        return self.filter(reach(person, Permission.ABSENCE_READ, Permission.ABSENCE_ASK, on=on).q())

    def of(self, person: Person) -> AbsenceRequestQuerySet:
        return self.filter(person=person)

    def of_people(self, people: models.QuerySet[Person]) -> AbsenceRequestQuerySet:
        return self.filter(person__in=people)

    def to_decide(self, person: Person, on: date) -> AbsenceRequestQuerySet:
        """What waits for his decision: never his own, and a manager's only where he may grant those."""
        ordinary = reach(person, Permission.ABSENCE_GRANT, on=on).q(person=None)
        of_managers = reach(person, Permission.ABSENCE_GRANT_MANAGER, on=on).q(person=None)
        mine_to_decide = Q(of_manager=False) & ordinary | Q(of_manager=True) & of_managers
        return self.filter(mine_to_decide, state=AbsenceRequest.State.ASKED).exclude(person=person)


class AbsenceRequest(models.Model):
    """Somebody asks to be away from one half day to another; granted, each of them becomes an Absence."""

    class State(models.TextChoices):
        ASKED = "asked", _("待批")
        GRANTED = "granted", _("已批准")
        REFUSED = "refused", _("未批准")
        WITHDRAWN = "withdrawn", _("已撤回")
        REVOKED = "revoked", _("已撤销")

    WITHDRAW = Step("withdraw_absence", State.ASKED, State.WITHDRAWN, Permission.ABSENCE_ASK)
    GRANT = Step("grant_absence", State.ASKED, State.GRANTED, Permission.ABSENCE_GRANT)
    REFUSE = Step("refuse_absence", State.ASKED, State.REFUSED, Permission.ABSENCE_GRANT)
    REVOKE = Step("revoke_absence", State.GRANTED, State.REVOKED, Permission.ABSENCE_GRANT)
    TAKE_BACK = Step("take_back_absence", State.GRANTED, State.REVOKED, Permission.ABSENCE_RECORD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absence_requests")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")  # of the first day
    of_manager = models.BooleanField(default=False)  # asked by a 团体部经理: 分管总 decides, no other manager
    kind = models.CharField(_("类别"), max_length=5, choices=AbsenceKind, default=AbsenceKind.LEAVE)
    first = models.DateField(_("起"))
    first_half = models.CharField(_("起（时段）"), max_length=2, choices=Half, default=Half.AM)
    last = models.DateField(_("止"))
    last_half = models.CharField(_("止（时段）"), max_length=2, choices=Half, default=Half.PM)
    reason = models.CharField(_("事由"), max_length=200)
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"), editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("批准时间"), null=True, editable=False)
    decision_reason = models.CharField(_("答复"), max_length=200, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("撤回时间"), null=True, editable=False)
    end_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)

    objects = AbsenceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("请假与公务申请")
        ordering = ["-first", "-asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gt=F("first")) | Q(last=F("first")) & ~Q(first_half="pm", last_half="am"),
                name="an_absence_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "withdrawn"], decided_by=None, decided_at=None)
                | Q(state__in=["granted", "refused", "revoked"], decided_by__isnull=False, decided_at__isnull=False),
                name="an_absence_is_decided_by_someone_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "granted", "refused"], ended_by=None, ended_at=None)
                | Q(state__in=["withdrawn", "revoked"], ended_by__isnull=False, ended_at__isnull=False),
                name="an_absence_is_ended_by_someone_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("person")), name="nobody_grants_his_own_absence"
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | ~Q(ended_by=F("person")), name="nobody_revokes_his_own_absence"
            ),
            ExclusionConstraint(
                name="a_half_day_is_asked_for_once",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (_HalfDays("first", "first_half", "last", "last_half"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=["asked", "granted"]),
            ),
        ]
        indexes = [
            models.Index(fields=["unit"], condition=Q(state="asked"), name="absence_to_decide"),
            models.Index(fields=["unit", "-first"], name="absence_request_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.first}–{self.last} {self.get_kind_display()}"

    @property
    def stretch(self) -> Stretch:
        return Stretch(self.first, self.first_half, self.last, self.last_half)

    @property
    def is_late(self) -> bool:
        """事后: asked for when its first day had come and gone."""
        return self.first < self.asked_at.astimezone(SHANGHAI).date()


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def imported(self, person: Person, since: date) -> AbsenceQuerySet:
        """His half days without a request, from workbooks."""
        return self.filter(person=person, request=None, day__gte=since).order_by("-day", "half")

    def of_request(self, request: AbsenceRequest) -> AbsenceQuerySet:
        return self.filter(request=request).order_by("day", "half")

    def kept(self, request: AbsenceRequest) -> AbsenceQuerySet:
        """Half days of the request that are away for another reason."""
        days = self.filter(person=request.person_id, day__range=(request.first, request.last)).exclude(request=request)
        if request.first_half == Half.PM:
            days = days.exclude(day=request.first, half=Half.AM)
        if request.last_half == Half.AM:
            days = days.exclude(day=request.last, half=Half.PM)
        return days.order_by("day", "half")


class Absence(models.Model):
    """One approved half day away; without a request it came from a workbook."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences")
    day = models.DateField(_("日期"))
    half = models.CharField(_("时段"), max_length=2, choices=Half)
    kind = models.CharField(_("类别"), max_length=5, choices=AbsenceKind, default=AbsenceKind.LEAVE)
    request = models.ForeignKey(AbsenceRequest, models.PROTECT, null=True, related_name="absences")
    # `duty` where a workbook says so and leave was granted over it: revoked, that is what is left.
    was = models.CharField(max_length=5, blank=True, default="", db_default="", editable=False)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("请假与公务")
        constraints = [
            models.UniqueConstraint(fields=["person", "day", "half"], name="a_half_day_is_away_once"),
            models.CheckConstraint(
                condition=Q(was="") | Q(was="duty", kind="leave", request__isnull=False),
                name="what_was_duty_is_leave_by_a_request",
            ),
        ]
        indexes = [models.Index(fields=["day"], name="absence_by_day")]

    def __str__(self) -> str:
        return f"{self.person} {self.day} {self.get_half_display()} {self.get_kind_display()}"


class ReliefQuerySet(models.QuerySet["Relief"]):
    def standing(self) -> ReliefQuerySet:
        return self.filter(withdrawn_at=None)

    def visible_to(self, person: Person, on: date) -> ReliefQuerySet:
        """Those of the units to which he may grant relief."""
        return self.filter(reach(person, Permission.RELIEF_GRANT, on=on).q(person=None))

    def of_batch(self, batch: uuid.UUID) -> ReliefQuerySet:
        return self.filter(batch=batch)

    def latest_batches(self, count: int) -> ReliefQuerySet:
        """All rows of the latest decisions, latest first."""
        batches = self.order_by("-at", "batch").values("at", "batch").distinct()[:count]
        named = self.filter(batch__in=[row["batch"] for row in batches])
        return named.select_related("unit", "by", "withdrawn_by").order_by("-at", "batch")


class Relief(models.Model):
    """HQ's bulk relief (批量减免): a half day on which a unit and all below it owe nothing (typhoon, outage)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.UUIDField(editable=False)  # the half days and units of one decision
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="reliefs")
    day = models.DateField(_("日期"))
    half = models.CharField(_("时段"), max_length=2, choices=Half)
    reason = models.CharField(_("原因"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), editable=False)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, editable=False)

    objects = ReliefQuerySet.as_manager()

    class Meta:
        verbose_name = _("批量减免")
        ordering = ["-day", "half", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "day", "half"],
                condition=Q(withdrawn_at=None),
                name="a_half_day_of_a_unit_is_relieved_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by=None, withdrawn_at=None)
                | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False),
                name="relief_withdrawn_means_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["day"], condition=Q(withdrawn_at=None), name="relief_by_day"),
            models.Index(fields=["batch"], name="relief_by_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day} {self.get_half_display()}"
