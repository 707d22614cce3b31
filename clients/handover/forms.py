"""To whom a book goes: one for all, and each client may differ or stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.handover.reading import Line
from org.forms import KeyedForm
from org.people.models import Person
from org.units.models import Unit

NAMED = 3
STAYS = "stay"
EACH = 40  # so many people are offered beside each client; where there are more, one chooses for all that are shown


class HandoverForm(KeyedForm):
    to = forms.TypedChoiceField(label=_("全部交给"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, rows: Sequence[Line], people: Sequence[tuple[Person, Unit]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(one.pk), f"{one.name} {one.employee_no} {unit.name}") for one, unit in people]
        self.fields["to"].choices = [("", _("选一位接手的人")), *offered]  # type: ignore[attr-defined]
        each = [("", _("跟全部一样")), (STAYS, _("先不交接")), *(offered if len(offered) <= EACH else [])]
        self.rows = [row for row in rows if not row.disputed]
        for row in self.rows:
            label = _("{name} 交给").format(name=row.client.name)
            self.fields[self.name_of(row.client.pk)] = forms.ChoiceField(label=label, choices=each, required=False)

    @staticmethod
    def name_of(client: UUID) -> str:
        return f"c-{client}"

    @property
    def beside(self) -> list[tuple[Line, Any]]:
        """Each client with its own choice."""
        return [(row, self[self.name_of(row.client.pk)]) for row in self.rows]

    def _refuse_unseen(self) -> None:
        """Each client that was shown posts its choice, be it empty: what came since, nobody has chosen."""
        unseen = [row.client.name for row in self.rows if self.name_of(row.client.pk) not in self.data]
        if unseen:
            said = _("名下又多了 {n} 家：{names}。已列在下面，看过再交")
            raise ValidationError(said.format(n=len(unseen), names="、".join(unseen[:NAMED])))

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data
        self._refuse_unseen()
        chosen = {row.client.pk: said.get(self.name_of(row.client.pk), "") for row in self.rows}
        if not said.get("to") and any(not word for word in chosen.values()) and "to" not in self.errors:
            self.add_error("to", _("选一位接手的人，或给每家各选一位"))
        elif not any(word != STAYS for word in chosen.values()):
            raise ValidationError(_("没有选要交接的客户。"))
        said["plan"] = {pk: int(word or said.get("to") or 0) for pk, word in chosen.items() if word != STAYS}
        return said
