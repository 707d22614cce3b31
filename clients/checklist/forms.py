"""What is typed of each item, by the owner on a page of its own and by the client on one sheet.

An item is a head of single fields and, for some, rows; a blank row is no row. `answer` is what rules.py reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.checklist.rules import Item, scheme_named
from clients.checklist.words import COVERS, RELATIONS, SCHEMES, SEXES
from clients.diagnosis.forms import WanField, YuanField
from org.forms import KeyedForm, TextArea

Data = Mapping[str, Any] | None
LONG, WORDS = 40, 500
MOST_ROWS, FIRST_ROWS = 12, 2


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "—"), *choices], required=False)


def _text(label: Any, length: int = LONG, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, **more)


class MemberRow(forms.Form):
    relation = _choice(_("是谁"), RELATIONS)
    age = forms.IntegerField(
        label=_("年龄"), min_value=0, max_value=120, required=False, widget=forms.TextInput({"inputmode": "numeric"})
    )
    sex = _choice(_("性别"), SEXES)
    occupation = _text(_("职业"), help_text=_("没有工作的写上学、退休等"))


class EarnerRow(forms.Form):
    who = _choice(_("谁的收入"), RELATIONS)
    yearly = WanField(label=_("一年 万元"))


class AimRow(forms.Form):
    what = _text(_("想办到什么"), 60, widget=forms.TextInput({"placeholder": _("例：换房付首付")}))
    by = forms.RegexField(
        r"^\d{4}-(0[1-9]|1[0-2])$", label=_("到哪年哪月"), required=False,
        error_messages={"invalid": _("写成年-月，例：2032-09")}, widget=forms.TextInput({"placeholder": "2032-09"}),
    )  # fmt: skip
    amount = WanField(label=_("要多少 万元"))


class HeldRow(forms.Form):
    who = _choice(_("给谁买的"), RELATIONS)
    company = _text(_("保险公司"))
    name = _text(_("保单名称"), 60)
    kind = _choice(_("管什么"), COVERS)
    premium = YuanField(label=_("年保费 元"))
    sum_insured = WanField(label=_("保额 万元"))


class SocialRow(forms.Form):
    who = _choice(_("谁"), RELATIONS)
    scheme = _choice(_("参加哪一种"), SCHEMES)

    def clean_scheme(self) -> str:
        said = str(self.cleaned_data["scheme"])
        return scheme_named(said) or said


class FamilyHead(forms.Form):
    city = _text(_("所在城市"))


class IncomeHead(forms.Form):
    spending_monthly = YuanField(label=_("全家一个月花多少 元"))


class AssetsHead(forms.Form):
    deposits = WanField(label=_("存款 万元"), help_text=_("没有就填 0"))
    shares = WanField(label=_("股票 万元"))
    funds = WanField(label=_("基金 万元"))
    property = WanField(label=_("房产 万元"), help_text=_("按现在的市价估"))


class CareHead(forms.Form):
    education = WanField(label=_("孩子教育一共 万元"), help_text=_("没有就填 0"))
    elders = WanField(label=_("赡养老人一共 万元"))


class PoliciesHead(forms.Form):
    none = forms.BooleanField(label=_("全家都没有买过商业保险"), required=False)


class ConcernsHead(forms.Form):
    covers = forms.MultipleChoiceField(
        label=_("最关心哪几样"), choices=COVERS, required=False, widget=forms.CheckboxSelectMultiple
    )
    words = _text(_("具体担心什么"), WORDS, widget=TextArea({"rows": 3}), help_text=_("不要写病史"))


class BudgetHead(forms.Form):
    yearly = YuanField(label=_("一年愿意拿出多少买保险 元"), help_text=_("一般是年收入的 5% 到 20%"))


HEADS: dict[Item, type[forms.Form]] = {
    Item.FAMILY: FamilyHead, Item.INCOME: IncomeHead, Item.ASSETS: AssetsHead, Item.CARE: CareHead,
    Item.POLICIES: PoliciesHead, Item.CONCERNS: ConcernsHead, Item.BUDGET: BudgetHead,
}  # fmt: skip
ROWS: dict[Item, tuple[str, type[forms.Form]]] = {
    Item.FAMILY: ("members", MemberRow), Item.INCOME: ("earners", EarnerRow), Item.AIMS: ("aims", AimRow),
    Item.POLICIES: ("held", HeldRow), Item.SOCIAL: ("people", SocialRow),
}  # fmt: skip


class ItemForm:
    """The head and the rows of one item together, under its name as prefix."""

    def __init__(self, item: Item, data: Data = None, value: Mapping[str, Any] | None = None) -> None:
        self.item, shown = item, _shown(value or {})
        self.head = HEADS[item](data, prefix=item.value, initial=shown) if item in HEADS else None
        self.rows_name, row = ROWS.get(item, ("", None))
        self.rows: Any = None
        if row:
            made: Any = forms.formset_factory(row, extra=FIRST_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
            self.rows = made(
                _with_more(data, item), prefix=f"{item.value}-rows", initial=None if data else shown.get(self.rows_name)
            )

    def is_valid(self) -> bool:
        good = self.head is None or self.head.is_valid()
        return (self.rows is None or self.rows.is_valid()) and good

    @property
    def answer(self) -> dict[str, Any] | None:
        """As JSON keeps it; None where nothing was said."""
        said = dict(self.head.cleaned_data) if self.head else {}
        if self.rows is not None:
            said[self.rows_name] = [kept for row in self.rows if (kept := _kept(row.cleaned_data))]
        return _kept(said)


def wants_more(data: Mapping[str, Any]) -> bool:
    """Whether the button for more rows was pressed, instead of the one that saves."""
    return "more" in data


def _with_more(data: Data, item: Item) -> Data:
    """Works without a script: the same form comes back with rows to spare."""
    if data is None or data.get("more") != item.value:
        return data
    wider: Any = data.copy()  # type: ignore[attr-defined]
    name = f"{item.value}-rows-TOTAL_FORMS"
    have = str(data.get(name, ""))
    wider[name] = str(min(MOST_ROWS, (int(have) if have.isdecimal() and len(have) < 4 else 0) + FIRST_ROWS))
    return wider  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    return str(value.normalize().__format__("f")) if isinstance(value, Decimal) else value


def _kept(said: Mapping[str, Any]) -> dict[str, Any] | None:
    """Without what is empty; 0 is an answer, an unticked box is none."""
    empty: tuple[Any, ...] = (None, "", [])
    kept = {n: _plain(value) for n, value in said.items() if value is not False and value not in empty}
    return kept or None


AMOUNTS = {
    "yearly", "amount", "premium", "sum_insured", "spending_monthly", "deposits", "shares", "funds", "property",
    "education", "elders",
}  # fmt: skip


def _shown(value: Mapping[str, Any]) -> dict[str, Any]:
    """Amounts as numbers again, so that the boxes show them as they are typed."""
    return {
        name: Decimal(one) if name in AMOUNTS else [_shown(row) for row in one] if _is_rows(one) else one
        for name, one in value.items()
    }


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


class TellForm(KeyedForm):
    """Besides one item: whether the guardian agreed, asked where it is about a child."""

    guardian = forms.BooleanField(label=_("孩子的监护人已经同意记下孩子的情况"), required=False)


class AgreeForm(forms.Form):
    """Before the sheet is shown to the client."""

    agree = forms.BooleanField(
        label=_("我看过以上说明，同意为这个目的处理我填写的内容"),
        error_messages={"required": _("同意才能开始填，先勾选")},
    )
    key = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)  # a double tap is one beginning
    notice = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)  # which words were on the page

    def __init__(self, data: Any = None, *, notice: str) -> None:
        super().__init__(data, initial={"notice": notice})
        self.shown = notice

    def clean_notice(self) -> str:
        if self.cleaned_data["notice"] not in ("", self.shown):
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["notice"] = self.shown  # type: ignore[index]
            self.add_error(None, _("说明刚刚更新过，请再看一遍再同意"))
        return self.shown


class SheetForm(forms.Form):
    """The end of the client's sheet: item 8 under a tick of its own, and the tick of the guardian."""

    health = _text(_("家人的健康状况"), 1000, widget=TextArea({"rows": 4}))
    health_agree = forms.BooleanField(
        label=_("我单独同意保存上面的健康状况。联系我的销售人员看不到它的内容"), required=False
    )
    guardian = forms.BooleanField(label=_("我是孩子的监护人，同意填写孩子的情况"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("health") and not cleaned.get("health_agree"):
            self.add_error("health_agree", _("写了健康状况要单独勾选同意；不同意就把它清空，不影响其他各项"))
        return cleaned


class TakeForm(KeyedForm):
    """Which of the client's items are taken over."""

    items = forms.MultipleChoiceField(required=False, choices=[(item.value, item.value) for item in Item])


class WithdrawForm(forms.Form):
    sure = forms.BooleanField(label=_("删除我填的内容，删了不能恢复"), error_messages={"required": _("先勾选，再删除")})


class EraseForm(KeyedForm):
    sure = forms.BooleanField(label=_("客户要求删除，删了不能恢复"), error_messages={"required": _("先勾选，再删除")})
