"""Giving a post for some days."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from org.delegations.rules import LONGEST
from org.people.models import Appointment


class GiveForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    appointment = forms.CharField(widget=forms.HiddenInput)
    to = forms.TypedChoiceField(label=_("代理人"), coerce=int, error_messages={"required": _("选一位代理人。")})
    starts_on = forms.DateField(label=_("起"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label=_("止"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=format_lazy(_("当天也算，最长到起日后 {days} 天"), days=LONGEST.days),
    )
    reason = forms.CharField(label=_("原因"), max_length=100, error_messages={"required": _("写明为什么请人代理。")})

    def __init__(self, *args: Any, lent: Appointment, among: list[Appointment], today: date, **kwargs: Any) -> None:
        initial = {"key": uuid4(), "appointment": lent.pk, "starts_on": today, "ends_on": today}
        super().__init__(*args, **{"initial": initial, "auto_id": f"id_{lent.pk}_%s", **kwargs})
        self.lent, self.among = lent, {one.person_id: one.person for one in among}
        named = [(one.person_id, f"{one.person.name} · {one.unit.name} {one.get_post_display()}") for one in among]
        self.fields["to"].choices = [("", _("请选择")), *named]  # type: ignore[attr-defined]
        for name in ("starts_on", "ends_on"):
            self.fields[name].widget.attrs["min"] = f"{today:%Y-%m-%d}"
