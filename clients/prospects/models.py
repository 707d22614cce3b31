"""准客户资料登记表: whom we visit, their contacts, and the registration of the day that found them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from org.permissions import Permission
from org.reach import reach

if TYPE_CHECKING:
    from org.people.models import Person


QUERY = 600  # characters of the address that a view keeps


class Source(models.TextChoices):
    WARM = "warm", _("缘故")
    COLD = "cold", _("陌生")
    REFERRAL = "referral", _("转介绍")
    EXISTING = "existing", _("老客户")
    CHANNEL = "channel", _("渠道")


class ProspectQuerySet(models.QuerySet["Prospect"]):
    def visible_to(self, person: Person, on: date) -> ProspectQuerySet:
        """His own while he holds them, and those of the units he may read (masked or not: the page asks)."""
        within = reach(person, Permission.PROSPECT_READ, Permission.PROSPECT_READ_MASKED, on=on)
        own = within.q(unit=None, person="owner") & Q(released_at=None)
        return self.filter(within.q(unit="unit", person=None) | own)


class StandingManager(models.Manager.from_queryset(ProspectQuerySet)):  # type: ignore[misc]
    """Those that were merged into none: whatever lists, searches, counts or matches asks here (clients/merging)."""

    def get_queryset(self) -> ProspectQuerySet:
        standing: ProspectQuerySet = super().get_queryset().filter(merged_into=None)
        return standing


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
    # What a search finds it by, and how a list sorts it: kept by every writer from sounding.py.
    found_by = models.TextField(default="", db_default="", blank=True, editable=False)
    found_by_people = models.TextField(default="", db_default="", blank=True, editable=False)
    pinyin = models.CharField(max_length=120, default="", db_default="", blank=True, editable=False, db_collation="C")
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    industry = models.CharField(_("行业"), max_length=40, blank=True)
    ownership = models.CharField(_("性质"), max_length=40, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    headcount = models.PositiveIntegerField(_("员工人数"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=10, choices=Source)
    referrer = models.CharField(_("介绍人"), max_length=60, blank=True, default="", db_default="")
    insurer = models.CharField(_("现保险公司"), max_length=60, blank=True)
    cover = models.CharField(_("现有保障"), max_length=200, blank=True, default="", db_default="")
    social_insurance = models.CharField(_("社保"), max_length=60, blank=True, default="", db_default="")
    needs = models.CharField(_("需求初判"), max_length=500, blank=True, default="", db_default="")
    budget = models.DecimalField(_("年度预算"), max_digits=14, decimal_places=2, null=True, blank=True)
    cover_expires_on = models.DateField(_("到期日"), null=True, blank=True)
    expected_premium = models.DecimalField(_("预计保费"), max_digits=14, decimal_places=2, null=True, blank=True)
    grade = models.CharField(_("等级"), max_length=1, blank=True, choices=[(g, g) for g in "ABC"])
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    status_reason = models.CharField(_("原因"), max_length=200, blank=True, default="", db_default="")
    next_action = models.CharField(_("下一步"), max_length=100, blank=True, default="", db_default="")
    next_action_on = models.DateField(_("下一步日期"), null=True, blank=True)
    start_level = models.PositiveSmallIntegerField(_("陪访级次"), default=0)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="prospects")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="prospects")
    city = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    registered_on = models.DateField(_("登记日期"))
    card_made_at = models.DateTimeField(_("建档时间"), null=True, editable=False)  # kept by clients/profiles
    created_at = models.DateTimeField()
    # 报备, kept by clients/protection. `owner` of a released client is who held it last; it is nobody's.
    held_since = models.DateField(null=True, editable=False)  # by claim or decision; else from the registration
    warned_on = models.DateField(null=True, editable=False)
    released_at = models.DateTimeField(_("回到公海"), null=True, editable=False)
    look_again_on = models.DateField(null=True, editable=False)  # nothing falls due before; None: never looked at
    # 合并, kept by clients/merging: the client that this one turned out to be, never one that was merged itself.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="absorbed", db_index=False
    )

    objects = StandingManager()
    everything = ProspectQuerySet.as_manager()  # those that were merged too, by their old names and addresses

    class Meta:
        verbose_name = _("准客户")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "uscc"],
                condition=~Q(uscc="") & Q(merged_into=None),
                name="one_prospect_a_uscc_in_a_city",
            ),
            models.CheckConstraint(condition=Q(start_level__lte=4), name="start_level_is_0_to_4"),
        ]
        indexes = [
            models.Index(fields=["city", "name_key"], name="prospect_by_name"),
            models.Index(fields=["owner", "name_key"], name="prospect_by_owner"),
            models.Index(fields=["unit"], name="prospect_by_unit"),
            models.Index(fields=["look_again_on"], name="held_prospect_by_turn", condition=Q(released_at=None)),
            models.Index(fields=["unit"], name="prospect_in_the_pool", condition=Q(released_at__isnull=False)),
            models.Index(fields=["pinyin", "id"], name="prospect_by_pinyin"),
            models.Index(fields=["merged_into"], name="prospect_merged", condition=Q(merged_into__isnull=False)),
            GinIndex(fields=["found_by"], name="prospect_found_by", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["found_by_people"], name="prospect_found_by_people", opclasses=["gin_trgm_ops"]),
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


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, person: Person, on: date) -> SavedViewQuerySet:
        """His own; what they show is decided anew each time they are opened."""
        return self.filter(person=person)


class SavedView(models.Model):
    """A list of clients under a name: the query of its address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("名称"), max_length=30)
    query = models.CharField(max_length=QUERY, blank=True)
    is_default = models.BooleanField(_("默认"), default=False)
    saved_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("保存的视图")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="one_view_a_person_and_name"),
            models.UniqueConstraint(fields=["person"], condition=Q(is_default=True), name="one_default_view_a_person"),
        ]

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
