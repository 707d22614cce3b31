"""Delegation (代理): for some days somebody else acts by a post of one who is away."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from org.delegations.rules import Seat, may_stand_in

if TYPE_CHECKING:
    from org.people.models import Appointment, Person


def seat(held: Appointment) -> Seat:
    return Seat(held.post, held.unit.path)


class Standing(models.TextChoices):
    """How a delegation stands on a day, for people to read."""

    PLANNED = "planned", gettext_lazy("未开始")
    IN_FORCE = "in_force", gettext_lazy("代理中")
    OVER = "over", gettext_lazy("已到期")
    ENDED = "ended", gettext_lazy("已提前结束")


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible_to(self, person: Person) -> DelegationQuerySet:
        """Those that he gave and those that he holds."""
        return self.filter(Q(delegator=person) | Q(delegate=person))

    def on(self, day: date) -> DelegationQuerySet:
        """Those in force that day; one that was ended early is gone on the day of its end."""
        return self.filter(Q(ended_at=None) | Q(ended_at__date__gt=day), starts_on__lte=day, ends_on__gte=day)

    def not_over(self, day: date) -> DelegationQuerySet:
        return self.filter(ended_at=None, ends_on__gte=day)

    def named(self) -> DelegationQuerySet:
        """With what it takes to say who acts for whom, where."""
        return self.select_related("appointment__unit", "appointment__person", "delegator", "delegate")


class _Days(Func):
    """daterange(起, 止, '[]'): 止 is the last day, inclusive."""

    function = "DATERANGE"
    template = "%(function)s(%(expressions)s, '[]')"
    output_field = DateRangeField()


class Delegation(models.Model):
    """Of one post, so of its unit; what the delegate thereby may do is in `org.reach`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey("org.Appointment", models.PROTECT, related_name="delegations")
    delegator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="stand_ins")
    starts_on = models.DateField(gettext_lazy("起"))
    ends_on = models.DateField(gettext_lazy("止"))
    reason = models.CharField(gettext_lazy("原因"), max_length=100)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("代理")
        ordering = ["-starts_on", "-created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(delegate=F("delegator")), name="nobody_delegates_to_himself"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="delegation_ends_after_it_starts"),
            ExclusionConstraint(
                name="a_post_has_one_delegate_at_a_time",
                expressions=[
                    ("appointment", RangeOperators.EQUAL),
                    (_Days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.signed

    @property
    def signed(self) -> str:
        """How an act by it is signed: 李某 代 王某."""
        return _("{delegate} 代 {delegator}").format(delegate=self.delegate.name, delegator=self.delegator.name)

    def standing(self, on: date) -> Standing:
        if self.ended_at is not None:
            return Standing.ENDED
        if on < self.starts_on:
            return Standing.PLANNED
        return Standing.IN_FORCE if on <= self.ends_on else Standing.OVER

    def lends_to(self, own: Iterable[Appointment], *, on: date) -> bool:
        """Whether it has effect: the post is still held, and among the delegate's own posts one may stand in."""
        lent = self.appointment
        is_held = lent.starts_on <= on and (lent.ends_on is None or on <= lent.ends_on)
        return (
            is_held and self.delegator.employed_on(on) and any(may_stand_in(seat(one), for_=seat(lent)) for one in own)
        )
