"""报备: what left a holder's hands and came back (公海), and who was there first when two claim one client (撞单)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from org.permissions import Permission
from org.reach import reach
from org.workflow import Step

if TYPE_CHECKING:
    from org.people.models import Person

PERSON = settings.AUTH_USER_MODEL


class Release(models.Model):
    """A client went back to the pool of its branch, and who took it from there."""

    prospect = models.ForeignKey("clients.Prospect", models.CASCADE, related_name="releases")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")  # who held it
    at = models.DateTimeField()
    protected_until = models.DateField()
    claimed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("公海")
        constraints = [
            models.UniqueConstraint(
                fields=["prospect"], condition=Q(claimed_at=None), name="a_client_is_in_the_pool_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.prospect} {self.at:%F}"


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def visible_to(self, person: Person, on: date) -> ConflictQuerySet:
        """Both sides, and those who read the branch of either."""
        within = reach(person, Permission.CONFLICT_READ, on=on)
        return self.filter(within.q(unit="unit", person="person") | within.q(unit="owner_unit", person="owner"))

    def open(self) -> ConflictQuerySet:
        return self.filter(state=Conflict.State.RAISED)

    def to_decide(self, person: Person, on: date) -> ConflictQuerySet:
        """What waits for his hand: never what he is a side of, nor a side's own by a post lent by that side."""
        inside = reach(person, Permission.CONFLICT_DECIDE, on=on)
        between = reach(person, Permission.CONFLICT_ARBITRATE, on=on)
        mine = Q(level=Conflict.Level.BRANCH) & inside.q(person=None, about="person") & inside.q(
            person=None, about="owner"
        ) | Q(level=Conflict.Level.CITY) & between.q(person=None, about="person") & between.q(
            person=None, about="owner"
        )
        return self.open().filter(mine).exclude(Q(person=person) | Q(owner=person))


class Conflict(models.Model):
    """撞单: a client manager says that a held client is his. `person` raised it, `owner` held it then."""

    class State(models.TextChoices):
        RAISED = "raised", _("待裁定")
        GRANTED = "granted", _("归申请人")
        KEPT = "kept", _("归原负责人")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Level(models.TextChoices):
        BRANCH = "branch", _("支公司内")
        CITY = "city", _("跨支公司")

    GRANT = Step("grant_conflict", State.RAISED, State.GRANTED, Permission.CONFLICT_DECIDE)
    KEEP = Step("keep_conflict", State.RAISED, State.KEPT, Permission.CONFLICT_DECIDE)
    GRANT_BETWEEN = Step("grant_conflict_between", State.RAISED, State.GRANTED, Permission.CONFLICT_ARBITRATE)
    KEEP_BETWEEN = Step("keep_conflict_between", State.RAISED, State.KEPT, Permission.CONFLICT_ARBITRATE)
    WITHDRAW = Step("withdraw_conflict", State.RAISED, State.WITHDRAWN, Permission.CONFLICT_RAISE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT, related_name="conflicts")
    name = models.CharField(_("单位名称"), max_length=100)  # as he wrote it, not as it is in another's book
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    owner = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    owner_unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    level = models.CharField(max_length=6, choices=Level)
    state = models.CharField(max_length=9, choices=State, default=State.RAISED)
    reason = models.TextField(_("理由"))
    raised_at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(_("裁定理由"), blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("撞单")
        ordering = ["-raised_at", "-pk"]
        indexes = [
            models.Index(fields=["unit", "state"], name="conflict_by_unit"),
            models.Index(fields=["owner_unit", "state"], name="conflict_by_owner_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["prospect", "person"], condition=Q(state="raised"), name="one_open_conflict_a_side"
            ),
            models.CheckConstraint(condition=~Q(person=F("owner")), name="nobody_collides_with_himself"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("person")) & ~Q(decided_by=F("owner")),
                name="no_side_decides_a_conflict",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["granted", "kept"], decided_by__isnull=False, decided_at__isnull=False)
                | Q(state__in=["raised", "withdrawn"], decided_by=None, decided_at=None),
                name="a_conflict_was_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.person}"
