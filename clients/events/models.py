"""客户活动: an event with its guests, who came, and what follows with each of them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from org.permissions import Permission
from org.reach import reach
from org.workflow import Step

if TYPE_CHECKING:
    from org.people.models import Person

CLIENT = (Permission.PROSPECT_READ, Permission.PROSPECT_READ_MASKED)


class ClientEventQuerySet(models.QuerySet["ClientEvent"]):
    def visible_to(self, person: Person, on: date) -> ClientEventQuerySet:
        """Read like the clients of whoever holds it."""
        return self.filter(reach(person, *CLIENT, on=on).q(unit="unit", person="person"))


class ClientEvent(models.Model):
    class Kind(models.TextChoices):
        SALON = "salon", _("沙龙")
        TALK = "talk", _("讲座")
        THANKS = "thanks", _("答谢会")
        VISIT = "visit", _("参观")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        PLANNED = "planned", _("筹备中")
        HELD = "held", _("已举办")
        CANCELLED = "cancelled", _("已取消")

    HOLD = Step("hold_event", State.PLANNED, State.HELD, needs=Permission.PROSPECT_WRITE)
    CANCEL = Step("cancel_event", State.PLANNED, State.CANCELLED, needs=Permission.PROSPECT_WRITE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="client_events")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    kind = models.CharField(_("类别"), max_length=6, choices=Kind)
    title = models.CharField(_("主题"), max_length=60)
    day = models.DateField(_("日期"))
    starts_at = models.TimeField(_("开始"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=100)
    host = models.CharField(_("主持人"), max_length=40)
    budget = models.DecimalField(_("预算"), max_digits=12, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    reason = models.CharField(_("取消原因"), max_length=200, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = ClientEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("客户活动")
        ordering = ["-day", "-starts_at", "pk"]
        indexes = [models.Index(fields=["person", "-day"], name="client_event_by_person")]

    def __str__(self) -> str:
        return self.title


class GuestQuerySet(models.QuerySet["Guest"]):
    def visible_to(self, person: Person, on: date) -> GuestQuerySet:
        """The guests of an event are read with it, whoever has their company since."""
        return self.filter(reach(person, *CLIENT, on=on).q(unit="event__unit", person="event__person"))

    def to_follow(self) -> GuestQuerySet:
        """With a next step that is not done."""
        return self.filter(follow_up_on__isnull=False, followed_on=None, event__state=ClientEvent.State.HELD)


class Guest(models.Model):
    """A contact of a client, invited to an event."""

    class State(models.TextChoices):
        INVITED = "invited", _("已邀请")
        CAME = "came", _("到场")
        ABSENT = "absent", _("未到")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(ClientEvent, models.CASCADE, related_name="guests")
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT, related_name="guests")
    name = models.CharField(_("姓名"), max_length=40)
    state = models.CharField(max_length=7, choices=State, default=State.INVITED)
    follow_up = models.CharField(_("跟进"), max_length=200, blank=True)
    follow_up_on = models.DateField(_("跟进日期"), null=True, blank=True)
    followed_on = models.DateField(_("已跟进"), null=True, blank=True)
    invited_at = models.DateTimeField()

    objects = GuestQuerySet.as_manager()

    class Meta:
        verbose_name = _("嘉宾")
        ordering = ["prospect__name", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "prospect", "name"], name="a_guest_once_an_event"),
            models.CheckConstraint(
                condition=Q(follow_up="", follow_up_on=None) | ~Q(follow_up="") & Q(follow_up_on__isnull=False),
                name="a_follow_up_has_its_day",
            ),
        ]
        indexes = [models.Index(fields=["prospect"], condition=Q(followed_on=None), name="guest_to_follow")]

    def __str__(self) -> str:
        return f"{self.name} {self.get_state_display()}"
