"""What changed of the facts that a closed week may rest on (domain.md 3, "Fines are proposals"; late correction)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def waiting(self) -> CorrectionQuerySet:
        return self.filter(done_at=None).order_by("pk")


class Correction(models.Model):
    """Days of a person, or of a unit and everything below it, whose weeks are looked at again.

    Written in the transaction of the change, whether the week is closed or not; the sweeper and the next close
    assess those weeks once more under the rules that they were closed with, and mark the row done.
    """

    class Cause(models.TextChoices):
        LEAVE = "leave", _("请假与公务")
        RELIEF = "relief", _("批量减免")
        CALENDAR = "calendar", _("工作日历")
        ROSTER = "roster", _("人员与任职")
        LOG = "log", _("日志")
        EXCUSE = "excuse", _("情况说明")
        TRIAL = "trial", _("试运行")
        IMPORT = "import", _("导入")

    cause = models.CharField(_("原因"), max_length=8, choices=Cause)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="corrections")
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, related_name="+")
    first = models.DateField(_("起"))
    last = models.DateField(_("止"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(_("经手"), max_length=20)  # a 工号, `operator` or `system`
    note = models.CharField(_("说明"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"), editable=False)
    done_at = models.DateTimeField(_("处理时间"), null=True, editable=False)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("更正")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, unit=None) | Q(person=None, unit__isnull=False),
                name="a_correction_is_of_a_person_or_a_unit",
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="a_correction_ends_after_it_starts"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(done_at=None), name="correction_waiting")]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} {self.person or self.unit} {self.first}–{self.last}"
