"""What is asked of a visit to come: when, with whom, who comes along; and of who is asked to come along."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.visits.models import Kind
from org.forms import DateBox, KeyedForm
from org.working_days.rules import instant

REASON = 200  # characters
FEEDBACK = 2000
AN_HOUR = timedelta(hours=1)


class TimeBox(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class WhenForm(KeyedForm):
    """A day and a time; without an end it is as long as it was, or an hour."""

    day = forms.DateField(label=_("日期"), widget=DateBox(), error_messages={"required": _("选哪一天去")})
    starts = forms.TimeField(
        label=_("开始"), widget=TimeBox(), error_messages={"required": _("写上几点开始，例：10:00")}
    )
    ends = forms.TimeField(label=_("结束"), required=False, widget=TimeBox())

    def __init__(self, *args: Any, length: timedelta = AN_HOUR, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.length = length

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("结束须晚于开始 %(start)s") % {"start": f"{starts:%H:%M}"})
        return cleaned

    @property
    def starts_at(self) -> datetime:
        return instant(self.cleaned_data["day"], self.cleaned_data["starts"])

    @property
    def ends_at(self) -> datetime:
        ends = self.cleaned_data["ends"]
        return instant(self.cleaned_data["day"], ends) if ends else self.starts_at + self.length


class PlanForm(WhenForm):
    opportunity = forms.ChoiceField(label=_("开拓项目"), required=False)
    kind = forms.ChoiceField(label=_("类别"), choices=Kind, initial=Kind.DEVELOPMENT, widget=forms.RadioSelect)
    contact = forms.CharField(
        label=_("联系人"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "contacts"}),
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("目的"), max_length=200, error_messages={"required": _("写一句为什么去，例：递交方案")}
    )
    place = forms.CharField(label=_("地点"), max_length=100, required=False)
    companion = forms.ChoiceField(label=_("请谁陪访"), required=False, widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, opportunities: Iterable[tuple[str, str]], companions: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opportunity"].choices = [*opportunities, ("", _("不属于开拓项目"))]  # type: ignore[attr-defined]
        self.fields["companion"].choices = [*companions, ("", _("先不请"))]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        words = {name: said[name] for name in ("kind", "contact", "purpose", "place")}
        return {**words, "starts_at": self.starts_at, "ends_at": self.ends_at}


class CancelForm(KeyedForm):
    reason = forms.CharField(
        label=_("为什么取消"), max_length=REASON, error_messages={"required": _("写一句为什么取消，例：客户出差")}
    )


class InviteForm(KeyedForm):
    companion = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": _("选一位")})


class AnswerForm(KeyedForm):
    """接受, 谢绝: one tap; the reason is his to give."""

    reason = forms.CharField(label=_("说一句"), max_length=REASON, required=False)


class ProposeForm(WhenForm):
    reason = forms.CharField(label=_("说一句"), max_length=REASON, required=False)


class FeedbackForm(KeyedForm):
    feedback = forms.CharField(
        label=_("陪访反馈"), max_length=FEEDBACK, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
