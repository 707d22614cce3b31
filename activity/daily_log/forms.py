"""The sheets of 今日: one short form per kind of entry, and the form that hands the log in.

Only what a row cannot be without is required here; what else it lacks is kept and said beside it
(DESIGN.md 1.4, "Record the truth, flag the gap").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField
from django.utils.translation import gettext_lazy as _

from activity.daily_log.models import LogEntry
from clients.prospects.models import Prospect, Source
from clients.prospects.rules import is_uscc, normalised
from clients.visits.models import Kind
from org.forms import DateBox, KeyedForm, TextArea

BETWEEN = " · "  # client and contact in one recent choice
OUTCOME = 200  # characters of a result
TEXT = 4000  # characters of a free text
NO_MORE = _("勿扰")
RESULTS = (_("约访成功"), _("再联系"), _("拒绝"), NO_MORE)
NOT_HIM = _("这个人不能陪访，换一位或选「没有陪访」。")  # as the verb says it
REASONS = (_("外出培训"), _("客户改期"), _("请假半天"))


class TimeBox(forms.TimeInput):
    input_type = "time"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%H:%M", attrs=attrs)


class EntryForm(KeyedForm):
    """What every sheet knows: the day it is for, and the server's instant."""

    def __init__(self, *args: Any, day: date, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day, self.at = day, at

    def values(self) -> dict[str, Any]:
        """The words that the action takes besides person, day, at and key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}

    def _past(self, value: time) -> time:
        """Nothing is recorded before it happened."""
        if self.day == self.at.date() and value > self.at.time():
            raise ValidationError(_("还没到这个时间，最晚填 %(now)s"), params={"now": f"{self.at:%H:%M}"})
        return value

    def _later(self, value: date | None) -> date | None:
        if value and value < self.day:
            raise ValidationError(
                _("须在当天或以后，最早 %(month)s月%(day)s日"),
                params={"month": self.day.month, "day": self.day.day},
            )
        return value


class ClientForm(EntryForm):
    """客户 typed, or one tap on a recent one, which brings its contact along."""

    between = BETWEEN
    recent = forms.ChoiceField(label=_("最近"), required=False, widget=forms.RadioSelect)
    client = forms.CharField(
        label=_("客户"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "known"}),
    )
    contact = forms.CharField(
        label=_("联系人"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(label=_("类别"), choices=Kind, initial=Kind.SERVICE, widget=forms.RadioSelect)

    def __init__(self, *args: Any, recent: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = [BETWEEN.join(filter(None, pair)) for pair in recent]
        if "recent" in self.fields:
            self.fields["recent"].choices = [(one, one) for one in said]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        client, _between, contact = cleaned.pop("recent", "").partition(BETWEEN)
        if not cleaned.get("client"):
            cleaned["client"] = client
            cleaned["contact"] = cleaned.get("contact") or contact
        if not normalised(cleaned["client"]) and "client" not in self.errors:
            self.add_error("client", _("写上客户名称，或在下面点一个最近的"))
        return cleaned


class CallForm(ClientForm):
    answer = forms.ChoiceField(
        label=_("通话"),
        choices=LogEntry.Answer,
        widget=forms.RadioSelect,
        error_messages={"required": _("选接通、未接或占线")},
    )
    result = forms.ChoiceField(label=_("结果"), required=False, widget=forms.RadioSelect)
    purpose = forms.CharField(
        label=_("目的"),
        max_length=200,
        error_messages={"required": _("写一句为什么打，例：续保名单核对")},
        widget=forms.TextInput(attrs={"placeholder": _("例：续保名单核对")}),
    )
    next_contact_on = forms.DateField(label=_("下次联系"), required=False, widget=DateBox())
    call_at = forms.TimeField(label=_("通话时间"), widget=TimeBox())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """An imported call keeps its own words as one more choice."""
        super().__init__(*args, **kwargs)
        said = (self.data or self.initial).get("result", "")
        choices = [str(one) for one in RESULTS]
        choices += [said] if said and len(said) <= OUTCOME and said not in choices else []
        self.fields["result"].choices = [(one, one) for one in choices]  # type: ignore[attr-defined]

    def clean_call_at(self) -> time:
        return self._past(self.cleaned_data["call_at"])

    def clean_next_contact_on(self) -> date | None:
        return self._later(self.cleaned_data["next_contact_on"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        answered = cleaned.get("answer") == LogEntry.Answer.ANSWERED
        if answered and not cleaned.get("result") and "result" not in self.errors:
            self.add_error("result", _("接通后选一个结果"))
        return cleaned

    def values(self) -> dict[str, Any]:
        """结果 is the outcome; a call nobody took has its own."""
        values = super().values()
        result = values.pop("result")
        answered = values["answer"] == LogEntry.Answer.ANSWERED
        values["outcome"] = result if answered else str(LogEntry.Answer(values["answer"]).label)
        values["do_not_disturb"] = answered and result == str(NO_MORE)
        return values


class VisitForm(ClientForm):
    starts_at = forms.TimeField(label=_("开始"), widget=TimeBox())
    ends_at = forms.TimeField(label=_("结束"), required=False, widget=TimeBox())
    purpose = forms.CharField(
        label=_("目的"), max_length=200, error_messages={"required": _("写一句为什么去，例：送保单")}
    )
    outcome = forms.CharField(label=_("结果"), max_length=200, required=False)
    next_step = forms.CharField(label=_("下一步"), max_length=200, required=False)
    next_step_on = forms.DateField(label=_("下一步日期"), required=False, widget=DateBox())
    companion = forms.IntegerField(
        label=_("陪访人"), min_value=0, max_value=BigIntegerField.MAX_BIGINT, required=False, widget=forms.Select,
        error_messages={"invalid": NOT_HIM, "min_value": NOT_HIM, "max_value": NOT_HIM},
    )  # fmt: skip
    missing_reason = forms.CharField(label=_("没有陪访的原因"), max_length=200, required=False)
    opportunity = forms.UUIDField(label=_("开拓项目"), required=False, widget=forms.Select)

    def __init__(self, *args: Any, companions: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        """`companions` are asked for when the sheet is drawn: what is posted is judged by the verb."""
        super().__init__(*args, **kwargs)
        if "companion" in self.fields:
            self.fields["companion"].widget.choices = companions  # type: ignore[attr-defined]

    def offer(self, projects: Sequence[tuple[str, str]], chosen: str = "") -> None:
        """The opportunities to choose from; one of them, or the one that it has, is not asked about."""
        if chosen in dict(projects):
            self.initial["opportunity"] = chosen
        self.fields["opportunity"].widget.choices = projects  # type: ignore[attr-defined]
        if len(projects) < 2:
            self.fields["opportunity"].widget = forms.HiddenInput()

    def values(self) -> dict[str, Any]:
        """陪访人 0 is nobody; left alone it is as it was agreed."""
        values = super().values()
        companion, opportunity = values.pop("companion", None), values.pop("opportunity", None)
        return {**values, "companion_id": companion or None, "alone": companion == 0, "opportunity_id": opportunity}

    def clean_starts_at(self) -> time:
        return self._past(self.cleaned_data["starts_at"])

    def clean_next_step_on(self) -> date | None:
        return self._later(self.cleaned_data["next_step_on"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("结束须晚于开始 %(start)s") % {"start": f"{starts:%H:%M}"})
        return cleaned


class ProspectForm(EntryForm):
    name = forms.CharField(
        label=_("单位名称"), max_length=100, error_messages={"required": _("写上单位全称，与营业执照一致")}
    )
    handler = forms.CharField(label=_("经办人"), max_length=40, error_messages={"required": _("写上经办人姓名")})
    source = forms.ChoiceField(
        label=_("来源"), choices=Source, widget=forms.RadioSelect, error_messages={"required": _("选一个来源")}
    )
    phone = forms.RegexField(
        r"^[0-9+() -]{5,30}$",
        label=_("电话"),
        required=False,
        error_messages={"invalid": _("电话是 5 到 30 位数字，可带区号，例：0532-8579 1234")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    headcount = forms.IntegerField(
        label=_("员工人数"),
        min_value=1,
        max_value=9_999_999,
        required=False,
        error_messages={
            "min_value": _("员工人数至少 %(limit_value)s"),
            "max_value": _("员工人数最多 %(limit_value)s"),
            "invalid": _("员工人数写整数，例：120"),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    uscc = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=18,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    household = forms.BooleanField(label=_("这是家庭，不是单位"), required=False)

    def values(self) -> dict[str, Any]:
        """A household is registered with the same few words; its name says whose it is."""
        values = super().values()
        is_household = values.pop("household", False)
        return values | {"kind": Prospect.Kind.HOUSEHOLD if is_household else Prospect.Kind.ORGANISATION}

    def clean_uscc(self) -> str:
        code: str = self.cleaned_data["uscc"].upper()
        if code and len(code) != 18:
            raise ValidationError(_("信用代码是 18 位，现在 %(length)s 位"), params={"length": len(code)})
        if code and not is_uscc(code):
            raise ValidationError(_("信用代码的校验位不对，请对照营业执照逐位核对"))
        return code


class StudyForm(EntryForm):
    topic = forms.ChoiceField(
        label=_("类别"),
        choices=LogEntry.Topic,
        widget=forms.RadioSelect,
        error_messages={"required": _("选问题或险种")},
    )
    title = forms.CharField(
        label=_("题目"), max_length=200, error_messages={"required": _("写上学了什么，例：雇主责任险免赔")}
    )
    learnt = forms.CharField(label=_("收获"), max_length=TEXT, required=False, widget=TextArea(attrs={"rows": 3}))


class OtherForm(EntryForm):
    content = forms.CharField(
        label=_("内容"),
        max_length=1000,
        error_messages={"required": _("写上做了什么，例：博远科技增减人 6 名")},
        widget=TextArea(attrs={"rows": 3}),
    )


class TextsForm(forms.Form):
    """What a log says besides its entries; saved as a draft at any time."""

    tomorrow_plan = forms.CharField(
        label=_("明日计划"), max_length=TEXT, required=False, widget=TextArea(attrs={"rows": 3})
    )
    problems = forms.CharField(label=_("问题"), max_length=TEXT, required=False, widget=TextArea(attrs={"rows": 2}))
    help_needed = forms.CharField(label=_("求助"), max_length=TEXT, required=False, widget=TextArea(attrs={"rows": 2}))


class SubmitForm(KeyedForm, TextsForm):
    """Handing in: only tomorrow's plan is asked for; what is short is never a reason to refuse."""

    reason = forms.ChoiceField(
        label=_("未达原因"), choices=[(one, one) for one in REASONS], required=False, widget=forms.RadioSelect
    )
    short_reason = forms.CharField(label=_("其他原因"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan = self.fields["tomorrow_plan"]
        plan.required, plan.error_messages["required"] = True, _("写上明天打算做什么，一句也行")

    def values(self) -> dict[str, Any]:
        cleaned = dict(self.cleaned_data)
        del cleaned["key"]
        chosen = cleaned.pop("reason")
        cleaned["short_reason"] = cleaned["short_reason"] or chosen
        return cleaned
