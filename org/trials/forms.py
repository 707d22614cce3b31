"""The forms of 试运行: a unit, weeks and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from org.forms import KeyedForm
from org.units.models import Unit
from org.week import Week

AHEAD = 12  # weeks to choose from
OPEN, NEVER = "", "never"


def weeks_from(first: Week) -> list[Week]:
    found = [first]
    while len(found) < AHEAD:
        found.append(found[-1].next)
    return found


def _choices(first: Week) -> list[tuple[str, str]]:
    return [(week.code, week.label) for week in weeks_from(first)]


class StartForm(KeyedForm):
    unit = forms.ChoiceField(label=_("单位"), error_messages={"required": _("选一个单位")})
    first = forms.ChoiceField(label=_("从这一周起"))
    last = forms.ChoiceField(label=_("到这一周止"), required=False)
    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        error_messages={"required": _("写明原因，例：新单位第一个月")},
        widget=forms.TextInput(attrs={"placeholder": _("例：新单位第一个月")}),
    )

    def __init__(self, *args: Any, units: Iterable[tuple[Unit, str]], this: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = list(units)
        self.known = {unit.code: unit for unit, _name in named}
        choices: dict[str, list[tuple[str, Any]]] = {
            "unit": [("", _("选一个单位")), *((unit.code, name) for unit, name in named)],
            "first": _choices(this),
            "last": [(OPEN, _("另行通知为止")), *_choices(this)],
        }
        for field, offered in choices.items():
            self.fields[field].choices = offered  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """The words of `start_trial` besides unit, by and at."""
        said = self.cleaned_data
        last = Week.from_code(said["last"]) if said["last"] else None
        return {"first": Week.from_code(said["first"]), "last": last, "reason": said["reason"], "key": said["key"]}


class EndForm(forms.Form):
    last = forms.ChoiceField(label=_("最后一周"))

    def __init__(self, *args: Any, first: Week, begun: bool, **kwargs: Any) -> None:
        """`first`: the earliest week that may be the last; a run that has not begun may be called off."""
        super().__init__(*args, **kwargs)
        off = [] if begun else [(NEVER, _("不试运行了"))]
        self.fields["last"].choices = [*off, *_choices(first)]  # type: ignore[attr-defined]

    @property
    def week(self) -> Week | None:
        said: str = self.cleaned_data["last"]
        return None if said == NEVER else Week.from_code(said)
