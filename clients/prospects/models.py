"""准客户资料登记表: whom we visit, their contacts, and the registration of the day that found them."""

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

if TYPE_CHECKING:
    from org.people.models import Person


class Source(models.TextChoices):
    WARM = "warm", _("缘故")
    COLD = "cold", _("陌生")
    REFERRAL = "referral", _("转介绍")
    EXISTING = "existing", _("老客户")
    CHANNEL = "channel", _("渠道")


class ProspectQuerySet(models.QuerySet["Prospect"]):
    def visible_to(self, person: Person, on: date) -> ProspectQuerySet:
        """His own, and those of the units he may read (masked or not: the page asks `unmasked_for`)."""
        within = reach(person, Permission.PROSPECT_READ, Permission.PROSPECT_READ_MASKED, on=on)
        return self.filter(within.q(unit="unit", person="owner"))


class Prospect(models.Model):
    class Kind(models.TextChoices):
        ORGANISATION = "organisation", _("单位")
        HOUSEHOLD = "household", _("家庭")

    class Status(models.TextChoices):
        NEW = "new", _("新登记")
        CONTACTED = "contacted", _("已接触")
        QUALIFIED = "qualified", _("有需求")
        PROPOSAL = "proposal", _("已出方案")
        WON = "won", _("成交")
        LOST = "lost", _("失败")
        DORMANT = "dormant", _("搁置")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.ORGANISATION)
    name = models.CharField(_("单位名称"), max_length=100)
    name_key = models.CharField(max_length=100, editable=False)  # normalised, for duplicates and matching
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    industry = models.CharField(_("行业"), max_length=40, blank=True)
    ownership = models.CharField(_("性质"), max_length=40, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    headcount = models.PositiveIntegerField(_("员工人数"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=10, choices=Source)
    insurer = models.CharField(_("现保险公司"), max_length=60, blank=True)
    cover_expires_on = models.DateField(_("到期日"), null=True, blank=True)
    expected_premium = models.DecimalField(_("预计保费"), max_digits=14, decimal_places=2, null=True, blank=True)
    grade = models.CharField(_("等级"), max_length=1, blank=True, choices=[(g, g) for g in "ABC"])
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    start_level = models.PositiveSmallIntegerField(_("陪访级次"), default=0)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="prospects")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="prospects")
    city = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    registered_on = models.DateField(_("登记日期"))
    created_at = models.DateTimeField()

    objects = ProspectQuerySet.as_manager()

    class Meta:
        verbose_name = _("准客户")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "uscc"], condition=~Q(uscc=""), name="one_prospect_a_uscc_in_a_city"
            ),
            models.CheckConstraint(condition=Q(start_level__lte=4), name="start_level_is_0_to_4"),
        ]
        indexes = [
            models.Index(fields=["city", "name_key"], name="prospect_by_name"),
            models.Index(fields=["owner", "name_key"], name="prospect_by_owner"),
            models.Index(fields=["unit"], name="prospect_by_unit"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person at the prospect: handler (经办人) or decision maker (决策人)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prospect = models.ForeignKey(Prospect, models.CASCADE, related_name="contacts")
    name = models.CharField(_("姓名"), max_length=40)
    title = models.CharField(_("职务"), max_length=40, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    is_handler = models.BooleanField(_("经办人"), default=False)
    decides = models.BooleanField(_("决策人"), default=False)
    do_not_disturb_since = models.DateField(_("勿扰"), null=True, blank=True)
    do_not_disturb_by = models.UUIDField(null=True, editable=False)  # the call in which it was said (activity)

    class Meta:
        verbose_name = _("联系人")
        constraints = [models.UniqueConstraint(fields=["prospect", "name"], name="a_contact_once_a_prospect")]

    def __str__(self) -> str:
        return self.name


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def of(self, person_id: int, day: date) -> RegistrationQuerySet:
        return self.filter(person_id=person_id, day=day)


class Registration(models.Model):
    """准客户积累 of a day: a prospect registered, or an old one enriched. Joins the day by (person, day)."""

    class Kind(models.TextChoices):
        NEW = "new", _("新登记")
        ENRICHED = "enriched", _("完善")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.NEW)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="registrations")
    day = models.DateField(_("日期"))
    prospect = models.ForeignKey(Prospect, models.PROTECT, null=True, related_name="registrations")
    city = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    name = models.CharField(_("单位名称"), max_length=100)
    name_key = models.CharField(max_length=100, editable=False)
    uscc = models.CharField(max_length=18, blank=True)
    handler = models.CharField(_("经办人"), max_length=40)
    source = models.CharField(_("来源"), max_length=10, choices=Source)
    added = models.JSONField(default=list, db_default=[], blank=True)  # of an enrichment: the facts, enriching.FACTS
    facts = models.PositiveSmallIntegerField(default=0)  # how many those are
    key_fact = models.BooleanField(default=False)  # a person or an expiry date among them
    made_card = models.BooleanField(default=False)  # the prospect was registered with it, not merely found by name
    is_duplicate = models.BooleanField(default=False)
    ordinal = models.PositiveIntegerField(default=0)  # order in the import file within a day
    recorded_at = models.DateTimeField()
    counted = models.BooleanField(default=False)
    why_not = models.CharField(max_length=20, blank=True)
    import_key = models.CharField(max_length=64, null=True, unique=True, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("准客户积累")
        indexes = [
            models.Index(fields=["person", "day"], name="registration_by_day"),
            models.Index(fields=["city", "name_key", "day"], name="registration_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def added_words(self) -> str:
        """What was learnt that day: 到期日、行业、联系人 王敏."""
        return "、".join(_fact_word(fact) for fact in self.added)


def _fact_word(fact: str) -> str:
    kind, of_a_person, name = fact.partition(":")
    if of_a_person:
        return _("联系人 {name}").format(name=name)
    return str(getattr(Prospect._meta.get_field(kind), "verbose_name", kind))
