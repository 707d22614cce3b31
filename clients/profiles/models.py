"""客户资料档案卡: what is known of a client beyond 准客户资料登记表 (domain.md 4, ClientProfile)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from org.permissions import Permission
from org.reach import reach

if TYPE_CHECKING:
    from org.people.models import Person


class CardQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Every part of a card is seen with its prospect."""

    def visible_to(self, person: Person, on: date) -> Self:
        within = reach(person, Permission.PROSPECT_READ, Permission.PROSPECT_READ_MASKED, on=on)
        own = within.q(unit=None, person="prospect__owner") & Q(prospect__released_at=None)
        return self.filter(within.q(unit="prospect__unit", person=None) | own)

    def of_owner(self, person: Person) -> Self:
        """Those that he may write: of his own clients."""
        return self.filter(prospect__owner=person, prospect__released_at=None)


class ClientProfile(models.Model):
    """The single values of a card; its lists are the other models of this room."""

    prospect = models.OneToOneField("clients.Prospect", models.PROTECT, primary_key=True, related_name="profile")
    legal_representative = models.CharField(_("法定代表人"), max_length=40, blank=True)
    business = models.CharField(_("主营业务"), max_length=200, blank=True)
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    concerns = models.CharField(_("关注"), max_length=200, blank=True)
    benefit_policy = models.TextField(_("员工福利政策"), max_length=4000, blank=True)
    men = models.PositiveIntegerField(_("男"), null=True, blank=True)
    women = models.PositiveIntegerField(_("女"), null=True, blank=True)
    age_to_25 = models.PositiveIntegerField(_("25 岁及以下"), null=True, blank=True)
    age_26_35 = models.PositiveIntegerField(_("26–35 岁"), null=True, blank=True)
    age_36_45 = models.PositiveIntegerField(_("36–45 岁"), null=True, blank=True)
    age_46_55 = models.PositiveIntegerField(_("46–55 岁"), null=True, blank=True)
    age_from_56 = models.PositiveIntegerField(_("56 岁及以上"), null=True, blank=True)
    average_age = models.DecimalField(_("平均年龄"), max_digits=4, decimal_places=1, null=True, blank=True)
    class_1 = models.PositiveIntegerField(_("1 类"), null=True, blank=True)
    class_2 = models.PositiveIntegerField(_("2 类"), null=True, blank=True)
    class_3 = models.PositiveIntegerField(_("3 类"), null=True, blank=True)
    class_4 = models.PositiveIntegerField(_("4 类"), null=True, blank=True)
    class_5 = models.PositiveIntegerField(_("5 类"), null=True, blank=True)
    class_6 = models.PositiveIntegerField(_("6 类"), null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    objects = CardQuerySet.as_manager()

    class Meta:
        verbose_name = _("客户资料档案卡")

    def __str__(self) -> str:
        return str(self.prospect_id)


class Part(models.Model):
    """A row of one of the card's lists."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    objects = CardQuerySet.as_manager()

    class Meta:
        abstract = True
        default_related_name = "card_%(class)ss"


class Stakeholder(Part):
    """干系人: who has a say at the client, for or against us, and how much of it."""

    class Role(models.TextChoices):
        DECIDES = "decides", _("决策人")
        HANDLES = "handles", _("经办人")
        INFLUENCES = "influences", _("影响人")
        PAYS = "pays", _("财务")
        USES = "uses", _("使用人")

    class Attitude(models.TextChoices):
        FOR = "for", _("支持")
        NEUTRAL = "neutral", _("中立")
        AGAINST = "against", _("反对")
        UNKNOWN = "unknown", _("不清楚")

    class Influence(models.TextChoices):
        HIGH = "high", _("高")
        MIDDLE = "middle", _("中")
        LOW = "low", _("低")

    name = models.CharField(_("姓名"), max_length=40)
    title = models.CharField(_("职务"), max_length=40, blank=True)
    role = models.CharField(_("角色"), max_length=10, choices=Role)
    attitude = models.CharField(_("态度"), max_length=8, choices=Attitude, default=Attitude.UNKNOWN)
    influence = models.CharField(_("影响力"), max_length=8, choices=Influence, default=Influence.MIDDLE)
    note = models.CharField(_("备注"), max_length=200, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("干系人")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["prospect", "name"], name="a_stakeholder_once_a_client")]

    def __str__(self) -> str:
        return self.name


class YearRecord(Part):
    """Premium and claims of one year with one insurer, as the client says."""

    year = models.PositiveSmallIntegerField(_("年度"))
    insurer = models.CharField(_("保险公司"), max_length=60)
    premium = models.DecimalField(_("保费"), max_digits=14, decimal_places=2, null=True, blank=True)
    claims = models.DecimalField(_("赔款"), max_digits=14, decimal_places=2, null=True, blank=True)
    insured = models.PositiveIntegerField(_("被保险人数"), null=True, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("保费与理赔")
        ordering = ["year", "insurer", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["prospect", "year", "insurer"], name="one_record_a_year_and_insurer")
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.insurer}"


class Cover(Part):
    """What another insurer covers now, or has offered."""

    class Standing(models.TextChoices):
        HELD = "held", _("现保")
        QUOTED = "quoted", _("报价")
        ENDED = "ended", _("已终止")

    insurer = models.CharField(_("公司"), max_length=60)
    line = models.CharField(_("险种"), max_length=60)
    premium = models.DecimalField(_("保费"), max_digits=14, decimal_places=2, null=True, blank=True)
    standing = models.CharField(_("类别"), max_length=6, choices=Standing, default=Standing.HELD)
    expires_on = models.DateField(_("到期"), null=True, blank=True)
    quoted_on = models.DateField(_("报出日期"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("现有保障与竞争")
        ordering = ["standing", F("expires_on").asc(nulls_last=True), "insurer", "pk"]
        indexes = [models.Index(fields=["expires_on"], condition=Q(standing="held"), name="cover_by_expiry")]

    def __str__(self) -> str:
        return f"{self.insurer} {self.line}"


class KeyDate(Part):
    class Kind(models.TextChoices):
        RENEWAL = "renewal", _("续保")
        BIRTHDAY = "birthday", _("生日")
        ANNIVERSARY = "anniversary", _("纪念日")
        OTHER = "other", _("其他")

    kind = models.CharField(_("类别"), max_length=11, choices=Kind)
    what = models.CharField(_("内容"), max_length=100)
    on = models.DateField(_("日期"))
    yearly = models.BooleanField(_("每年"), default=False)

    class Meta(Part.Meta):
        verbose_name = _("重要日期")
        ordering = ["on", "pk"]
        indexes = [models.Index(fields=["on"], name="key_date_by_day")]

    def __str__(self) -> str:
        return self.what


class ServiceRecord(Part):
    class Kind(models.TextChoices):
        ENDORSEMENT = "endorsement", _("保全")
        CLAIM = "claim", _("理赔协助")
        CALL_BACK = "call_back", _("回访")
        TRAINING = "training", _("宣导培训")
        OTHER = "other", _("其他")

    day = models.DateField(_("日期"))
    kind = models.CharField(_("类别"), max_length=11, choices=Kind)
    what = models.CharField(_("内容"), max_length=200)
    result = models.CharField(_("结果"), max_length=200, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("服务记录")
        ordering = ["-day", "-changed_at", "pk"]

    def __str__(self) -> str:
        return self.what


class Proposal(models.Model):
    """计划书: versions count up for a client and are never taken away."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT, related_name="proposals")
    version = models.PositiveSmallIntegerField(_("版本"))
    line = models.CharField(_("险种"), max_length=60)
    premium = models.DecimalField(_("保费"), max_digits=14, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    sent_on = models.DateField(_("送达日期"), null=True, blank=True)
    receipt_on = models.DateField(_("回执日期"), null=True, blank=True)
    receipt_by = models.CharField(_("客户签收人"), max_length=40, blank=True)
    receipt_note = models.CharField(_("客户意见"), max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = CardQuerySet.as_manager()

    class Meta:
        verbose_name = _("计划书")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["prospect", "version"], name="one_proposal_a_version"),
            models.CheckConstraint(
                condition=Q(receipt_on=None) | Q(sent_on__isnull=False, receipt_on__gte=F("sent_on")),
                name="a_receipt_follows_the_sending",
            ),
        ]

    def __str__(self) -> str:
        return str(_("计划书 第 {n} 版")).format(n=self.version)


class ProposalFile(models.Model):
    """The file of a proposal or of the client's receipt, in the database like every upload of the house."""

    class Which(models.TextChoices):
        PROPOSAL = "proposal", _("计划书")
        RECEIPT = "receipt", _("客户回执")

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="files")
    which = models.CharField(max_length=8, choices=Which)
    name = models.CharField(_("文件"), max_length=120)
    kind = models.CharField(max_length=4)  # clients/profiles/files.py
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("计划书文件")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "which"], name="one_file_each_of_a_proposal"),
            models.CheckConstraint(condition=Q(size__lte=10 * 2**20), name="a_proposal_file_has_10_mb_at_most"),
        ]

    def __str__(self) -> str:
        return self.name


class CardConsent(models.Model):
    """知情同意: rows are never changed but by a withdrawal (reliability.md 1, PIPL)."""

    class Purpose(models.TextChoices):
        KEEP = "keep", _("收集和使用单位及联系人资料")
        CONTACT = "contact", _("电话和信息联系")
        STAFF = "staff", _("提供员工名册用于测算")
        SHARE = "share", _("向再保或合作方提供资料")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT, related_name="card_consents")
    purpose = models.CharField(_("用途"), max_length=8, choices=Purpose)
    version = models.CharField(_("告知书版本"), max_length=40)
    given_by = models.CharField(_("同意人"), max_length=40)
    given_on = models.DateField(_("同意日期"))
    withdrawn_on = models.DateField(_("撤回日期"), null=True)
    withdrawn_by = models.CharField(_("撤回人"), max_length=40, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = CardQuerySet.as_manager()

    class Meta:
        verbose_name = _("知情同意")
        ordering = ["-given_on", "-recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prospect", "purpose", "version", "given_by"],
                condition=Q(withdrawn_on=None),
                name="one_standing_consent_a_purpose",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("given_on")),
                name="a_consent_is_withdrawn_after_it_was_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.version}"


class ReminderRound(models.Model):
    """The reminders of a day in a 市公司 are out; the row keeps them from being looked for each minute."""

    city = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    day = models.DateField()

    class Meta:
        verbose_name = _("重要日期提醒")
        constraints = [models.UniqueConstraint(fields=["city", "day"], name="one_round_of_reminders_a_day")]

    def __str__(self) -> str:
        return f"{self.city_id} {self.day}"
