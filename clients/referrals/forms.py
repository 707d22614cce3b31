"""The forms of 转介绍: asking with a script as a checklist, the names with their tick, thanks, and the library's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.referrals.models import Referral, TalkTrackVersion
from clients.referrals.rules import NewName, NewReferral, Script
from org.forms import DateBox, KeyedForm, TextArea

NAMES = 3  # rows at first; more are added on the page of the request
STEPS = 12
TICK = _("没同意联系的不能留名字：他同意了就勾上，没同意请删掉，在下面只记人数")
PHONE = r"^[0-9+() -]{5,30}$"


class NameForm(forms.Form):
    """One who was named. Without the tick nothing of the row is taken."""

    name = forms.CharField(label=_("姓名"), max_length=40, required=False)
    company = forms.CharField(label=_("单位"), max_length=100, required=False)
    phone = forms.RegexField(
        PHONE,
        label=_("电话"),
        required=False,
        error_messages={"invalid": _("电话是 5 到 30 位数字，可带区号，例：0532-8579 1234")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    agreed = forms.BooleanField(label=_("他同意我们联系"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "company", "phone"):  # of whom we do not know yet that he agrees: no draft keeps him
            self.fields[name].widget.attrs |= {"data-no-draft": True, "autocomplete": "off"}

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data
        written = any(said.get(one) for one in ("name", "company", "phone"))
        if written and not said.get("agreed"):
            self.add_error("agreed", TICK)
        elif written or said.get("agreed"):
            if not said.get("name") and "name" not in self.errors:
                self.add_error("name", _("写上姓名"))
            if not said.get("company") and "company" not in self.errors:
                self.add_error("company", _("写上他的单位，登记时不用再写"))
        return said

    @property
    def given(self) -> NewName:
        said = self.cleaned_data
        return NewName(name=said["name"], company=said["company"], phone=said["phone"])

    @property
    def new(self) -> NewName | None:
        """None for an empty row."""
        return self.given if self.cleaned_data["agreed"] else None


class OneNameForm(KeyedForm, NameForm):
    """Added later: here a name must be."""

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not self.errors and not said.get("agreed"):
            self.add_error("name", _("写上姓名"))
        return said


class AskForm(KeyedForm):
    """`script`: the version of today, its steps as a checklist."""

    contact = forms.CharField(label=_("请了谁"), max_length=40, error_messages={"required": _("写上请的是谁")})
    steps = forms.TypedMultipleChoiceField(
        label=_("说到了哪几步"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    result = forms.ChoiceField(
        label=_("结果"), choices=Referral.Result, widget=forms.RadioSelect, error_messages={"required": _("选一个结果")}
    )
    withheld = forms.IntegerField(
        label=_("没同意联系的人数"), min_value=0, max_value=99, required=False, help_text=_("只记人数，不留名字"),
        error_messages={"invalid": _("写整数，例：2")}, widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    again_on = forms.DateField(
        label=_("再问日期"), required=False, widget=DateBox(), help_text=_("他说以后再说的，到那天会提醒你")
    )
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def __init__(
        self, *args: Any, script: TalkTrackVersion, contacts: Sequence[str], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["steps"].choices = list(enumerate(script.steps))  # type: ignore[attr-defined]
        self.fields["contact"].widget.attrs |= {"list": "contacts", "autocomplete": "off"}
        self.contacts = contacts
        data = self.data if self.is_bound else None
        self.names = [NameForm(data, prefix=f"name{place}") for place in range(NAMES)]

    def clean_again_on(self) -> date | None:
        value: date | None = self.cleaned_data["again_on"]
        if value and value <= self.today:
            raise ValidationError(_("再问日期在今天以后"))
        return value

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data
        if [one for one in self.names if not one.is_valid()]:  # each, so that each says what it lacks
            self.add_error(None, _("名单里有一行要改，见下面标红的地方"))
        elif "result" in said:
            given, result = [one.new for one in self.names if one.new], said["result"]
            if result == Referral.Result.NAMES and not given and not said.get("withheld"):
                self.add_error("result", _("写上给的名字，或者只记没同意联系的人数"))
            if result != Referral.Result.NAMES and given:
                self.add_error("result", _("写了名字，结果就选「给了名字」"))
            if result != Referral.Result.LATER:
                said["again_on"] = None
        return said

    @property
    def new(self) -> NewReferral:
        said = self.cleaned_data
        return NewReferral(
            contact=said["contact"], result=said["result"], steps_done=said["steps"], note=said["note"],
            again_on=said.get("again_on"), withheld=said["withheld"] or 0,
            names=[one.new for one in self.names if one.new],
        )  # fmt: skip


class ThankForm(KeyedForm):
    day = forms.DateField(label=_("致谢日期"), widget=DateBox(), error_messages={"required": _("选一天")})
    told = forms.CharField(
        label=_("告诉了什么"), max_length=200, error_messages={"required": _("写一句，例：晨光幼儿园已承保，当面道谢")},
        widget=forms.TextInput(attrs={"placeholder": _("例：晨光幼儿园已承保，当面道谢")}),
    )  # fmt: skip


class CloseForm(forms.Form):
    reason = forms.CharField(label=_("不再跟进的原因"), max_length=100, error_messages={"required": _("写一句原因")})


class ScriptForm(KeyedForm):
    title = forms.CharField(label=_("名称"), max_length=60, error_messages={"required": _("写上名称")})
    occasion = forms.CharField(label=_("什么时候用"), max_length=200, required=False)
    steps = forms.CharField(
        label=_("步骤"), max_length=3000, help_text=_("一行一步，最多 12 步"),
        widget=TextArea(attrs={"rows": 8}), error_messages={"required": _("一行写一步，至少一步")},
    )  # fmt: skip
    effective_from = forms.DateField(
        label=_("生效日期"), required=False, widget=DateBox(), help_text=_("不填就是今天；以前的版本都留着")
    )

    def clean_steps(self) -> list[str]:
        steps = [line.strip() for line in str(self.cleaned_data["steps"]).splitlines() if line.strip()]
        if not 1 <= len(steps) <= STEPS:
            raise ValidationError(_("现在 %(n)s 步，写 1 到 12 步"), params={"n": len(steps)})
        return steps

    def script(self, today: date) -> Script:
        said = self.cleaned_data
        return Script(
            title=said["title"], occasion=said["occasion"], steps=said["steps"],
            effective_from=said["effective_from"] or today,
        )  # fmt: skip
