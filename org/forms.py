"""What forms of every room are made of."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from org.line_ends import folded


class DateBox(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


class TextArea(forms.Textarea):
    """Of several lines, with the line ends that are kept (org/line_ends.py); a browser counts each as one character."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return folded(super().value_from_datadict(data, files, name))


class KeyedForm(forms.Form):
    """Carries the key that makes a second tap harmless (org.idempotency), and puts the focus on the first error."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def full_clean(self) -> None:
        super().full_clean()
        wrong = next((name for name in self.fields if self.is_bound and name in self.errors), None)
        if wrong:
            self.fields[wrong].widget.attrs["autofocus"] = True
