"""What 分管总 says: figures in the boxes of the table, his opinion, and which clean plans he approves at once."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from activity.approval.words import FIGURES, said
from activity.itinerary.models import Itinerary, Target
from activity.planning.forms import MOST_CASES, MOST_VISITS, MOST_WAN, WHOLE
from org.forms import KeyedForm, TextArea
from org.money import exact_wan, yuan

OPINION = 500
MOST = {"visits": MOST_VISITS, "cases": MOST_CASES}


class Box(NamedTuple):
    """One figure of the table: the field, what was handed in, and whether it is another one now."""

    field: Any
    before: str
    is_changed: bool


class DecideForm(KeyedForm):
    """`version`: the hand-in that he looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    opinion = forms.CharField(
        label=_("意见"), required=False, max_length=OPINION, help_text=_("退回时必填"),
        widget=TextArea(attrs={"rows": 2}),
    )  # fmt: skip


class AmendForm(DecideForm):
    """The goals in their boxes; premium in 万元 outside, yuan inside."""

    def __init__(self, data: Any = None, *, targets: Iterable[Target], plan: Itinerary) -> None:
        super().__init__(data, initial={"version": plan.version, "opinion": ""})
        self.targets = list(targets)
        for target in self.targets:
            for figure in FIGURES:
                self.fields[self.name_of(target, figure)] = self._box(target, figure)

    @staticmethod
    def name_of(target: Target, figure: str) -> str:
        return f"{target.person.employee_no}-{figure}"

    def _box(self, target: Target, figure: str) -> forms.Field:
        value = getattr(target, figure)
        shown = said(figure, value) if value is not None else ""
        errors: dict[str, Any] = {**WHOLE, "required": _("目标不能空着，不改就写 {shown}").format(shown=shown or 0)}
        label = f"{target.person.name} {FIGURES[figure]}"
        attrs = {"class": "form-control goal", "aria-label": label, "data-was": shown, "autocomplete": "off"}
        if figure == "premium":
            initial = None if value is None else exact_wan(value)
            errors |= {"invalid": _("写成数字，单位万元，例：8.5"), "max_decimal_places": _("最多四位小数，单位是万元")}
            errors["max_value"] = _("太大了，单位是万元")
            return forms.DecimalField(
                label=label, required=value is not None, initial=initial,
                min_value=0, max_value=MOST_WAN, decimal_places=4,
                error_messages=errors, widget=forms.TextInput(attrs={**attrs, "inputmode": "decimal"}),
            )  # fmt: skip
        return forms.IntegerField(
            label=label,
            required=value is not None,
            initial=value,
            min_value=0,
            max_value=MOST[figure],
            error_messages=errors,
            widget=forms.TextInput(attrs={**attrs, "inputmode": "numeric"}),
        )

    @property
    def goals(self) -> dict[int, dict[str, Any]]:
        """Every figure as it stands in its box, by person; a box that was empty (who is away) may stay so."""
        return {one.person_id: dict(self._said(one)) for one in self.targets}

    def _said(self, target: Target) -> Iterable[tuple[str, Any]]:
        for figure in FIGURES:
            value = self.cleaned_data[self.name_of(target, figure)]
            if value is not None:
                yield figure, yuan(value) if figure == "premium" else value

    def boxes(self, target: Target) -> list[Box]:
        """The three of a row, in the order of the table."""
        return [self._shown(target, figure) for figure in FIGURES]

    def _shown(self, target: Target, figure: str) -> Box:
        field = self[self.name_of(target, figure)]
        before = str(field.field.widget.attrs["data-was"])
        changed = self.is_bound and not _same(str(field.value() or ""), before)
        if changed:
            field.field.widget.attrs["class"] = "form-control goal is-chg"
        return Box(field, before, changed)

    @property
    def count(self) -> int:
        """How many boxes say something else, as the button counts them; it counts wrong ones too."""
        return sum(box.is_changed for target in self.targets for box in self.boxes(target))

    @property
    def problems(self) -> list[str]:
        return [f"{self.fields[name].label}：{error}" for name, errors in self.errors.items() for error in errors]


def _same(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except ArithmeticError:
        return one == other


class ReturnForm(DecideForm):
    def clean_opinion(self) -> str:
        if not (text := str(self.cleaned_data["opinion"]).strip()):
            raise forms.ValidationError(_("写一句要改什么，再退回"))
        return text


class CleanForm(KeyedForm):
    """The clean plans that were ticked: key and version of each."""

    plan = forms.MultipleChoiceField(label=_("行事历"), error_messages={"required": _("先勾上要批准的部门")})

    def __init__(self, data: Any = None, *, choices: Iterable[str]) -> None:
        super().__init__(data)
        self.fields["plan"].choices = [(one, one) for one in choices]  # type: ignore[attr-defined]
        self.fields["plan"].error_messages["invalid_choice"] = _("有的刚被别人办理或已有提示，看过再批")
