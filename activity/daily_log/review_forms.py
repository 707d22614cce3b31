"""What a reviewer writes: rating and comment of a log, a word beside an entry, a reason, an answer."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from activity.daily_log.models import Annotation
from clients.visits.models import Visit
from org.forms import KeyedForm, TextArea

PHRASES = (_("跟进有节奏"), _("补充决策人信息"), _("学习内容请补填"))
BETWEEN = "；"
HERE = "decide"  # the id of the form; the rating stands apart from it on the page


class DecideForm(forms.Form):
    """For passing: everything may stay empty. One tap on a phrase is a comment too."""

    rating = forms.TypedChoiceField(
        label=_("评分"),
        choices=[(n, str(n)) for n in range(1, 6)],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect(attrs={"form": HERE}),
    )
    comment = forms.CharField(
        label=_("总评"),
        max_length=1000,
        required=False,
        widget=TextArea(attrs={"rows": 2, "data-key": "c", "placeholder": _("写一句具体的反馈，退回时写明补什么")}),
    )
    phrases = forms.MultipleChoiceField(
        label=_("常用语"),
        choices=[(one, one) for one in PHRASES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    shown = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)  # as_read.fingerprint of the page

    @property
    def words(self) -> str:
        """The chosen phrases and what was typed, as one comment."""
        return BETWEEN.join(filter(None, [*self.cleaned_data["phrases"], self.cleaned_data["comment"]]))


class ReturnForm(DecideForm):
    """For returning: he must read what to add."""

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.words:
            self.fields["comment"].widget.attrs["autofocus"] = True
            self.add_error("comment", _("写一句要补什么，再退回"))
        return self.cleaned_data


class AnnotateForm(forms.Form):
    entry = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        max_length=Annotation._meta.get_field("text").max_length, error_messages={"required": _("批注不能为空")}
    )


class EntryForm(forms.Form):
    entry = forms.UUIDField(widget=forms.HiddenInput)


class IneffectiveForm(forms.Form):
    entry = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        max_length=Visit._meta.get_field("ineffective_reason").max_length,
        error_messages={"required": _("判为无效要写原因")},
    )


class AnswerForm(forms.Form):
    text = forms.CharField(max_length=1000, error_messages={"required": _("写一句回复")})


class TogetherForm(KeyedForm):
    """The logs that are ticked: key and fingerprint of each."""

    log = forms.TypedMultipleChoiceField(error_messages={"required": _("先勾上要批阅通过的日志")})

    TICK = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{32}")
    field_order = ("log", "key")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        sent = data.getlist("log") if data else []
        self.fields["log"].choices = [(one, one) for one in sent if self.TICK.fullmatch(one)]  # type: ignore[attr-defined]
        self.fields["log"].error_messages["invalid_choice"] = _("页面过期了，请再点一次")
        self.fields["key"].error_messages |= dict.fromkeys(("required", "invalid"), _("页面过期了，请再点一次"))

    @property
    def read(self) -> dict[UUID, str]:
        return {UUID(key): shown for key, shown in (one.split(":") for one in self.cleaned_data["log"])}

    @property
    def reason(self) -> str:
        return next((str(error) for errors in self.errors.values() for error in errors), "")
