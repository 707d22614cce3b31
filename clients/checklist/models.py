"""投保客户咨询必备资料: the ten items of a household, and the link by which the client fills them in himself."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.checklist.rules import ASKED, Item
from org.permissions import Permission
from org.reach import reach

if TYPE_CHECKING:
    from org.people.models import Person


class ConsultationChecklistQuerySet(models.QuerySet["ConsultationChecklist"]):
    def visible_to(self, person: Person, on: date) -> ConsultationChecklistQuerySet:
        """Whoever asked, while the family is his client: nobody above or beside him (reliability.md 2.1)."""
        within = reach(person, Permission.DIAGNOSIS_WRITE, on=on)
        return self.filter(person=person, prospect__owner=person) if within.own else self.none()


class ConsultationChecklist(models.Model):
    """Of one family by one person: a hand-over does not pass on what a family told somebody else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prospect = models.ForeignKey("clients.Prospect", models.PROTECT, related_name="checklists")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="checklists")
    guardian_agreed_at = models.DateTimeField(_("监护人同意"), null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(_("更新时间"))

    objects = ConsultationChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = _("十项资料")
        constraints = [models.UniqueConstraint(fields=["prospect", "person"], name="one_checklist_a_family_and_person")]

    def __str__(self) -> str:
        return str(self.pk)


class Answer(models.Model):
    """What is known of one item; never the health item, which sales roles do not see."""

    class Source(models.TextChoices):
        TOLD = "told", _("面谈时记下")
        CLIENT = "client", _("客户自己填的")
        DIAGNOSIS = "diagnosis", _("来自需求诊断")

    checklist = models.ForeignKey(ConsultationChecklist, models.CASCADE, related_name="answers")
    item = models.CharField(max_length=10, choices=[(item.value, item.value) for item in ASKED])
    value = models.JSONField()  # typed by rules.py; amounts are yuan as text
    source = models.CharField(max_length=9, choices=Source)
    at = models.DateTimeField(_("更新时间"))

    class Meta:
        verbose_name = _("十项资料的一项")
        constraints = [
            models.UniqueConstraint(fields=["checklist", "item"], name="an_item_is_answered_once"),
            models.CheckConstraint(condition=~Q(item=Item.HEALTH), name="health_is_no_answer_for_sales"),
        ]

    def __str__(self) -> str:
        return self.item


class ClientLinkQuerySet(models.QuerySet["ClientLink"]):
    def of_token(self, token_hash: str) -> ClientLinkQuerySet:
        return self.filter(token_hash=token_hash).select_related("checklist__person", "checklist__prospect__city")

    def open(self, at: datetime) -> ClientLinkQuerySet:
        """Those that can still be filled in; who asked must still be the one whose client the family is."""
        still = Q(checklist__person=F("checklist__prospect__owner"))
        return self.filter(still, state=ClientLink.State.WAITING, expires_at__gt=at)


class ClientLink(models.Model):
    """One link for one filling-in. Of the token only the hash is kept."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等客户填写")
        FILLED = "filled", _("客户已填")
        TAKEN = "taken", _("已核对")
        ENDED = "ended", _("已作废")
        WITHDRAWN = "withdrawn", _("客户已撤回")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    checklist = models.ForeignKey(ConsultationChecklist, models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("有效期至"))
    openings = models.PositiveSmallIntegerField(default=0)  # devices on which it was begun
    ended_at = models.DateTimeField(null=True)

    objects = ClientLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("客户自填链接")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["checklist"], condition=Q(state="waiting"), name="one_open_link_a_checklist"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="a_link_expires_after_it_began"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Submission(models.Model):
    """What the client filled in, with what he agreed to. Without consent there is no row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.OneToOneField(ClientLink, models.CASCADE, related_name="submission")
    answers = models.JSONField()
    at = models.DateTimeField(_("填写时间"))
    consented_at = models.DateTimeField(_("同意时间"))
    notice_sha256 = models.CharField(max_length=64)  # of the words that he agreed to
    about_a_child = models.BooleanField(default=False)
    guardian_agreed_at = models.DateTimeField(_("监护人同意"), null=True)
    taken = models.JSONField(default=list)  # items that were taken over

    class Meta:
        verbose_name = _("客户自填")
        constraints = [
            models.CheckConstraint(
                condition=Q(about_a_child=False) | Q(guardian_agreed_at__isnull=False),
                name="a_child_is_told_of_by_the_guardian",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class HealthAnswerQuerySet(models.QuerySet["HealthAnswer"]):
    def visible_to(self, person: Person, on: date) -> HealthAnswerQuerySet:
        """Nobody yet: readers with the client's consent come with the health rooms. Sales roles never."""
        return self.none()


class HealthAnswer(models.Model):
    """Item 8 in the client's words, under a consent of its own. No page reads `words`."""

    submission = models.OneToOneField(Submission, models.CASCADE, related_name="health")
    words = models.TextField()
    consented_at = models.DateTimeField(_("单独同意时间"))

    objects = HealthAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("健康状况")

    def __str__(self) -> str:
        return str(self.pk)


class MissedLink(models.Model):
    """An address that leads nowhere was tried from there: slows down who guesses."""

    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("试错的链接")
        indexes = [models.Index(fields=["address", "at"], name="missed_link_by_address")]

    def __str__(self) -> str:
        return f"{self.at:%F %T}"
