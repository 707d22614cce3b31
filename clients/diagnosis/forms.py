"""What is typed in the interview: who belongs to the family, yearly amounts with their years, policies, the budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.diagnosis.models import FamilyMember, NeedsDiagnosis
from clients.diagnosis.rules import OF_AGE
from org.forms import KeyedForm
from org.money import exact_wan, yuan

MOST = Decimal(99_999)  # 万元, of one figure
AT_MOST, OLDEST, LONGEST = 12, 120, 100  # members and policies; years
Data = Mapping[str, Any] | None


class AmountField(forms.DecimalField):
    """Takes 12,000 and １２０００ too; empty: not asked."""

    def __init__(self, **more: Any) -> None:
        box = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(required=False, min_value=0, widget=box, **more)

    def to_python(self, value: Any) -> Any:
        said = str(value or "").replace(",", "").replace("，", "").replace(" ", "")
        return super().to_python(said)


class WanField(AmountField):
    """Said in 万元, kept in yuan."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_value=MOST, decimal_places=6, **more)

    def clean(self, value: Any) -> Decimal | None:
        said = super().clean(value)
        return None if said is None else yuan(said)

    def prepare_value(self, value: Any) -> Any:
        return exact_wan(value) if isinstance(value, Decimal) else value


class YuanField(AmountField):
    def __init__(self, **more: Any) -> None:
        super().__init__(max_value=MOST * 10_000, decimal_places=2, **more)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():,f}" if isinstance(value, Decimal) else value


def _years(label: Any) -> forms.IntegerField:
    box = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=LONGEST, widget=box)


def _rate(label: Any) -> forms.DecimalField:
    box = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_value=20, decimal_places=2, max_digits=4, widget=box
    )


FAMILY = {
    "housing": lambda: WanField(label=_("住房 万元")),
    "education": lambda: WanField(label=_("子女教育 万元")),
    "other": lambda: WanField(label=_("其它（赡养等） 万元")),
    "assets": lambda: WanField(label=_("可动用的资产 万元"), help_text=_("存款、股票、基金、房产里能用的；没有填 0")),
    "premium_wish": lambda: YuanField(label=_("客户愿意的年保费 元")),
    "discount_rate": lambda: _rate(_("贴现率 %")),
    "inflation": lambda: _rate(_("通胀率 %")),
}
FLOWS = {"living": _("年生活费"), "income": _("年收入"), "social": _("社保年收入")}
ASKED_OF_ALL = {
    "living": ("housing", "education", "other"),
    "cover": ("assets",),
    "budget": ("premium_wish", "discount_rate", "inflation"),
    "figures": ("housing", "education", "other", "premium_wish", "discount_rate", "inflation"),
}
ASKED_OF_ONE = {"living": ("living",), "income": ("income", "social"), "figures": ("living", "income", "social")}
RATES = ("discount_rate", "inflation")


class StepForm(KeyedForm):
    """One step, or all figures at once; which fields it has is told by the two tables above."""

    revision = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-draft": ""}))

    def __init__(self, data: Data = None, *, diagnosis: NeedsDiagnosis, members: Sequence[FamilyMember], step: str):
        self.diagnosis, self.members, self.step = diagnosis, list(members), step
        super().__init__(data)
        self.fields["revision"].initial = diagnosis.revision
        for name in ASKED_OF_ALL.get(step, ()):
            self.fields[name] = FAMILY[name]()
            self.fields[name].initial = getattr(diagnosis, name)
        for one in self.members:
            for name in self._asked_of(one):
                self._add_flow(one, name)
        if step == "figures":  # whose boxes stand in two panels
            for field in self.fields.values():
                field.widget.attrs["form"] = "figures"

    def _asked_of(self, one: FamilyMember) -> list[str]:
        """A child has no income."""
        return [name for name in ASKED_OF_ONE.get(self.step, ()) if one.is_adult or name == "living"]

    def _add_flow(self, one: FamilyMember, name: str) -> None:
        amount, years = f"m{one.position}-{name}", f"m{one.position}-{name}_years"
        self.fields[amount] = WanField(label=_("{who}{what} 万元").format(who=one.name, what=FLOWS[name]))
        self.fields[years] = _years(_("{who}{what}的年数").format(who=one.name, what=FLOWS[name]))
        self.fields[amount].initial, self.fields[years].initial = getattr(one, name), getattr(one, f"{name}_years")

    def rows(self) -> list[dict[str, Any]]:
        """Each member with his boxes, by the name of the flow and in their order: None where he is not asked."""
        found = []
        for one in self.members:
            boxes = {name: self._boxes(f"m{one.position}-{name}") for name in FLOWS}
            insured = sum((cover.sum_insured for cover in one.covers.all()), Decimal(0))
            found.append({"member": one, "pairs": list(boxes.values()), "insured": insured, **boxes})
        return found

    def _boxes(self, name: str) -> tuple[forms.BoundField, forms.BoundField] | None:
        return (self[name], self[f"{name}_years"]) if name in self.fields else None

    @property
    def sent_with(self) -> UUID:
        return UUID(str(self.cleaned_data["key"]))

    @property
    def shown(self) -> int:
        return int(self.cleaned_data["revision"])

    @property
    def of_family(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in ASKED_OF_ALL.get(self.step, ())}
        return said | {name: said[name] or Decimal(0) for name in RATES if name in said}

    @property
    def of_members(self) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for one in self.members:
            names = [part for name in self._asked_of(one) for part in (name, f"{name}_years")]
            if names:
                found[one.position] = {name: self.cleaned_data[f"m{one.position}-{name}"] for name in names}
        return found

    @property
    def of_covers(self) -> dict[int, list[dict[str, Any]]]:
        return {}

    @property
    def roll(self) -> list[tuple[int | None, dict[str, Any]]] | None:
        return None


class MembersForm(StepForm):
    """Who belongs to the family. A child's line is refused until the guardian agreed."""

    FIRST = (FamilyMember.Relation.HUSBAND, FamilyMember.Relation.WIFE, FamilyMember.Relation.CHILD)

    def __init__(self, data: Data = None, **more: Any):
        super().__init__(data, **more)
        blank = [""] if self.members else list(self.FIRST)
        shown: list[int | None] = [*range(len(self.members)), *(None for _one in blank)]
        self.places = shown[:AT_MOST] if data is None else self._sent(data)
        for at, place in enumerate(self.places):
            given = self.members[place] if place is not None else None
            new = at - len(self.members)
            self._add_line(at, given, place, blank[new] if 0 <= new < len(blank) else "")

    def _sent(self, data: Mapping[str, Any]) -> list[int | None]:
        """Each line that came, with the place that it was shown for: sent again, the same form means the same."""
        found: list[int | None] = []
        last = -1
        while f"r{len(found)}-name" in data and len(found) < AT_MOST:
            said = str(data.get(f"r{len(found)}-place", ""))
            place = int(said) if said.isdecimal() and len(said) < 3 else -1
            found.append(place if last < place < len(self.members) else None)
            last = max(last, place)
        return found

    def _add_line(self, at: int, given: FamilyMember | None, place: int | None, relation: str) -> None:
        lines = {
            "place": forms.CharField(required=False, widget=forms.HiddenInput, initial=place),
            "relation": forms.ChoiceField(
                label=_("称呼"), required=False, choices=[("", _("选一个")), *FamilyMember.Relation.choices],
                initial=given.relation if given else relation,
            ),
            "name": forms.CharField(label=_("姓名"), required=False, max_length=40),
            "age": forms.IntegerField(
                label=_("年龄"), required=False, min_value=0, max_value=OLDEST,
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            ),
            "occupation": forms.CharField(label=_("职业"), required=False, max_length=40),
            "phone": forms.CharField(
                label=_("联系电话"), required=False, max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"})
            ),
            "guardian": forms.BooleanField(label=_("监护人已同意记下孩子的资料"), required=False),
        }  # fmt: skip
        for name in ("name", "age", "occupation", "phone"):
            lines[name].initial = getattr(given, name) if given else None
        lines["guardian"].initial = bool(given and given.guardian_agreed_at)
        if given:
            lines["gone"] = forms.BooleanField(label=_("从名单里去掉"), required=False)
        self.fields |= {f"r{at}-{name}": field for name, field in lines.items()}

    def lines(self) -> list[dict[str, Any]]:
        names = ("place", "relation", "name", "age", "occupation", "phone", "guardian", "gone")
        return [
            {"number": at + 1}
            | {name: self[f"r{at}-{name}"] if f"r{at}-{name}" in self.fields else None for name in names}
            for at in range(len(self.places))
        ]

    def _said(self, at: int) -> dict[str, Any]:
        names = ("relation", "name", "age", "occupation", "phone", "guardian")
        return {name: self.cleaned_data.get(f"r{at}-{name}") for name in names}

    def _counts(self, at: int) -> bool:
        """A line left empty is nobody; one that is struck out leaves."""
        said = self._said(at)
        wrong = any(f"r{at}-{name}" in self.errors for name in said)
        written = wrong or said["name"] or said["age"] is not None or said["occupation"] or said["phone"]
        return bool(written) and not self.cleaned_data.get(f"r{at}-gone")

    def clean(self) -> dict[str, Any]:
        for at in filter(self._counts, range(len(self.places))):
            self._check(at, self._said(at))
        if not self.errors:
            self._check_all()
        return self.cleaned_data

    def _check(self, at: int, said: dict[str, Any]) -> None:
        if not said["name"] and f"r{at}-name" not in self.errors:
            self.add_error(f"r{at}-name", _("写上姓名"))
        if not said["relation"]:
            self.add_error(f"r{at}-relation", _("选一个称呼"))
        if said["age"] is None:
            if f"r{at}-age" not in self.errors:
                self.add_error(f"r{at}-age", _("写上年龄，孩子不满一岁写 0"))
        elif said["age"] < OF_AGE and said["relation"] in (FamilyMember.Relation.HUSBAND, FamilyMember.Relation.WIFE):
            self.add_error(f"r{at}-age", _("先生、太太要满 18 岁，看看年龄"))
        elif said["age"] < OF_AGE and not said["guardian"]:
            self.add_error(f"r{at}-guardian", _("未满 18 岁：先请监护人同意记下孩子的资料，再勾上"))

    def _check_all(self) -> None:
        family = [said for _place, said in self.roll or ()]
        names = [said["name"] for said in family]
        if not any(said["age"] >= OF_AGE for said in family):
            self.add_error(None, _("至少写一位成年人"))
        if twice := next((name for name in names if names.count(name) > 1), None):
            self.add_error(None, _("「{name}」写了两次，加一个字区别").format(name=twice))

    @property
    def roll(self) -> list[tuple[int | None, dict[str, Any]]] | None:
        """An adult needs no guardian, whatever was ticked."""
        found = []
        for at in filter(self._counts, range(len(self.places))):
            said = self._said(at)
            agreed = bool(said.pop("guardian")) and said["age"] < OF_AGE
            found.append((self.places[at], said | {"guardian_agreed_at": agreed}))
        return found
