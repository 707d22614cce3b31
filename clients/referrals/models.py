"""转介绍: HQ's scripts (话术), who was asked with which, the names given, the thanks (domain.md 4, Referral)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.prospects.models import Prospect
from org.permissions import Permission
from org.reach import reach

if TYPE_CHECKING:
    from org.people.models import Person


class TalkTrackQuerySet(models.QuerySet["TalkTrack"]):
    def visible_to(self, person: Person, on: date) -> TalkTrackQuerySet:
        """The library of his 市公司."""
        return self.filter(reach(person, Permission.SCRIPT_READ, on=on).q(unit="city", person=None))

    def editable_by(self, person: Person, on: date) -> TalkTrackQuerySet:
        return self.filter(reach(person, Permission.SCRIPT_WRITE, on=on).q(unit="city", person=None))


class TalkTrack(models.Model):
    """话术: what it says stands in its versions; who has used one keeps the version that he used."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = TalkTrackQuerySet.as_manager()

    class Meta:
        verbose_name = _("话术")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


class TalkTrackVersion(models.Model):
    """What a script says from a date on. Never edited: a change is the next version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    track = models.ForeignKey(TalkTrack, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    effective_from = models.DateField(_("生效日期"))
    title = models.CharField(_("名称"), max_length=60)
    occasion = models.CharField(_("什么时候用"), max_length=200, blank=True)
    steps = models.JSONField(_("步骤"), default=list)  # of texts, in their order
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("话术版本")
        ordering = ["track", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["track", "number"], name="one_version_a_number_of_a_script"),
        ]

    def __str__(self) -> str:
        return _("{title} 第 {n} 版").format(title=self.title, n=self.number)


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, person: Person, on: date) -> ReferralQuerySet:
        """Those of the clients that he may read."""
        return self.filter(prospect__in=Prospect.objects.visible_to(person, on).order_by())

    def owned_by(self, person: Person) -> ReferralQuerySet:
        """Of the clients that are his now: he goes on with them."""
        return self.filter(prospect__owner=person, prospect__released_at=None)


class Referral(models.Model):
    """A client was asked to introduce others."""

    class Result(models.TextChoices):
        NAMES = "names", _("给了名字")
        LATER = "later", _("以后再说")
        DECLINED = "declined", _("不愿介绍")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT, related_name="referrals")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="referrals")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")  # of that day
    script = models.ForeignKey(TalkTrackVersion, models.PROTECT, related_name="referrals")
    asked_on = models.DateField(_("日期"))
    contact = models.CharField(_("请了谁"), max_length=40)
    steps_done = models.JSONField(default=list)  # numbers of the steps that were said, from 0
    result = models.CharField(_("结果"), max_length=8, choices=Result)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    again_on = models.DateField(_("再问日期"), null=True, blank=True)
    withheld = models.PositiveSmallIntegerField(_("没同意联系的人数"), default=0)  # a count, never a name
    recorded_at = models.DateTimeField()

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("转介绍")
        ordering = ["-asked_on", "-recorded_at", "pk"]
        indexes = [
            models.Index(fields=["prospect", "-asked_on"], name="referral_by_prospect"),
            models.Index(fields=["person", "-asked_on"], name="referral_by_person"),
            models.Index(fields=["script"], name="referral_by_script"),
        ]

    def __str__(self) -> str:
        return f"{self.asked_on:%m-%d} {self.contact}"


class ReferredNameQuerySet(models.QuerySet["ReferredName"]):
    def visible_to(self, person: Person, on: date) -> ReferredNameQuerySet:
        return self.filter(referral__prospect__in=Prospect.objects.visible_to(person, on).order_by())

    def owned_by(self, person: Person) -> ReferredNameQuerySet:
        return self.filter(referral__prospect__owner=person, referral__prospect__released_at=None)

    def open(self) -> ReferredNameQuerySet:
        """Neither registered nor let go."""
        return self.filter(prospect=None, closed_on=None)


class ReferredName(models.Model):
    """Somebody who agreed to be contacted. Who did not has no row: that is what `agreed_on` without a null means."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="names")
    name = models.CharField(_("姓名"), max_length=40)
    company = models.CharField(_("单位"), max_length=100)
    phone = models.CharField(_("电话"), max_length=30, blank=True)  # erased when it is needed here no more
    agreed_on = models.DateField(_("同意联系"))
    prospect = models.OneToOneField("clients.Prospect", models.SET_NULL, null=True, related_name="introduced_as")
    registered_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)
    closed_reason = models.CharField(_("不再跟进的原因"), max_length=100, blank=True)
    recorded_at = models.DateTimeField()

    objects = ReferredNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("被介绍人")
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "name", "company"], name="named_once_in_a_referral"),
            models.CheckConstraint(condition=Q(prospect=None) | Q(closed_on=None), name="a_registered_name_is_open"),
        ]

    def __str__(self) -> str:
        return f"{self.company} {self.name}"

    @property
    def is_open(self) -> bool:
        return self.prospect_id is None and self.closed_on is None


class Thanks(models.Model):
    """致谢: the referrer was told what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="thanks")
    day = models.DateField(_("致谢日期"))
    told = models.CharField(_("告诉了什么"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("致谢")
        ordering = ["-day", "-recorded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.day:%m-%d} {self.told}"


class MorningRound(models.Model):
    """The reminders of a city's day are written: once, whoever rings (org/periods/due.py)."""

    city = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city", "day"], name="one_morning_round_a_day")]

    def __str__(self) -> str:
        return f"{self.city} {self.day}"
