"""The filter of the list, and what is said with a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from activity.discipline.models import Fine
from org.forms import KeyedForm, TextArea
from org.units.models import Unit
from org.week import Week


class FilterForm(forms.Form):
    """By week, state and, for who reads several, branch; what the address names otherwise filters nothing."""

    week = forms.ChoiceField(label=_("周"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False)
    branch = forms.ChoiceField(label=_("支公司"), required=False)

    def __init__(
        self, data: Mapping[str, str], *, weeks: Iterable[Week], states: Iterable[str], branches: Sequence[Unit]
    ) -> None:
        kept = set(states)
        self.paths = {one.code: one.path for one in branches}
        offered: dict[str, list[tuple[str, Any]]] = {
            "week": [("", _("全部周")), *((one.code, one.label) for one in weeks)],
            "state": [("", _("全部状态")), *(one for one in Fine.State.choices if one[0] in kept)],
            "branch": [("", _("全部支公司")), *((one.code, one.name) for one in branches)],
        }
        super().__init__({name: data[name] for name, some in offered.items() if data.get(name) in dict(some)})
        for name, some in offered.items():
            self.fields[name].choices = some  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def week_of(self) -> Week | None:
        code = self.cleaned_data.get("week")
        return Week.from_code(code) if code else None

    @property
    def chosen(self) -> dict[str, Any]:
        """What the filter asks of the rows."""
        asked = {
            "week": self.week_of and self.week_of.monday,
            "state": self.cleaned_data.get("state"),
            "unit__path__startswith": self.paths.get(self.cleaned_data.get("branch", "")),
        }
        return {name: value for name, value in asked.items() if value}

    @property
    def said(self) -> dict[str, str]:
        """The filter in words, for the sheet of a download."""
        return {
            str(field.label): str(dict(field.choices)[self.cleaned_data[name]])  # type: ignore[attr-defined]
            for name, field in self.fields.items()
            if self.cleaned_data.get(name)
        }

    @property
    def query(self) -> str:
        """For the links of the pager."""
        return urlencode({name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)})


class ConfirmForm(KeyedForm):
    """With a confirmation one may say something; with a dismissal one must."""

    reason = forms.CharField(
        label=_("理由"), max_length=300, required=False, widget=TextArea(attrs={"rows": 3}),
        help_text=_("不予扣罚时要写，本人会看到"),
    )  # fmt: skip


class DismissForm(ConfirmForm):
    def clean_reason(self) -> str:
        if not (said := str(self.cleaned_data["reason"])):
            raise forms.ValidationError(_("写一句为什么不扣，再点一次"))
        return said
