"""Leave (请假) and official duty (公务) in half days: they are in the divisor of everything."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Half(models.TextChoices):
    AM = "am", _("上午")
    PM = "pm", _("下午")


class AbsenceKind(models.TextChoices):
    LEAVE = "leave", _("请假")
    DUTY = "duty", _("公务")


class Absence(models.Model):
    """One approved half day away."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences")
    day = models.DateField(_("日期"))
    half = models.CharField(_("时段"), max_length=2, choices=Half)
    kind = models.CharField(_("类别"), max_length=5, choices=AbsenceKind, default=AbsenceKind.LEAVE)

    class Meta:
        verbose_name = _("请假与公务")
        constraints = [models.UniqueConstraint(fields=["person", "day", "half"], name="a_half_day_is_away_once")]
        indexes = [models.Index(fields=["day"], name="absence_by_day")]

    def __str__(self) -> str:
        return f"{self.person} {self.day} {self.get_half_display()} {self.get_kind_display()}"
