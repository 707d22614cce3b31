"""The forms of 客户活动."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.events.models import ClientEvent, Guest
from clients.events.rules import NewEvent, Said
from org.forms import DateBox, KeyedForm


class EventForm(KeyedForm):
    kind = forms.ChoiceField(
        label=_("类别"), choices=ClientEvent.Kind, widget=forms.RadioSelect, initial=ClientEvent.Kind.SALON
    )
    title = forms.CharField(label=_("主题"), max_length=60, error_messages={"required": _("写上主题")})
    day = forms.DateField(label=_("日期"), widget=DateBox(), error_messages={"required": _("选一天")})
    starts_at = forms.TimeField(
        label=_("开始"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    place = forms.CharField(label=_("地点"), max_length=100, error_messages={"required": _("写上地点")})
    host = forms.CharField(label=_("主持人"), max_length=40, error_messages={"required": _("写上主持人")})
    budget = forms.DecimalField(
        label=_("预算 元"), min_value=0, max_digits=12, decimal_places=2, required=False,
        error_messages={"invalid": _("写数字，例：3000")}, widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    @property
    def new(self) -> NewEvent:
        return NewEvent(**{name: value for name, value in self.cleaned_data.items() if name != "key"})


class KeysField(forms.TypedMultipleChoiceField):
    """Any keys: whose they are the action asks, so that a form sent twice is the same both times."""

    def valid_value(self, value: Any) -> bool:
        try:
            return bool(UUID(str(value)))
        except ValueError:
            return False


class InviteForm(KeyedForm):
    """Ticks before contacts."""

    contacts = KeysField(
        coerce=UUID, widget=forms.CheckboxSelectMultiple, error_messages={"required": _("勾上要邀请的人")}
    )


class GuestForm(forms.Form):
    """What is said of one guest."""

    state = forms.ChoiceField(label=_("到场"), choices=Guest.State, widget=forms.RadioSelect)
    follow_up = forms.CharField(label=_("跟进"), max_length=200, required=False)
    follow_up_on = forms.DateField(label=_("跟进日期"), required=False, widget=DateBox())
    is_followed = forms.BooleanField(label=_("已跟进"), required=False)

    def __init__(self, data: Any, *, guest: Guest) -> None:
        self.guest = guest
        known = {
            "state": guest.state, "follow_up": guest.follow_up, "follow_up_on": guest.follow_up_on,
            "is_followed": bool(guest.followed_on),
        }  # fmt: skip
        super().__init__(data, prefix=f"g{guest.pk}", initial=known)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data
        if said.get("follow_up") and not said.get("follow_up_on") and "follow_up_on" not in self.errors:
            self.add_error("follow_up_on", _("写上哪天跟进"))
        if said.get("follow_up_on") and not said.get("follow_up") and "follow_up" not in self.errors:
            self.add_error("follow_up", _("写上跟进什么"))
        return said

    @property
    def said(self) -> Said:
        return Said(**self.cleaned_data)


class TellForm(KeyedForm):
    """The guests of a page of the list."""

    def __init__(self, *args: Any, guests: Sequence[Guest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        data = self.data if self.is_bound else None
        self.guests = [GuestForm(data, guest=guest) for guest in guests]

    def clean(self) -> dict[str, Any]:
        if not self.guests:
            self.add_error(None, _("没有看到嘉宾，刷新再写"))
        if [one for one in self.guests if not one.is_valid()]:  # each, so that each says what it lacks
            self.add_error(None, _("有一行要改，见下面标红的地方"))
        return self.cleaned_data

    @property
    def said(self) -> Mapping[UUID, Said]:
        return {one.guest.pk: one.said for one in self.guests}


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("取消原因"), max_length=200, error_messages={"required": _("写一句为什么取消")})
