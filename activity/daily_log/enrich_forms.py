"""The form of 补充资料: whatever is still unknown of a prospect, and whom one met there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activity.daily_log.forms import DateBox, ProspectForm
from clients.prospects.enriching import FACTS, Met
from clients.prospects.models import Prospect
from org.forms import TextArea

MET = ("contact", "title", "phone", "is_handler", "decides")
GRADES = [("", _("未定")), *((grade, grade) for grade in "ABC")]


class EnrichForm(ProspectForm):
    """Number, code and phone are asked for as when a prospect is registered; nothing is required."""

    name = handler = source = household = None  # type: ignore[assignment]
    cover_expires_on = forms.DateField(label=_("到期日"), required=False, widget=DateBox())
    insurer = forms.CharField(label=_("现保险公司"), max_length=60, required=False)
    expected_premium = forms.DecimalField(
        label=_("预计保费（元）"),
        max_digits=14,
        decimal_places=2,
        min_value=0,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
    )
    industry = forms.CharField(label=_("行业"), max_length=40, required=False)
    ownership = forms.CharField(
        label=_("性质"), max_length=40, required=False, widget=forms.TextInput(attrs={"placeholder": _("例：民营")})
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    cover = forms.CharField(
        label=_("现有保障"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"placeholder": _("例：雇主责任 30 万")}),
    )  # fmt: skip
    social_insurance = forms.CharField(
        label=_("社保"), max_length=60, required=False,
        widget=forms.TextInput(attrs={"placeholder": _("例：城镇职工，全员")}),
    )  # fmt: skip
    needs = forms.CharField(label=_("需求初判"), max_length=500, required=False, widget=TextArea(attrs={"rows": 2}))
    budget = forms.DecimalField(
        label=_("年度预算（元）"), max_digits=14, decimal_places=2, min_value=0, required=False,
        widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    referrer = forms.CharField(label=_("介绍人"), max_length=60, required=False)
    grade = forms.ChoiceField(label=_("等级"), choices=GRADES, required=False, widget=forms.RadioSelect)
    contact = forms.CharField(
        label=_("姓名"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    title = forms.CharField(label=_("职务"), max_length=40, required=False)
    is_handler = forms.BooleanField(label=_("经办人"), required=False)
    decides = forms.BooleanField(label=_("决策人"), required=False)

    def __init__(self, *args: Any, prospect: Prospect, **kwargs: Any) -> None:
        initial = {name: getattr(prospect, name) for name in FACTS}
        super().__init__(*args, initial=initial, **kwargs)
        self.unknown = [self[name] for name in FACTS if initial[name] in ("", None)]
        self.known = [self[name] for name in FACTS if initial[name] not in ("", None)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if not cleaned.get("contact") and "contact" not in self.errors and any(map(cleaned.get, MET)):
            self.add_error("contact", _("写上这位联系人的姓名"))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FACTS}

    @property
    def met(self) -> Met | None:
        """Whom he met, if he wrote a name."""
        contact, title, phone, is_handler, decides = map(self.cleaned_data.__getitem__, MET)
        if not contact:
            return None
        return Met(name=contact, title=title, phone=phone, is_handler=is_handler, decides=decides)
