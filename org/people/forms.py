"""Searching people, and the key of a form that acts once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from org.units.models import Unit


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("姓名、拼音或工号"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("单位"), required=False, to_field_name="code", empty_label=_("全部单位")
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = _indented  # type: ignore[attr-defined]
        self.is_valid()

        self.text: str = self.cleaned_data.get("q", "")
        self.chosen: Unit | None = self.cleaned_data.get("unit")  # None for all, and for one that he does not see


def _indented(unit: Unit) -> str:
    return "\u3000" * max(0, unit.depth - 2) + unit.name


class KeyForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
