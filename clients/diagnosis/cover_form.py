"""What each member is insured for already: 公司, 名称, 保费, 保额. Not asked yet is not the same as nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.diagnosis.forms import AT_MOST, Data, StepForm, WanField, YuanField
from clients.diagnosis.models import FamilyMember

NOT_ASKED, NONE, SOME = "", "none", "some"
ANSWERS = [(NOT_ASKED, _("还没问")), (NONE, _("没有")), (SOME, _("有"))]


class CoverForm(StepForm):
    def __init__(self, data: Data = None, **more: Any):
        super().__init__(data, **more)
        self.lines_of: dict[int, int] = {}
        for one in self.members:
            self._add_member(one, data)

    def _add_member(self, one: FamilyMember, data: Data) -> None:
        told = list(one.covers.all())
        asked = forms.ChoiceField(
            label=_("{who}已有的保障").format(who=one.name), required=False, choices=ANSWERS, widget=forms.RadioSelect
        )
        asked.initial = (SOME if told else NONE) if one.cover_asked else NOT_ASKED
        self.fields[f"m{one.position}-asked"] = asked
        lines = min(len(told) + 1, AT_MOST)
        while data and f"m{one.position}-c{lines}-sum" in data and lines < AT_MOST:
            lines += 1
        self.lines_of[one.position] = lines
        for at in range(lines):
            given = told[at] if at < len(told) else None
            self._add_line(f"m{one.position}-c{at}", f"{one.name}{at + 1}", given)

    def _add_line(self, prefix: str, who: str, given: Any) -> None:
        lines: dict[str, forms.Field] = {
            "company": forms.CharField(label=_("{who} 保险公司").format(who=who), required=False, max_length=60),
            "name": forms.CharField(label=_("{who} 险种名称").format(who=who), required=False, max_length=60),
            "premium": YuanField(label=_("{who} 年保费 元").format(who=who)),
            "sum": WanField(label=_("{who} 保额 万元").format(who=who)),
        }
        for name, attribute in (("company",) * 2, ("name",) * 2, ("premium",) * 2, ("sum", "sum_insured")):
            lines[name].initial = getattr(given, attribute) if given else None
        self.fields.update({f"{prefix}-{name}": field for name, field in lines.items()})

    def blocks(self) -> list[dict[str, Any]]:
        return [
            {
                "member": one,
                "asked": self[f"m{one.position}-asked"],
                "lines": [
                    {name: self[f"m{one.position}-c{at}-{name}"] for name in ("company", "name", "premium", "sum")}
                    for at in range(self.lines_of[one.position])
                ],
            }
            for one in self.members
        ]

    def _told(self, place: int) -> list[dict[str, Any]]:
        found = []
        for at in range(self.lines_of[place]):
            said = {
                name: self.cleaned_data.get(f"m{place}-c{at}-{name}") for name in ("company", "name", "premium", "sum")
            }
            if any(value not in (None, "") for value in said.values()):
                found.append({
                    "company": said["company"], "name": said["name"], "premium": said["premium"] or 0,
                    "sum_insured": said["sum"] or 0,
                })  # fmt: skip
        return found

    def clean(self) -> dict[str, Any]:
        for one in self.members:
            asked, told = self.cleaned_data.get(f"m{one.position}-asked"), self._told(one.position)
            if asked == NONE and told:
                self.add_error(f"m{one.position}-asked", _("写了保单又选了「没有」，改一处"))
            if asked == SOME and not told:
                self.add_error(f"m{one.position}-asked", _("选了「有」，写上保额；还不清楚就选「还没问」"))
        return self.cleaned_data

    @property
    def of_members(self) -> dict[int, dict[str, Any]]:
        return {
            one.position: {
                "cover_asked": self.cleaned_data[f"m{one.position}-asked"] != NOT_ASKED
                or bool(self._told(one.position))
            }
            for one in self.members
        }

    @property
    def of_covers(self) -> dict[int, list[dict[str, Any]]]:
        return {one.position: self._told(one.position) for one in self.members}
