"""The words of a search."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 40


class QueryForm(forms.Form):
    q = forms.CharField(
        label=_("搜索"), required=False, max_length=LONGEST, widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": _("最多 40 个字，请写短一点")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()
        self.text: str = self.cleaned_data.get("q", "")
