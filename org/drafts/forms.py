"""What a page sends of its draft."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from org.drafts.models import Name

MOST = 60_000  # characters; a browser sends no more than 64 kB while it leaves a page


class NameForm(forms.Form):
    form = forms.SlugField(max_length=40)
    subject = forms.CharField(max_length=80, required=False)

    @property
    def name(self) -> Name:
        return Name(self.cleaned_data["form"], self.cleaned_data["subject"])


class SaveForm(NameForm):
    version = forms.IntegerField(min_value=0, max_value=2**31 - 2)
    page = forms.RegexField(r"^[0-9a-f]{32}$")
    written = forms.CharField(
        max_length=MOST, strip=False, error_messages={"max_length": _("内容太长，没有自动保存；可以直接提交")}
    )

    def clean_written(self) -> dict[str, list[str]]:
        try:
            data: Any = json.loads(self.cleaned_data["written"])
            json.dumps(data, ensure_ascii=False).encode()  # half a character is none
        except (ValueError, RecursionError):
            raise ValidationError(_("这份草稿读不懂，没有保存")) from None
        if not isinstance(data, dict) or not all("\0" not in name and _is_field(data[name]) for name in data):
            raise ValidationError(_("这份草稿读不懂，没有保存"))
        return data


def _is_field(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(one, str) and "\0" not in one for one in values)
