"""家庭保险需求诊断: the interview of a family, its members, what they have, and their confirmation (domain.md 4)."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.diagnosis.rules import OF_AGE
from org.permissions import Permission
from org.reach import reach

if TYPE_CHECKING:
    from org.people.models import Person


def _yuan(label: object) -> models.DecimalField[Decimal | None, Decimal | None]:
    """NULL: not asked yet; 0: there is none."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, null=True, blank=True)  # type: ignore[arg-type]


def _years(label: object) -> models.PositiveSmallIntegerField[int | None, int | None]:
    return models.PositiveSmallIntegerField(label, null=True, blank=True)  # type: ignore[arg-type]


class NeedsDiagnosisQuerySet(models.QuerySet["NeedsDiagnosis"]):
    def visible_to(self, person: Person, on: date) -> NeedsDiagnosisQuerySet:
        """Whoever made it, and nobody above or beside him, not by standing in either (reliability.md 2.1)."""
        within = reach(person, Permission.DIAGNOSIS_WRITE, on=on)
        return self.filter(person=person) if within.own else self.none()

    def of(self, prospect_id: uuid.UUID) -> NeedsDiagnosisQuerySet:
        return self.filter(prospect_id=prospect_id).order_by("-number")


class NeedsDiagnosis(models.Model):
    """One version; `number` counts those of a family and the person who made them. `revision` counts the savings, so
    that nobody confirms figures that he has not heard."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT, related_name="diagnoses")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="diagnoses")
    number = models.PositiveSmallIntegerField(_("版本"), default=1)
    revision = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(_("面谈开始"))
    changed_at = models.DateTimeField(_("保存时间"))
    confirmed_at = models.DateTimeField(_("全部确认"), null=True)
    handed_on_at = models.DateTimeField(_("家人同意转交"), null=True)
    housing = _yuan(_("住房"))
    education = _yuan(_("子女教育"))
    other = _yuan(_("其它（赡养等）"))
    assets = _yuan(_("可动用的资产"))
    premium_wish = _yuan(_("愿意的年保费"))
    discount_rate = models.DecimalField(_("贴现率"), max_digits=4, decimal_places=2, default=Decimal(0))
    inflation = models.DecimalField(_("通胀率"), max_digits=4, decimal_places=2, default=Decimal(0))

    objects = NeedsDiagnosisQuerySet.as_manager()

    class Meta:
        verbose_name = _("需求诊断")
        constraints = [
            models.UniqueConstraint(fields=["prospect", "person", "number"], name="a_diagnosis_has_its_number"),
            models.CheckConstraint(
                condition=Q(discount_rate__gte=0, discount_rate__lte=20, inflation__gte=0, inflation__lte=20),
                name="rates_of_a_diagnosis_are_0_to_20",
            ),
            models.CheckConstraint(
                condition=~Q(housing__lt=0) & ~Q(education__lt=0) & ~Q(other__lt=0) & ~Q(assets__lt=0),
                name="no_need_is_negative",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class FamilyMember(models.Model):
    """A child's row cannot exist before the guardian agreed."""

    class Relation(models.TextChoices):
        HUSBAND = "husband", _("先生")
        WIFE = "wife", _("太太")
        CHILD = "child", _("子女")
        OTHER = "other", _("其他家人")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    diagnosis = models.ForeignKey(NeedsDiagnosis, models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField()
    relation = models.CharField(_("称呼"), max_length=7, choices=Relation)
    name = models.CharField(_("姓名"), max_length=40)
    age = models.PositiveSmallIntegerField(_("年龄"))
    occupation = models.CharField(_("职业"), max_length=40, blank=True)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    guardian_agreed_at = models.DateTimeField(_("监护人同意"), null=True)
    living = _yuan(_("年生活费"))
    living_years = _years(_("生活费年数"))
    income = _yuan(_("年收入"))
    income_years = _years(_("收入年数"))
    social = _yuan(_("社保年收入"))
    social_years = _years(_("社保收入年数"))
    cover_asked = models.BooleanField(_("问过已有保障"), default=False)

    class Meta:
        verbose_name = _("家庭成员")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["diagnosis", "position"], name="a_place_holds_one_member"),
            models.CheckConstraint(
                condition=Q(age__gte=OF_AGE) | Q(guardian_agreed_at__isnull=False),
                name="a_child_has_a_guardian_who_agreed",
            ),
            models.CheckConstraint(
                condition=~Q(living__lt=0) & ~Q(income__lt=0) & ~Q(social__lt=0), name="no_yearly_amount_is_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_adult(self) -> bool:
        return self.age >= OF_AGE


class ExistingCover(models.Model):
    """A policy that the family told of: 公司, 名称, 保费, 保额."""

    member = models.ForeignKey(FamilyMember, models.CASCADE, related_name="covers")
    company = models.CharField(_("公司"), max_length=60, blank=True)
    name = models.CharField(_("名称"), max_length=60, blank=True)
    premium = models.DecimalField(_("年保费"), max_digits=14, decimal_places=2, default=Decimal(0))
    sum_insured = models.DecimalField(_("保额"), max_digits=14, decimal_places=2, default=Decimal(0))

    class Meta:
        verbose_name = _("已有保障")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(premium__gte=0, sum_insured__gte=0), name="no_cover_is_negative")
        ]

    def __str__(self) -> str:
        return f"{self.company} {self.name}"


class FamilyConfirmation(models.Model):
    """An adult heard the figures read back and agreed; a later change ends it, and the row stays."""

    member = models.ForeignKey(FamilyMember, models.CASCADE, related_name="confirmations")
    revision = models.PositiveIntegerField()
    at = models.DateTimeField(_("确认时间"))
    voided_at = models.DateTimeField(_("作废时间"), null=True)

    class Meta:
        verbose_name = _("读回确认")
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(voided_at__isnull=True), name="a_member_confirms_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.at:%Y-%m-%d %H:%M}"
