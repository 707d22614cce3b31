"""The trace: who did what to which row and when. Append-only, by trigger and by role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from org.people.models import Person


class TraceQuerySet(models.QuerySet["Trace"]):
    def of(self, person: Person) -> TraceQuerySet:
        """What he did, and what was done to his account, latest first."""
        account = Q(about=person._meta.label_lower, about_id=str(person.pk))
        return self.filter(Q(by=person) | account).order_by("-at", "-pk")

    def about(self, row: models.Model, *verbs: str) -> TraceQuerySet:
        """What was done to the row by these verbs, latest first."""
        about = {"about": row._meta.label_lower, "about_id": str(row.pk)}
        return self.filter(verb__in=verbs, **about).order_by("-at", "-pk")


class Trace(models.Model):
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(_("经手"), max_length=40)  # a 工号, `operator` or `system`
    verb = models.CharField(_("动作"), max_length=40)
    about = models.CharField(_("对象"), max_length=60)  # model label
    about_id = models.CharField(max_length=40)
    changes = models.JSONField(default=dict)

    objects = TraceQuerySet.as_manager()

    class Meta:
        verbose_name = _("操作日志")
        indexes = [
            models.Index(fields=["about", "about_id"], name="trace_by_object"),
            models.Index(fields=["by", "-at"], name="trace_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.actor} {self.verb} {self.about} {self.about_id}"
