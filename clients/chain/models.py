"""陪访: the 开拓项目 that a chain belongs to, the visits planned in it, and who was asked to come along (E1-E6)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from clients.visits.models import Kind
from org.permissions import Permission
from org.reach import reach
from org.workflow import Step

if TYPE_CHECKING:
    from org.people.models import Person
    from org.units.models import Unit


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    def visible_to(self, person: Person, on: date) -> OpportunityQuerySet:
        """Those of the prospects that he may read: his own while he holds them."""
        within = reach(person, Permission.PROSPECT_READ, Permission.PROSPECT_READ_MASKED, on=on)
        own = within.q(unit=None, person="prospect__owner") & Q(prospect__released_at=None)
        return self.filter(within.q(unit="prospect__unit", person=None) | own)

    def to_confirm(self, person: Person, on: date) -> OpportunityQuerySet:
        """Those of which he may say whether they are major."""
        return self.filter(reach(person, Permission.MAJOR_CONFIRM, on=on).q(unit="prospect__unit", person=None))

    def declared(self) -> OpportunityQuerySet:
        """Those that wait for that: what was closed meanwhile waits no more."""
        return self.filter(major=Opportunity.Major.DECLARED, state=Opportunity.State.RUNNING)


class Opportunity(models.Model):
    """开拓项目: one prospect and line of business, from its start until won, lost or dormant. A hand-over keeps it."""

    class State(models.TextChoices):
        RUNNING = "running", _("进行中")
        WON = "won", _("成交")
        LOST = "lost", _("失败")
        DORMANT = "dormant", _("搁置")

    class Major(models.TextChoices):
        NO = "no", _("一般项目")
        DECLARED = "declared", _("已申报")
        CONFIRMED = "confirmed", _("较重大项目")
        REFUSED = "refused", _("未认定")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT, related_name="opportunities")
    line = models.CharField(_("险种"), max_length=60, blank=True)  # empty: of history, where no list names it
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    started_on = models.DateField(_("开始"))
    # Who started it; null: by itself, with the first visit.
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField(_("结束"), null=True)
    closed_reason = models.CharField(_("原因"), max_length=200, blank=True)
    expected_premium = models.DecimalField(_("预计保费"), max_digits=14, decimal_places=2, null=True, blank=True)
    insured = models.PositiveIntegerField(_("被保险人数"), null=True, blank=True)
    start_level = models.PositiveSmallIntegerField(_("起始级次"), default=0)
    # Kept from its visits by clients/chain/following.py, in the transaction that changes one of them.
    visits_made = models.PositiveIntegerField(_("实际次数"), default=0)
    level = models.PositiveSmallIntegerField(_("陪访级次"), default=0)
    major = models.CharField(_("较重大项目"), max_length=9, choices=Major, default=Major.NO)
    major_by_itself = models.BooleanField(default=False)  # by premium or insured, not by the manager
    major_reason = models.CharField(_("申报理由"), max_length=200, blank=True)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    declared_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(_("认定意见"), max_length=200, blank=True)
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    leader_when = models.CharField(_("时间"), max_length=60, blank=True)  # as HQ says it: 12月上旬
    created_at = models.DateTimeField()

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = _("开拓项目")
        ordering = ["-started_on", "line", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prospect", "line"], condition=Q(state="running"), name="one_running_opportunity_a_line"
            ),
            models.CheckConstraint(condition=Q(level__lte=4, start_level__lte=4), name="chain_levels_are_0_to_4"),
            models.CheckConstraint(
                condition=Q(state="running", closed_on=None) | ~Q(state="running") & Q(closed_on__isnull=False),
                name="a_closed_opportunity_was_closed_some_day",
            ),
            models.CheckConstraint(
                condition=~Q(major__in=["confirmed", "refused"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="a_major_project_was_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prospect} {self.line}"

    @property
    def name(self) -> str:
        return str(self.line or _("开拓项目"))

    @property
    def person_id(self) -> int:
        """Whose it is: the client's owner of now (a hand-over keeps the chain)."""
        return self.prospect.owner_id

    @property
    def unit(self) -> Unit:
        return self.prospect.unit


class PlannedVisitQuerySet(models.QuerySet["PlannedVisit"]):
    def visible_to(self, person: Person, on: date) -> PlannedVisitQuerySet:
        """As the visits, and those that he is asked to come along to: until the invitation is withdrawn."""
        within = reach(person, Permission.VISIT_READ, on=on).q(unit="unit", person="person")
        asked = Accompaniment.objects.filter(companion=person).exclude(state=Accompaniment.State.WITHDRAWN)
        return self.filter(within | Q(pk__in=asked.values("planned")))


class PlannedVisit(models.Model):
    """A visit agreed with the client for a time; with its seats the database keeps everybody in one place."""

    class State(models.TextChoices):
        PLANNED = "planned", _("待拜访")
        HELD = "held", _("已拜访")
        CANCELLED = "cancelled", _("已取消")

    HOLD = Step("hold_visit", State.PLANNED, State.HELD, Permission.LOG_WRITE)
    UNDO_HOLD = Step("undo_hold_visit", State.HELD, State.PLANNED, Permission.LOG_WRITE)
    CANCEL = Step("cancel_visit", State.PLANNED, State.CANCELLED, Permission.VISIT_PLAN)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    opportunity = models.ForeignKey(Opportunity, models.PROTECT, null=True, related_name="planned_visits")
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT, related_name="planned_visits")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="planned_visits")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    kind = models.CharField(_("类别"), max_length=11, choices=Kind, default=Kind.DEVELOPMENT)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    contact = models.CharField(_("联系人"), max_length=40, blank=True)
    purpose = models.CharField(_("目的"), max_length=200, blank=True)
    place = models.CharField(_("地点"), max_length=100, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    reason = models.CharField(_("取消原因"), max_length=200, blank=True)
    visit = models.OneToOneField("clients.Visit", models.SET_NULL, null=True, related_name="planned")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = PlannedVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("拜访计划")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_visit_ends_after_it_starts")
        ]
        indexes = [models.Index(fields=["person", "starts_at"], name="planned_visit_by_person")]

    def __str__(self) -> str:
        return f"{self.starts_at:%m-%d %H:%M} {self.prospect}"


class _Span(Func):
    function = "tstzrange"
    output_field = DateTimeRangeField()


class Seat(models.Model):
    """Where a person is promised to be: the owner of a planned visit, and a companion who has accepted."""

    planned = models.ForeignKey(PlannedVisit, models.CASCADE, related_name="seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["planned", "person"], name="one_seat_a_person_and_visit"),
            ExclusionConstraint(
                name="nobody_is_planned_in_two_places",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (_Span("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%m-%d %H:%M}"


class AccompanimentQuerySet(models.QuerySet["Accompaniment"]):
    def visible_to(self, person: Person, on: date) -> AccompanimentQuerySet:
        """One's own, asked or asking, and those of the units whose visits he reads."""
        within = reach(person, Permission.VISIT_READ, on=on).q(unit="unit", person="person")
        return self.filter(within | Q(companion=person))

    def objected(self) -> AccompanimentQuerySet:
        """Whose companion has answered a miss that is said to be his."""
        return self.exclude(objection="")


class Accompaniment(models.Model):
    """Somebody asked to come along (陪访): the invitation, its answer, and what both say of it afterwards."""

    class State(models.TextChoices):
        ASKED = "asked", _("待答复")
        ACCEPTED = "accepted", _("已接受")
        PROPOSED = "proposed", _("提议改时间")
        DECLINED = "declined", _("已谢绝")
        WITHDRAWN = "withdrawn", _("已收回")

    class Outcome(models.TextChoices):
        """Of a held visit; silence is not stored, it is what time makes of `pending` (rules.py)."""

        NONE = "", _("未拜访")
        PENDING = "pending", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        REFUSED = "refused", _("否认")

    class Objection(models.TextChoices):
        """What he answers to a miss that is said to be his (docs/adr/0011)."""

        CAME = "came", _("我到场了")
        UNASKED = "unasked", _("未收到邀请")

    class Reply(models.TextChoices):
        """The owner's to 我到场了."""

        AGREED = "agreed", _("确认到场")
        DENIED = "denied", _("没有到场")

    ACCEPT = Step("accept", State.ASKED, State.ACCEPTED, Permission.VISIT_CONFIRM)
    DECLINE = Step("decline", State.ASKED, State.DECLINED, Permission.VISIT_CONFIRM)
    PROPOSE = Step("propose", State.ASKED, State.PROPOSED, Permission.VISIT_CONFIRM)
    BACK_OUT = Step("decline", State.ACCEPTED, State.DECLINED, Permission.VISIT_CONFIRM)
    PROPOSE_LATER = Step("propose", State.ACCEPTED, State.PROPOSED, Permission.VISIT_CONFIRM)
    COME_AFTER_ALL = Step("accept", State.DECLINED, State.ACCEPTED, Permission.VISIT_CONFIRM)
    PROPOSE_INSTEAD = Step("propose", State.DECLINED, State.PROPOSED, Permission.VISIT_CONFIRM)
    THINK_BETTER = Step("accept", State.PROPOSED, State.ACCEPTED, Permission.VISIT_CONFIRM)
    GIVE_UP = Step("decline", State.PROPOSED, State.DECLINED, Permission.VISIT_CONFIRM)
    ADMIT = Step("admit", State.PROPOSED, State.ACCEPTED, Permission.VISIT_PLAN)
    WITHDRAW = Step("withdraw", State.ASKED, State.WITHDRAWN, Permission.VISIT_PLAN)
    WITHDRAW_ACCEPTED = Step("withdraw", State.ACCEPTED, State.WITHDRAWN, Permission.VISIT_PLAN)
    WITHDRAW_DECLINED = Step("withdraw", State.DECLINED, State.WITHDRAWN, Permission.VISIT_PLAN)
    WITHDRAW_PROPOSED = Step("withdraw", State.PROPOSED, State.WITHDRAWN, Permission.VISIT_PLAN)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    planned = models.ForeignKey(PlannedVisit, models.SET_NULL, null=True, related_name="accompaniments")
    visit = models.ForeignKey("clients.Visit", models.CASCADE, null=True, related_name="companions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")  # whose visit it is
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    companion = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="accompaniments")
    post = models.CharField(_("岗位"), max_length=20, blank=True)  # the companion's highest in the owner's line
    required_level = models.PositiveSmallIntegerField(_("应陪级次"), default=0)
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    proposed_starts_at = models.DateTimeField(null=True)
    proposed_ends_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=9, choices=Outcome, default=Outcome.NONE, blank=True)
    owner_confirmed_at = models.DateTimeField(null=True)
    companion_confirmed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    feedback = models.TextField(_("陪访反馈"), blank=True)
    feedback_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True, editable=False)  # of what is asked of him now
    lapsed_at = models.DateTimeField(null=True, editable=False)  # silence took the place of his confirmation (未确认)
    blamed_at = models.DateTimeField(null=True, editable=False)  # he was told that 应陪未陪 is his
    objection = models.CharField(_("异议"), max_length=7, choices=Objection, blank=True, default="", db_default="")
    objection_words = models.CharField(max_length=200, blank=True, default="", db_default="")
    objected_at = models.DateTimeField(null=True, editable=False)
    reply = models.CharField(_("客户经理答复"), max_length=6, choices=Reply, blank=True, default="", db_default="")
    replied_at = models.DateTimeField(null=True, editable=False)

    objects = AccompanimentQuerySet.as_manager()

    class Meta:
        verbose_name = _("陪访")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(companion=F("person")), name="a_companion_is_not_the_owner"),
            models.UniqueConstraint(
                fields=["planned", "companion"],
                condition=~Q(state="withdrawn"),
                name="asked_once_for_a_planned_visit",
            ),
            models.UniqueConstraint(fields=["visit", "companion"], name="one_companion_a_visit_and_person"),
        ]
        indexes = [
            models.Index(fields=["companion", "state"], name="accompaniment_by_companion"),
            models.Index(
                fields=["owner_confirmed_at"], condition=Q(outcome="pending"), name="accompaniment_unconfirmed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.companion} · {self.get_state_display()}"


class CalendarLink(models.Model):
    """The secret address under which somebody's calendar program reads his visits; only its hash is kept."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_link")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("日历订阅")

    def __str__(self) -> str:
        return f"{self.person}"
