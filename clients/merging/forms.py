"""One chosen of each difference between two cards, and which of the two stays."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.merging.reading import Fact, People, Same
from clients.merging.rules import OF_A_PERSON, Wish
from clients.prospects.models import Prospect
from org.forms import KeyedForm

LEFT, RIGHT = "left", "right"
SIDES = [(LEFT, _("甲")), (RIGHT, _("乙"))]
WORDS = dict(zip(OF_A_PERSON, (_("姓名"), _("职务"), _("电话")), strict=True))


class Line(NamedTuple):
    """What is chosen of a person who stands on both cards."""

    same: Same
    fields: list[tuple[Any, Any, Any]]  # the choice as it stands on both cards, with its field


class MergeForm(KeyedForm):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=32)
    keep = forms.ChoiceField(label=_("保留哪一家"), choices=SIDES, widget=forms.RadioSelect, initial=LEFT)
    reason = forms.CharField(label=_("为什么是同一家"), max_length=200, required=False)

    def __init__(
        self, *args: Any, left: Prospect, right: Prospect, facts: list[Fact], people: People, own: bool, **kw: Any
    ):
        super().__init__(*args, **kw)
        self.sides, self.facts, self.people = {LEFT: left, RIGHT: right}, facts, people
        if own:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True
        for fact in facts:
            if fact.choice and fact.choice.open:
                self._ask(f"f-{fact.name}", fact.label)
        for same in people.same:
            for one in same.differ:
                self._ask(f"p-{same.left.pk}-{one.name}", WORDS[one.name])

    def _ask(self, name: str, label: Any) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=SIDES, widget=forms.RadioSelect, initial=LEFT)

    @property
    def compared(self) -> list[tuple[Fact, Any]]:
        """Each fact with its field, where there is something to choose."""
        return [(one, self[f"f-{one.name}"] if f"f-{one.name}" in self.fields else None) for one in self.facts]

    @property
    def persons(self) -> list[Line]:
        return [
            Line(same, [(one, WORDS[one.name], self[f"p-{same.left.pk}-{one.name}"]) for one in same.differ])
            for same in self.people.same
        ]

    @property
    def wish(self) -> Wish:
        said = self.cleaned_data
        kept, gone = (LEFT, RIGHT) if said["keep"] == LEFT else (RIGHT, LEFT)
        facts = frozenset(one.name for one in self.facts if said.get(f"f-{one.name}") == gone)
        people: set[tuple[UUID, str]] = set()
        for same in self.people.same:
            contact = same.right.pk if gone == RIGHT else same.left.pk
            people |= {(contact, n) for n in OF_A_PERSON if said.get(f"p-{same.left.pk}-{n}") == gone}
        return Wish(
            self.sides[kept].pk, self.sides[gone].pk, said["seen"], facts, frozenset(people), said.get("reason", "")
        )
