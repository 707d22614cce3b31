"""行事历: the plan of a week, each employee's goal and key work in it, and what became of its items (A1, A2).

`week` is the planned one: it is handed in with the report of the week before. Money is yuan.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Q
from django.utils.translation import gettext_lazy as _

from activity.itinerary.stood_in import handed_in_for
from clients.visits.models import Kind as VisitKind
from org.permissions import Permission
from org.reach import reach
from org.workflow import Step

if TYPE_CHECKING:
    from org.people.models import Person


_Row = TypeVar("_Row", bound=models.Model)


class OfAPlanQuerySet(models.QuerySet[_Row]):
    """Rows of a plan (`itinerary`) that are about one `person`."""

    def visible_to(self, person: Person, on: date) -> Self:
        return self.filter(reach(person, Permission.PLAN_READ, on=on).q(unit="itinerary__unit", person="person"))

    def open_to(self, person: Person, on: date) -> Self:
        """Of plans that were handed in; of a draft for who writes it alone."""
        inside = reach(person, Permission.PLAN_SUBMIT, Permission.PLAN_DRAFT, on=on)
        handed_in = ~Q(itinerary__state="draft")
        return self.visible_to(person, on).filter(handed_in | inside.q(unit="itinerary__unit", person="person"))


class ItineraryQuerySet(models.QuerySet["Itinerary"]):
    def visible_to(self, person: Person, on: date) -> ItineraryQuerySet:
        """Those of the units within reach, and the one that has a goal for him."""
        within = reach(person, Permission.PLAN_READ, on=on)
        mine = Q(targets__person_id=person.pk) if within.own else Q(pk__in=[])
        return self.filter(pk__in=self.model._default_manager.filter(within.q(person=None) | mine).values("pk"))

    def waiting(self) -> ItineraryQuerySet:
        return self.filter(state=Itinerary.State.SUBMITTED)

    def to_approve(self, person: Person, on: date) -> ItineraryQuerySet:
        """What waits for his approval: never what he handed in himself, nor who lent him the post (代), nor what was
        handed in for him by who stood in for him."""
        within = reach(person, Permission.PLAN_APPROVE, on=on).q(person=None, about="person")
        return self.waiting().filter(within).exclude(person=person).exclude(Exists(handed_in_for(person)))


class Itinerary(models.Model):
    """One plan of a department and week. `person` handed it in; `version` counts how often that was done."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待批")
        RETURNED = "returned", _("已退回")
        APPROVED = "approved", _("已批准")

    SUBMIT = Step("submit", State.DRAFT, State.SUBMITTED, Permission.PLAN_SUBMIT)
    RESUBMIT = Step("resubmit", State.RETURNED, State.SUBMITTED, Permission.PLAN_SUBMIT)
    APPROVE = Step("approve", State.SUBMITTED, State.APPROVED, Permission.PLAN_APPROVE)
    RETURN = Step("return", State.SUBMITTED, State.RETURNED, Permission.PLAN_APPROVE)
    UNDO_APPROVAL = Step("undo_approval", State.APPROVED, State.SUBMITTED, Permission.PLAN_APPROVE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="itineraries")  # a 团体部
    week = models.DateField(_("周一日期"))
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    version = models.PositiveSmallIntegerField(_("版本"), default=0)
    first_submitted_at = models.DateTimeField(_("上报时间"), null=True, editable=False)  # decides lateness
    submitted_at = models.DateTimeField(null=True, editable=False)  # of this version
    returned_at = models.DateTimeField(null=True, editable=False)  # under which it lies, or lay when it was due
    summary = models.TextField(_("本周总结"), blank=True)
    shortfall_reason = models.TextField(_("未达原因"), blank=True)
    feasibility = models.TextField(_("可行性论证"), blank=True)
    support = models.TextField(_("所需支持"), blank=True)
    opinion = models.TextField(_("意见"), blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("批准时间"), null=True, editable=False)
    changed_at = models.DateTimeField(editable=False)  # of the text and goals: two tabs compare it
    created_at = models.DateTimeField(editable=False)

    objects = ItineraryQuerySet.as_manager()

    class Meta:
        verbose_name = _("行事历")
        ordering = ["-week", "unit__code"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "week"], name="one_itinerary_a_unit_and_week"),
            models.CheckConstraint(condition=Q(week__week_day=2), name="an_itinerary_is_of_a_monday"),
            models.CheckConstraint(
                condition=Q(state="approved", approved_by__isnull=False, approved_at__isnull=False)
                | ~Q(state="approved") & Q(approved_by=None, approved_at=None),
                name="approved_means_by_someone_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(person__isnull=False, first_submitted_at__isnull=False, submitted_at__isnull=False, version__gte=1),
                name="submitted_means_by_someone_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("person")), name="nobody_approves_his_own_itinerary"
            ),
        ]
        indexes = [models.Index(fields=["unit"], condition=Q(state="submitted"), name="itinerary_waiting")]

    def __str__(self) -> str:
        return f"{self.unit} {self.week}"

    @property
    def instants(self) -> tuple[datetime | None, datetime | None, datetime | None]:
        """What rules.lateness asks about."""
        return self.first_submitted_at, self.approved_at, self.returned_at


class TargetQuerySet(OfAPlanQuerySet["Target"]):
    pass


class Target(models.Model):
    """An employee's goal and key work of the week: drafted by himself, merged by the manager, amended by 分管总."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    itinerary = models.ForeignKey(Itinerary, models.CASCADE, related_name="targets")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="targets")
    visits = models.PositiveSmallIntegerField(_("拜访"), null=True, blank=True)
    premium = models.DecimalField(_("保费"), max_digits=14, decimal_places=2, null=True, blank=True)
    cases = models.PositiveSmallIntegerField(_("件数"), null=True, blank=True)
    key_work = models.CharField(_("重点工作"), max_length=200, blank=True)
    why = models.TextField(_("为什么做得到"), blank=True)
    support = models.TextField(_("需要支持"), blank=True)
    key_prospects = models.ManyToManyField("clients.Prospect", blank=True, related_name="+")
    handed_in_at = models.DateTimeField(_("草稿交出时间"), null=True, editable=False)  # by the employee, to the manager
    acknowledged_at = models.DateTimeField(_("已知悉"), null=True, editable=False)
    changed_at = models.DateTimeField(editable=False)  # two tabs compare it

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("员工目标")
        ordering = ["person__employee_no"]
        constraints = [models.UniqueConstraint(fields=["itinerary", "person"], name="one_target_a_person_and_week")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.itinerary_id}"


class Amendment(models.Model):
    """完善: one figure that 分管总 changed while approving, kept for the manager (A2). Texts, as pages print them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    target = models.ForeignKey(Target, models.CASCADE, related_name="amendments")
    version = models.PositiveSmallIntegerField()
    field = models.CharField(
        max_length=10, choices=[("visits", _("拜访")), ("premium", _("保费")), ("cases", _("件数"))]
    )
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("完善")
        ordering = ["at", "target__person__employee_no", "field"]
        constraints = [models.UniqueConstraint(fields=["target", "version", "field"], name="one_amendment_a_figure")]

    def __str__(self) -> str:
        return f"{self.field} {self.before} → {self.after}"


class Submission(models.Model):
    """What was handed in as a version, whole and never changed: for the comparison of two versions."""

    itinerary = models.ForeignKey(Itinerary, models.CASCADE, related_name="submissions")
    version = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    content = models.JSONField()

    class Meta:
        verbose_name = _("上报")
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["itinerary", "version"], name="one_submission_a_version")]

    def __str__(self) -> str:
        return f"{self.itinerary_id} v{self.version}"


class PlanItemQuerySet(OfAPlanQuerySet["PlanItem"]):
    pass


class PlanItem(models.Model):
    """A line of the 行事历 and what became of it; `entry_id` is the row that it became (entries live in several
    tables: `entry_type` call, visit, study, other, registration, or follow_up … of 3111)."""

    class Kind(models.TextChoices):
        CALL = "call", _("电话")
        VISIT = "visit", _("拜访")
        ACCOMPANY = "accompany", _("陪访")
        MEETING = "meeting", _("会议")
        TRAINING = "training", _("培训")
        PROPOSAL = "proposal", _("计划书")
        CLIENT_EVENT = "client_event", _("客户活动")

    class Part(models.TextChoices):
        AM = "am", _("上午")
        PM = "pm", _("下午")

    class Origin(models.TextChoices):
        NEXT_STEP = "next_step", _("下一步")
        RENEWAL = "renewal", _("续保")
        APPOINTED = "appointed", _("约好的拜访")
        EVENT = "event", _("客户活动")
        OWN = "own", _("自己加的")
        MANAGER = "manager", _("经理加的")
        MOVED = "moved", _("改期")

    class State(models.TextChoices):
        PLANNED = "planned", _("未办")
        DONE = "done", _("完成")
        MISSED = "missed", _("未接")
        MOVED = "moved", _("改期")
        CANCELLED = "cancelled", _("取消")

    DO = Step("do", State.PLANNED, State.DONE, Permission.LOG_WRITE)
    MISS = Step("miss", State.PLANNED, State.MISSED, Permission.LOG_WRITE)
    MOVE = Step("move", State.PLANNED, State.MOVED, Permission.LOG_WRITE)
    CANCEL = Step("cancel", State.PLANNED, State.CANCELLED, Permission.LOG_WRITE)
    UNDO = Step("undo", State.DONE, State.PLANNED, Permission.LOG_WRITE)
    UNDO_MISS = Step("undo_miss", State.MISSED, State.PLANNED, Permission.LOG_WRITE)
    UNDO_MOVE = Step("undo_move", State.MOVED, State.PLANNED, Permission.LOG_WRITE)
    UNDO_CANCEL = Step("undo_cancel", State.CANCELLED, State.PLANNED, Permission.LOG_WRITE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    itinerary = models.ForeignKey(Itinerary, models.CASCADE, related_name="items")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="plan_items")
    day = models.DateField(_("日期"))
    part = models.CharField(_("半天"), max_length=2, choices=Part, default=Part.AM)
    at = models.TimeField(_("时间"), null=True, blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    visit_kind = models.CharField(max_length=11, choices=VisitKind, blank=True)  # of a visit or a call
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT, null=True, blank=True, related_name="+")
    client = models.CharField(_("客户"), max_length=100, blank=True)
    contact = models.CharField(_("联系人"), max_length=40, blank=True)
    purpose = models.CharField(_("目的"), max_length=200, blank=True)
    place = models.CharField(_("地点"), max_length=100, blank=True)
    companion = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    origin = models.CharField(max_length=9, choices=Origin, default=Origin.OWN)
    origin_id = models.CharField(max_length=40, blank=True)  # of the visit or policy that it came from
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    reason = models.CharField(_("原因"), max_length=200, blank=True)  # why moved or cancelled
    moved_to = models.OneToOneField("self", models.SET_NULL, null=True, related_name="moved_from")
    entry_type = models.CharField(max_length=13, blank=True)
    entry_id = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True, editable=False)

    objects = PlanItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("行事历事项")
        ordering = ["day", "part", F("at").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="planned", settled_at=None) | ~Q(state="planned") & Q(settled_at__isnull=False),
                name="a_settled_item_was_settled_at_some_time",
            ),
            models.UniqueConstraint(
                fields=["itinerary", "person", "origin", "origin_id"],
                condition=~Q(origin_id=""),
                name="a_next_step_is_planned_once",
            ),
            models.UniqueConstraint(
                fields=["entry_id"], condition=Q(entry_id__isnull=False), name="an_entry_settles_one_item"
            ),
        ]
        indexes = [models.Index(fields=["person", "day"], name="plan_item_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()} {self.client}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.PLANNED

    @property
    def whom(self) -> str:
        """宏达机械 · 张经理: the client as typed, else the prospect; empty where it is about nobody."""
        client = self.client or (self.prospect.name if self.prospect else "")
        return " · ".join(filter(None, (client, self.contact)))
