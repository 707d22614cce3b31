"""What may be asked of the list of clients, and the short forms of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.prospects.listing import SCOPES, SORT_NAMES
from clients.prospects.models import Contact, Prospect, Source
from clients.prospects.rules import CLOSED, STATUS_MOVES
from org.forms import DateBox, KeyedForm
from org.units.models import Unit

NAME = 100  # characters, as many as a name has
WITHIN = [("", _("不限")), ("30", _("30 天内")), ("60", _("60 天内")), ("90", _("90 天内")), ("180", _("半年内"))]
QUIET = [
    ("", _("不限")),
    ("14", _("14 天以上")),
    ("30", _("30 天以上")),
    ("60", _("60 天以上")),
    ("90", _("90 天以上")),
]
ALL = [("", _("全部"))]


def _one_of(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False)


class ListForm(forms.Form):
    """Whatever an address says: what means nothing is left out. `chosen` are the filters that hold."""

    q = forms.CharField(
        label=_("名称、拼音、首字母、信用代码"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    scope = _one_of(_("谁的"), [*SCOPES.items()])
    status = _one_of(_("状态"), [*ALL, *Prospect.Status.choices])
    grade = _one_of(_("等级"), [*ALL, *((one, one) for one in "ABC")])
    source = _one_of(_("来源"), [*ALL, *Source.choices])
    kind = _one_of(_("类型"), [*ALL, *Prospect.Kind.choices])
    expiring = _one_of(_("保险到期"), WITHIN)
    quiet = _one_of(_("未联系"), QUIET)
    owner = forms.CharField(label=_("负责人姓名或工号"), required=False, max_length=40)
    unit = forms.ChoiceField(label=_("单位"), required=False)
    sort = _one_of(_("排序"), [*SORT_NAMES.items()])

    def __init__(self, asked: Any, *, units: Sequence[Unit]) -> None:
        super().__init__({name: asked.get(name, "").replace("\0", "").strip()[:NAME] for name in self.base_fields})
        indented = [(one.code, "\u3000" * max(0, one.depth - units[0].depth) + one.name) for one in units]
        self.fields["unit"].choices = [*ALL, *indented]  # type: ignore[attr-defined]
        self.is_valid()
        self.chosen: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if value}
        self.query = urlencode(self.chosen)
        self.hidden = list(self.chosen.items())
        found = {one.code: one for one in units}
        self.asked = {**self.chosen, "unit": found.get(self.chosen.get("unit", ""))}

    def without(self, *names: str) -> str:
        """The address with all but these filters, to put another value behind."""
        left = urlencode({name: value for name, value in self.chosen.items() if name not in names})
        return f"{left}&" if left else ""

    @property
    def but_status(self) -> str:
        return self.without("status")

    @property
    def but_scope(self) -> str:
        return self.without("scope")

    @property
    def narrows(self) -> int:
        """How many filters of the folded part hold."""
        return len(self.chosen.keys() - {"q", "scope", "status", "sort"})


class ViewForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=30, error_messages={"required": _("给这个视图起个名字")})
    query = forms.CharField(required=False, widget=forms.HiddenInput)  # its length: changing.keep_view
    is_default = forms.BooleanField(label=_("打开客户时先看它"), required=False)


class StatusForm(KeyedForm):
    """To which state, from where it stands; 失败 and 搁置 say why."""

    status = forms.ChoiceField(label=_("改为"), widget=forms.RadioSelect, error_messages={"required": _("选一个状态")})
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)

    def __init__(self, *args: Any, prospect: Prospect, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(Prospect.Status.choices)
        self.ways = [(word, names[word]) for word in STATUS_MOVES[prospect.status]]
        choices = Prospect.Status.choices if self.is_bound else self.ways  # a second tap names where it stands by now
        self.fields["status"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        self.fields["status"].choices = self.ways  # type: ignore[attr-defined]
        if cleaned.get("status") in CLOSED and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("写一句为什么，以后接手的人要看"))
        return cleaned


class NextForm(KeyedForm):
    """下一步: what, and by when; both empty once it is done."""

    next_action = forms.CharField(
        label=_("下一步"), max_length=100, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    next_action_on = forms.DateField(label=_("日期"), required=False, widget=DateBox())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("next_action_on") and not cleaned.get("next_action") and "next_action" not in self.errors:
            self.add_error("next_action", _("写上那天要做什么"))
        return cleaned


class ContactForm(KeyedForm):
    """A contact put right; 勿扰 with the day from which. Its number is typed anew or left: shown, it would be seen
    without a line in the log of numbers (看号)."""

    name = forms.CharField(label=_("姓名"), max_length=40, error_messages={"required": _("写上联系人姓名")})
    title = forms.CharField(label=_("职务"), max_length=40, required=False)
    phone = forms.RegexField(
        r"^[0-9+() -]{5,30}$",
        label=_("电话"),
        required=False,
        error_messages={"invalid": _("电话是 5 到 30 位数字，可带区号，例：0532-8579 1234")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    is_handler = forms.BooleanField(label=_("经办人"), required=False)
    decides = forms.BooleanField(label=_("决策人"), required=False)
    do_not_disturb_since = forms.DateField(label=_("勿扰，自"), required=False, widget=DateBox())

    @classmethod
    def about(cls, contact: Contact) -> ContactForm:
        names = [name for name in cls.base_fields if name not in ("key", "phone")]
        return cls(initial={name: getattr(contact, name) for name in names})
