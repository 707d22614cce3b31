"""What is asked of a visit to come: when, with whom, who comes along; and of who is asked to come along."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField
from django.utils.translation import gettext_lazy as _

from clients.chain.models import Accompaniment
from clients.visits.models import Kind
from org import clock
from org.forms import DateBox, KeyedForm, TextArea
from org.working_days.rules import instant

REASON = 200  # characters
FEEDBACK = 2000
AN_HOUR = timedelta(hours=1)
AHEAD = timedelta(days=366)  # how far a visit is planned (ours: the year that comes)
NOT_HIM = _("这个人不能陪访，换一位。")


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

    @property
    def chosen(self) -> date | None:
        """The day, of a form that need not be complete."""
        self.is_valid()
        return self.cleaned_data.get("day")

    def clean_day(self) -> date:
        """Within a year: a slip of the pen in the year is none that a calendar can count."""
        day: date = self.cleaned_data["day"]
        today = clock.today()
        if day < today:
            raise ValidationError(_("这个时间已经过了，选一个以后的时间；已经拜访过的在今日里记。"))
        if day > today + AHEAD:
            last = today + AHEAD
            told = {"year": last.year, "month": last.month, "day": last.day}
            raise ValidationError(_("最晚 %(year)s年%(month)s月%(day)s日，再远的到时再约"), params=told)
        return day

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
    companion = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=BigIntegerField.MAX_BIGINT,
        error_messages={"required": _("选一位"), "invalid": NOT_HIM, "min_value": NOT_HIM, "max_value": NOT_HIM},
    )  # fmt: skip


class AnswerForm(KeyedForm):
    """接受, 谢绝: one tap; the reason is his to give."""

    reason = forms.CharField(label=_("说一句"), max_length=REASON, required=False)


class ObjectForm(KeyedForm):
    """我到场了 or 未收到邀请: one tap; what he adds is his to give."""

    objection = forms.ChoiceField(choices=Accompaniment.Objection)
    words = forms.CharField(label=_("补一句"), max_length=REASON, required=False)


class ReplyForm(KeyedForm):
    agrees = forms.TypedChoiceField(choices=[("1", ""), ("0", "")], coerce=lambda said: said == "1")


class ProposeForm(WhenForm):
    reason = forms.CharField(label=_("说一句"), max_length=REASON, required=False)


class FeedbackForm(KeyedForm):
    feedback = forms.CharField(
        label=_("陪访反馈"), max_length=FEEDBACK, required=False,
        widget=TextArea(attrs={"rows": 4}),
    )  # fmt: skip
