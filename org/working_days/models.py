"""The working-day table: filled from the State Council's package, corrected by HQ."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkingDay(models.Model):
    class Source(models.TextChoices):
        PACKAGE = "package", _("国务院安排")
        GUESS = "guess", _("未公布，按周一至周五")
        HQ = "hq", _("市公司更正")

    day = models.DateField(_("日期"), primary_key=True)
    works = models.BooleanField(_("上班"))
    holiday = models.CharField(_("节假日"), max_length=30, blank=True)
    source = models.CharField(_("来源"), max_length=7, choices=Source, default=Source.PACKAGE)
    note = models.CharField(_("说明"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("工作日历")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {_('班') if self.works else _('休')}"
