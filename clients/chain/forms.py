"""What is asked of an opportunity: its line and size, how it ended, why it is major, and who of the leaders comes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.chain.models import Opportunity
from clients.chain.opportunities import Expected
from org.forms import KeyedForm

TEXT = 200


class OpportunityForm(KeyedForm):
    line = forms.CharField(
        label=_("险种"), max_length=60, error_messages={"required": _("写上险种，例：团体意外 + 补充门诊")},
        widget=forms.TextInput(attrs={"placeholder": _("例：团体意外 + 补充门诊"), "autocomplete": "off"}),
    )  # fmt: skip
    expected_premium = forms.DecimalField(
        label=_("预计保费（元）"), required=False, min_value=Decimal(0), max_digits=14, decimal_places=2,
        error_messages={"invalid": _("保费写数字，例：486000")},
        widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    insured = forms.IntegerField(
        label=_("被保险人数"), required=False, min_value=1, max_value=9_999_999,
        error_messages={"invalid": _("人数写整数，例：320")}, widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    @property
    def expected(self) -> Expected:
        said = self.cleaned_data
        return Expected(line=said["line"], expected_premium=said["expected_premium"], insured=said["insured"])


class CloseForm(KeyedForm):
    state = forms.ChoiceField(
        label=_("怎么结束"),
        choices=[(one.value, one.label) for one in Opportunity.State if one != Opportunity.State.RUNNING],
        widget=forms.RadioSelect,
        error_messages={"required": _("选成交、失败或搁置")},
    )
    reason = forms.CharField(
        label=_("原因"), max_length=TEXT, error_messages={"required": _("写一句原因，例：今年预算取消")}
    )


class DeclareForm(KeyedForm):
    reason = forms.CharField(
        label=_("申报理由"), max_length=TEXT, error_messages={"required": _("写一句为什么要领导来，例：总经理亲自谈")}
    )


class DecideForm(KeyedForm):
    """认定 with a leader and a time, or 不认定 with a reason."""

    is_major = forms.ChoiceField(
        label=_("认定"), choices=[("yes", _("认定为重大项目")), ("no", _("不认定"))], widget=forms.RadioSelect,
        error_messages={"required": _("选认定或不认定")},
    )  # fmt: skip
    leader = forms.ChoiceField(label=_("请哪位领导陪访"), required=False, widget=forms.RadioSelect)
    when = forms.CharField(
        label=_("什么时间"), max_length=60, required=False,
        widget=forms.TextInput(attrs={"placeholder": _("例：12月上旬")}),
    )  # fmt: skip
    decision = forms.CharField(label=_("意见"), max_length=TEXT, required=False)

    def __init__(self, *args: Any, leaders: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader"].choices = [(str(pk), name) for pk, name in leaders]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("is_major") == "yes":
            if not cleaned.get("leader") and "leader" not in self.errors:
                self.add_error("leader", _("选一位来陪访的领导"))
            if not cleaned.get("when"):
                self.add_error("when", _("写上大概什么时间，例：12月上旬"))
        if cleaned.get("is_major") == "no" and not cleaned.get("decision"):
            self.add_error("decision", _("不认定要写一句原因"))
        return cleaned

    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said["is_major"] == "no":
            return {"leader": None, "when": "", "decision": said["decision"]}
        return {"leader": int(said["leader"]), "when": said["when"], "decision": said["decision"]}
