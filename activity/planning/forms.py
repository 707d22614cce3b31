"""The employee's draft, one line of a plan, and the manager's table of goals with his words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from activity.itinerary.models import PlanItem, Target
from activity.planning.figures import Member
from clients.visits.models import Kind as VisitKind
from org.days import in_words
from org.forms import KeyedForm, TextArea
from org.money import exact_wan, yuan
from org.people.models import Person

TEXT = 2000  # characters of a free text
KEY_WORK = 200
KEY_CLIENTS, BETWEEN = 5, re.compile(r"[、，,；;\n]+")
MOST_VISITS, MOST_WAN, MOST_CASES = 200, 100_000, 1000
TOKEN = 60
WHOLE = {
    "invalid": _("写成整数，例：12"),
    "min_value": _("不能小于 0"),
    "max_value": _("最多 %(limit_value)s"),
}
ROWS = {"rows": 2}


class Tokens(forms.Field):
    """Ticked boxes; what is not among those offered is left out by whoever asks the database."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[str]:
        return [str(one)[:TOKEN] for one in value or [] if "\0" not in str(one)]


class Instant(forms.CharField):
    """When a row that was shown had been stored; empty for one that was not there yet."""

    def __init__(self) -> None:
        kept_with_the_draft = forms.HiddenInput(attrs={"data-draft": ""})
        super().__init__(required=False, max_length=40, widget=kept_with_the_draft)

    def clean(self, value: Any) -> datetime | None:
        try:
            return parse_datetime(str(super().clean(value)))
        except ValueError:
            return None


def _visits() -> forms.IntegerField:
    return forms.IntegerField(label=_("拜访"), required=False, min_value=0, max_value=MOST_VISITS, error_messages=WHOLE)


def _cases() -> forms.IntegerField:
    return forms.IntegerField(label=_("件数"), required=False, min_value=0, max_value=MOST_CASES, error_messages=WHOLE)


def _premium() -> forms.DecimalField:
    return forms.DecimalField(
        label=_("保费 万元"),
        required=False,
        min_value=0,
        max_value=MOST_WAN,
        decimal_places=4,
        error_messages={
            "invalid": _("写成数字，单位万元，例：8.5"),
            "min_value": _("不能小于 0"),
            "max_value": _("太大了，单位是万元"),
            "max_decimal_places": _("最多四位小数，单位是万元"),
        },
    )


def _text(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=TEXT, widget=TextArea(attrs=ROWS))


def _key_work(**more: Any) -> forms.CharField:
    return forms.CharField(label=_("重点工作"), required=False, max_length=KEY_WORK, **more)


def shown_premium(target: Target | None) -> Decimal | None:
    """In 万元, as the box has it."""
    return exact_wan(target.premium) if target and target.premium is not None else None


class DraftForm(KeyedForm):
    """Goals in 万元 outside, yuan inside. Everything may be empty until it is handed in."""

    visits, premium, cases = _visits(), _premium(), _cases()
    key_work = _key_work(widget=TextArea(attrs=ROWS))
    key_clients = forms.CharField(
        label=_("重点客户"),
        required=False,
        max_length=TEXT,
        widget=forms.TextInput(attrs={"list": "own-clients", "placeholder": _("自己的客户，用、隔开，最多 5 家")}),
    )
    why = _text(_("为什么做得到"))
    support = forms.CharField(
        label=_("需要支持"),
        required=False,
        max_length=TEXT,
        widget=forms.TextInput(attrs={"placeholder": _("例：费率测算、陪访、礼品")}),
    )
    shown = Instant()
    ticked, was_ticked = Tokens(required=False), Tokens(required=False)

    HAND_IN = "hand_in"

    def __init__(self, *args: Any, target: Target | None = None, **kwargs: Any) -> None:
        initial = {}
        if target:
            words = {name: getattr(target, name) for name in ("visits", "cases", "key_work", "why", "support")}
            initial = {**words, "premium": shown_premium(target), "shown": target.changed_at.isoformat()}
            initial["key_clients"] = "、".join(one.name for one in target.key_prospects.all())
        super().__init__(*args, **{**kwargs, "initial": initial})

    def clean_key_clients(self) -> list[str]:
        """The names, each once."""
        named = [one.strip() for one in BETWEEN.split(self.cleaned_data["key_clients"]) if one.strip()]
        if len(set(named)) > KEY_CLIENTS:
            raise forms.ValidationError(_("最多写 %(most)s 家"), params={"most": KEY_CLIENTS})
        return list(dict.fromkeys(named))

    @property
    def hands_in(self) -> bool:
        return self.data.get("do") == self.HAND_IN

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if self.hands_in:
            for name, asked in (("visits", _("填拜访目标")), ("premium", _("填保费目标")), ("cases", _("填件数目标"))):
                if name in cleaned and cleaned[name] is None:
                    self.add_error(name, asked)
            if not cleaned.get("key_work", "x"):
                self.add_error("key_work", _("写一句重点工作"))
        return cleaned

    @property
    def said(self) -> dict[str, Any]:
        """FIELDS of a target."""
        cleaned = self.cleaned_data
        premium = cleaned["premium"]
        words = {name: cleaned[name] for name in ("visits", "cases", "key_work", "why", "support")}
        return {**words, "premium": None if premium is None else yuan(premium)}


class ItemForm(KeyedForm):
    """One line: when, what, with whom."""

    day = forms.ChoiceField(label=_("日期"), error_messages={"invalid_choice": _("选这一周的一天")})
    part = forms.ChoiceField(label=_("半天"), choices=PlanItem.Part, initial=PlanItem.Part.AM, widget=forms.RadioSelect)
    at = forms.TimeField(
        label=_("时间"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": _("写成时:分，例：10:00")},
    )
    kind = forms.ChoiceField(label=_("类别"), choices=PlanItem.Kind, initial=PlanItem.Kind.VISIT)
    visit_kind = forms.ChoiceField(
        label=_("维护还是开拓"), required=False, choices=[("", _("不分")), *VisitKind.choices], widget=forms.RadioSelect
    )
    client = forms.CharField(
        label=_("客户"), required=False, max_length=100, widget=forms.TextInput(attrs={"list": "known"})
    )
    contact = forms.CharField(label=_("联系人"), required=False, max_length=40)
    purpose = forms.CharField(label=_("目的"), required=False, max_length=200)
    place = forms.CharField(label=_("地点"), required=False, max_length=100)
    companion = forms.ChoiceField(label=_("陪同"), required=False)
    person = forms.ChoiceField(label=_("谁"), error_messages={"required": _("选一个人")})

    WORDS = ("part", "at", "kind", "visit_kind", "client", "contact", "purpose", "place")
    NEEDS_CLIENT = (PlanItem.Kind.CALL, PlanItem.Kind.VISIT)

    def __init__(
        self,
        *args: Any,
        days: Iterable[date],
        companions: Sequence[Person],
        people: Sequence[Member] = (),
        named: Sequence[Person] = (),
        **kwargs: Any,
    ) -> None:
        """`people`: whose line it may become, for who writes for others; they are among the `named`."""
        super().__init__(*args, **kwargs)
        self.named = {one.employee_no: one for one in named}
        self.companions = {str(one.employee_no): one for one in companions}
        self._choose("day", [(day.isoformat(), in_words(day)) for day in days])
        self._choose("companion", [("", _("不用"))] + [(one.employee_no, one.name) for one in companions])
        if people:
            self._choose("person", [(one.employee_no, one.name) for one in people])
        else:
            del self.fields["person"]

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("kind") in self.NEEDS_CLIENT and not cleaned.get("client", "x"):
            self.add_error("client", _("写客户名称"))
        elif not cleaned.get("client", "x") and not cleaned.get("purpose", "x"):
            self.add_error("purpose", _("写一句做什么"))
        return cleaned

    @property
    def chosen(self) -> Person:
        """Whose line it becomes."""
        return self.named[self.cleaned_data["person"]]

    @property
    def said(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        words = {name: cleaned[name] for name in self.WORDS}
        companion = self.companions.get(cleaned["companion"])
        return {**words, "day": date.fromisoformat(cleaned["day"]), "companion_id": companion and companion.pk}


class GoalForm(forms.Form):
    """A row of the manager's table."""

    visits, premium, cases = _visits(), _premium(), _cases()
    key_work = _key_work()
    shown = Instant()

    def __init__(self, data: Any = None, *, member: Member, target: Target | None) -> None:
        initial = {}
        if target:
            initial = {
                "visits": target.visits, "premium": shown_premium(target), "cases": target.cases,
                "key_work": target.key_work, "shown": target.changed_at.isoformat(),
            }  # fmt: skip
        super().__init__(data, prefix=member.employee_no, initial=initial)
        self.member, self.target = member, target
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"{member.name} {field.label or name}"
        for name in ("visits", "premium", "cases"):
            self.fields[name].widget.attrs["class"] = "form-control goal"

    @property
    def said(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        premium = cleaned["premium"]
        words = {name: cleaned[name] for name in ("visits", "cases", "key_work")}
        return {**words, "premium": None if premium is None else yuan(premium)}

    @property
    def problems(self) -> list[str]:
        """周婷 保费：写成数字…"""
        return [
            f"{self.member.name} {self.fields[name].label}：{error}"
            for name, errors in self.errors.items()
            for error in errors
        ]


class PlanForm(KeyedForm):
    """The department's words; `rows` are the employees' goals."""

    summary, shortfall_reason = _text(_("本周总结")), _text(_("未达原因"))
    feasibility, support = _text(_("可行性论证")), _text(_("所需支持"))
    shown = Instant()

    TEXTS = ("summary", "shortfall_reason", "feasibility", "support")

    @property
    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.TEXTS}
