"""扣罚: proposals and what became of them (F3), and the ledger that only grows (domain.md 3, "Fines are proposals")."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from org.permissions import Permission
from org.reach import reach
from org.workflow import Step

if TYPE_CHECKING:
    from org.people.models import Person


class Ledger(models.Model):
    """The 扣罚台账 of a 市公司: how many entries it has, and the hash of the last (the head of the chain).

    Whoever writes an entry locks this row first, so everything about the money of a city happens one after another.
    """

    city = models.OneToOneField("org.Unit", models.PROTECT, related_name="ledger")
    number = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("扣罚台账")

    def __str__(self) -> str:
        return f"{self.city} {self.number}"


class Announced(models.Model):
    """Up to which line of a ledger people were told in the app, and its head was mailed (reliability.md C24).

    Beside the ledger and not in it: who tells never makes those wait who decide.
    """

    ledger = models.OneToOneField(Ledger, models.PROTECT, related_name="announced")
    told = models.PositiveIntegerField(default=0)
    mailed = models.PositiveIntegerField(default=0)
    mailed_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("台账通报")

    def __str__(self) -> str:
        return f"{self.ledger_id} {self.told} {self.mailed}"


class FineQuerySet(models.QuerySet["Fine"]):
    def visible_to(self, person: Person, on: date) -> FineQuerySet:
        """His own, and those within reach of who keeps order there."""
        return self.filter(reach(person, Permission.FINE_READ, on=on).q(unit="unit", person="person"))

    def waiting(self) -> FineQuerySet:
        """Proposed, and neither confirmed nor dismissed."""
        return self.filter(state=Fine.State.PROPOSED)

    def to_decide(self, person: Person, on: date) -> FineQuerySet:
        """What waits for him: never his own, nor that of somebody for whom alone he could decide it (代)."""
        within = reach(person, Permission.FINE_DECIDE, on=on).q(person=None, about="person")
        return self.waiting().filter(within).exclude(person=person)

    def listed(self) -> FineQuerySet:
        """What waits first, oldest first; then the latest weeks. Within a week by unit code, never by amount
        (DESIGN.md 1.6)."""
        waits = When(state=Fine.State.PROPOSED, then=F("week"))
        return self.order_by(
            Case(waits).asc(nulls_last=True), "-week", "unit__code", "person__employee_no", "kind", "-round"
        )

    def live(self) -> FineQuerySet:
        return self.exclude(state=Fine.State.REVERSED)


class Fine(models.Model):
    """One proposal and its fate. Amounts are whole yuan; what is owed is the sum of its entries, never this row."""

    class Kind(models.TextChoices):
        TWO_SHORT_WEEKS = "two_short_weeks", _("连续两周未达 6311")
        TOOL = "tool", _("工具填写不达标")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        DISMISSED = "dismissed", _("不予扣罚")
        APPEALED = "appealed", _("申诉中")
        UPHELD = "upheld", _("申诉维持")
        WAIVED = "waived", _("申诉免除")
        SETTLED = "settled", _("已结算")
        REVERSED = "reversed", _("已冲销")

    CONFIRM = Step("confirm", State.PROPOSED, State.CONFIRMED, Permission.FINE_DECIDE)
    DISMISS = Step("dismiss", State.PROPOSED, State.DISMISSED, Permission.FINE_DECIDE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="fines")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="fines")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")  # of that week
    kind = models.CharField(max_length=15, choices=Kind)
    week = models.DateField(_("周一日期"))  # the second of the pair
    round = models.PositiveSmallIntegerField(default=1)  # again proposed after a reversal
    rules = models.ForeignKey("org.RuleSet", models.PROTECT, related_name="+")
    yuan = models.PositiveIntegerField(_("金额（元）"))
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)

    objects = FineQuerySet.as_manager()

    class Meta:
        verbose_name = _("扣罚")
        ordering = ["week", "unit__path", "person__employee_no", "kind", "round"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "week", "round"], name="one_fine_a_person_kind_week_and_round"
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "week"], condition=~Q(state="reversed"), name="one_live_fine_a_week"
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("person")), name="nobody_decides_his_own_fine"),
            models.CheckConstraint(
                condition=Q(state="reversed")
                | Q(state="proposed", decided_by=None, decided_at=None)
                | ~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="decided_means_by_someone_at_some_time",
            ),
            models.CheckConstraint(condition=Q(week__week_day=2), name="a_fine_is_of_a_monday"),
        ]
        indexes = [models.Index(fields=["unit"], condition=Q(state="proposed"), name="fine_waiting")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.person_id} {self.week}"


class LedgerEntry(models.Model):
    """One line of the ledger, never changed: what moved between proposed, owed and paid (signed whole yuan).

    `hash` = SHA-256 of the hash before it and the text of this line (LINE in `chain`).
    """

    class Kind(models.TextChoices):
        PROPOSAL = "proposal", _("提出")
        CONFIRMATION = "confirmation", _("确认")
        DISMISSAL = "dismissal", _("不予扣罚")
        APPEAL = "appeal", _("申诉")
        DECISION = "decision", _("申诉决定")
        REVERSAL = "reversal", _("冲销")
        SETTLEMENT = "settlement", _("结算")

    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    fine = models.ForeignKey(Fine, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=Kind)
    proposed = models.IntegerField(default=0)
    owed = models.IntegerField(default=0)
    paid = models.IntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(max_length=60)  # 工号, or what fell due by itself
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("台账分录")
        ordering = ["ledger", "number"]
        constraints = [
            models.UniqueConstraint(fields=["ledger", "number"], name="one_line_a_number"),
            models.UniqueConstraint(fields=["fine", "kind"], name="each_thing_happens_once_to_a_fine"),
        ]

    def __str__(self) -> str:
        return f"{self.ledger_id}/{self.number}"
