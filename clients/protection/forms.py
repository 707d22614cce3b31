"""What is asked with a question, a conflict and its decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.prospects.rules import NAME_LENGTH, USCC_ALPHABET, is_uscc, normalised
from org.forms import KeyedForm, TextArea

CODE = 18  # characters


class AskForm(KeyedForm):
    """The whole name or the whole code: parts find nothing."""

    name = forms.CharField(
        label=_("单位全称或统一社会信用代码"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("写上单位全称，或 18 位信用代码")},
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].replace("\0", "").strip()
        if not normalised(name):
            raise ValidationError(_("写上单位全称，或 18 位信用代码"))
        code = "".join(name.split()).upper()
        if len(code) == CODE and set(code) <= set(USCC_ALPHABET) and not is_uscc(code):
            raise ValidationError(_("信用代码的校验位不对，请对照营业执照逐位核对"))
        return name


class RaiseForm(AskForm):
    reason = forms.CharField(
        label=_("为什么该归你"),
        max_length=1000,
        widget=TextArea(attrs={"rows": 4}),
        help_text=_("写清什么时候、和谁、谈到哪一步，裁定的人和对方会看到"),
        error_messages={"required": _("写明理由：什么时候、和谁、谈到哪一步")},
    )


class DecideForm(forms.Form):
    reason = forms.CharField(
        label=_("裁定理由"),
        max_length=1000,
        widget=TextArea(attrs={"rows": 3}),
        help_text=_("双方都会看到"),
        error_messages={"required": _("写明理由，双方都会看到")},
    )


class ClaimForm(KeyedForm):
    """Only the key."""


class LooksForm(forms.Form):
    """The filter of the access log."""

    q = forms.CharField(label=_("姓名、工号或客户"), required=False, max_length=60)
    day = forms.DateField(label=_("日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any) -> None:
        super().__init__({name: str(data.get(name, "")).replace("\0", "") for name in ("q", "day")})
        self.is_valid()
