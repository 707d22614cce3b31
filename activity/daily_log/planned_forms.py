"""What is asked about a planned item: one tap, another day, or why not."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.daily_log.models import LogEntry
from org.forms import DateBox, KeyedForm

REASON = 200  # characters


class AnswerForm(KeyedForm):
    answer = forms.ChoiceField(choices=LogEntry.Answer)


class MoveForm(KeyedForm):
    to = forms.DateField(
        label=gettext_lazy("改到哪一天"),
        widget=DateBox(),
        error_messages={"required": gettext_lazy("选改到哪一天"), "invalid": gettext_lazy("选一天")},
    )
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=REASON, required=False)

    def values(self) -> dict[str, Any]:
        return self.cleaned_data

    def done(self) -> str:
        to = self.cleaned_data["to"]
        return _("已改到 {month} 月 {day} 日").format(month=to.month, day=to.day)


class CancelForm(KeyedForm):
    reason = forms.CharField(
        label=gettext_lazy("为什么取消"),
        max_length=REASON,
        error_messages={"required": gettext_lazy("写一句为什么取消，例：客户出差")},
    )

    def values(self) -> dict[str, Any]:
        return self.cleaned_data

    def done(self) -> str:
        return _("已取消这一项")
