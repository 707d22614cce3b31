"""What forms of every room are made of."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms


class DateBox(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


class KeyedForm(forms.Form):
    """Carries the key that makes a second tap harmless (org.idempotency), and puts the focus on the first error."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def full_clean(self) -> None:
        super().full_clean()
        wrong = next((name for name in self.fields if self.is_bound and name in self.errors), None)
        if wrong:
            self.fields[wrong].widget.attrs["autofocus"] = True
