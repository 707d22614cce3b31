"""Searching people, and the key of a form that acts once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from org.units.models import Unit

OFFERED = 300  # units in the filter; below that only those of the one that is chosen


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
        self.is_valid()

        self.fields["unit"].choices = [("", _("全部单位")), *_offered(units, self.cleaned_data.get("unit"))]  # type: ignore[attr-defined]
        self.text: str = self.cleaned_data.get("q", "")
        self.chosen: Unit | None = self.cleaned_data.get("unit")  # None for all, and for one that he does not see


def _offered(units: Any, chosen: Unit | None) -> list[tuple[str, str]]:
    """In the order of the tree, only as deep as a list can be read: the levels below open with the unit chosen."""
    found = list(units)
    deepest = max((unit.depth for unit in found), default=0)
    while sum(unit.depth <= deepest for unit in found) > OFFERED and deepest > 1:
        deepest -= 1
    return [(unit.code, _indented(unit)) for unit in found if unit.depth <= deepest or _is_near(unit, chosen)]


def _is_near(unit: Unit, chosen: Unit | None) -> bool:
    """The chosen one, what lies above it, and one level below."""
    if chosen is None:
        return False
    return chosen.path.startswith(unit.path) or (unit.path.startswith(chosen.path) and unit.depth == chosen.depth + 1)


def _indented(unit: Unit) -> str:
    return "\u3000" * max(0, unit.depth - 2) + unit.name


class KeyForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
