"""The forms of 请假与公务 and of 批量减免: a stretch of half days, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from org.absences.models import AbsenceKind, Half
from org.absences.rules import Stretch, Wish
from org.forms import DateBox, KeyedForm
from org.people.models import Person
from org.units.models import Unit

REASON = 200  # characters


class StretchForm(KeyedForm):
    """From a half day to a half day; without a last day it is one day."""

    first = forms.DateField(label=_("开始日期"), widget=DateBox(), error_messages={"required": _("选开始的日期")})
    first_half = forms.ChoiceField(label=_("从"), choices=Half, initial=Half.AM, widget=forms.RadioSelect)
    last = forms.DateField(label=_("结束日期"), required=False, widget=DateBox(), help_text=_("只一天的不用填"))
    last_half = forms.ChoiceField(label=_("到"), choices=Half, initial=Half.PM, widget=forms.RadioSelect)

    @property
    def stretch(self) -> Stretch:
        said = self.cleaned_data
        last: date = said["last"] or said["first"]
        return Stretch(said["first"], said["first_half"], last, said["last_half"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if {"first", "last", "first_half", "last_half"} <= cleaned.keys() and self.stretch.is_backwards:
            where = "last" if cleaned["last"] and cleaned["last"] < cleaned["first"] else "last_half"
            self.add_error(where, _("结束早于开始，改一下日期或时段"))
        return cleaned


class AskForm(StretchForm):
    kind = forms.ChoiceField(label=_("类别"), choices=AbsenceKind, initial=AbsenceKind.LEAVE, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("事由"),
        max_length=REASON,
        error_messages={"required": _("写一句事由，例：市公司培训")},
        widget=forms.TextInput(attrs={"placeholder": _("例：市公司培训")}),
    )

    @property
    def wish(self) -> Wish:
        return Wish(self.cleaned_data["kind"], self.stretch, self.cleaned_data["reason"])


class RecordForm(AskForm):
    person = forms.ChoiceField(label=_("谁"), error_messages={"required": _("选一个人")})

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        """`people` carry their posts as `held` (`with_posts`)."""
        super().__init__(*args, **kwargs)
        self.people = {one.employee_no: one for one in people}
        named = [(one.employee_no, f"{one.name}（{_units(one)} {one.employee_no}）") for one in people]
        self.fields["person"].choices = [("", _("选一个人")), *named]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Person:
        return self.people[self.cleaned_data["person"]]


class DecideForm(forms.Form):
    """What is said with a decision."""

    reason = forms.CharField(label=_("原因"), max_length=REASON, required=False)


class RefuseForm(DecideForm):
    def clean_reason(self) -> str:
        if not (said := str(self.cleaned_data["reason"])):
            raise forms.ValidationError(_("写一句为什么不批准，本人会看到"))
        return said


class ReliefForm(StretchForm):
    """`seen` names what the preview was about: whoever changes the form afterwards sees it again."""

    units = forms.MultipleChoiceField(
        label=_("单位"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("选至少一个单位")}
    )
    reason = forms.CharField(
        label=_("原因"),
        max_length=REASON,
        error_messages={"required": _("写明原因，例：台风停工通知")},
        widget=forms.TextInput(attrs={"placeholder": _("例：台风停工通知")}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, units: Iterable[tuple[Unit, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = list(units)
        self.known = {unit.code: unit for unit, _name in named}
        self.fields["units"].choices = [(unit.code, name) for unit, name in named]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Unit]:
        return [self.known[code] for code in self.cleaned_data["units"]]


def _units(person: Person) -> str:
    return "、".join(dict.fromkeys(held.unit.name for held in person.held))  # type: ignore[attr-defined]
