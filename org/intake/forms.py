"""The forms of the import pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from org.forms import KeyedForm
from org.workbooks.columns import Label
from org.workbooks.reading import FILE_LIMIT, sentences


class UploadForm(KeyedForm):
    kind = forms.ChoiceField(
        label=_("导入什么"), widget=forms.RadioSelect, error_messages={"required": _("选要导入的内容")}
    )
    file = forms.FileField(
        label=_("文件"),
        allow_empty_file=True,  # has a sentence of its own when it is read
        help_text=_(".xlsx 工作簿，不超过 20 MB"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("选一个 .xlsx 文件")},
    )

    def __init__(self, *args: Any, kinds: Iterable[tuple[str, Label]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = list(kinds)
        self.fields["kind"].choices = named  # type: ignore[attr-defined]
        if len(named) == 1:
            self.fields["kind"].initial = named[0][0]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > FILE_LIMIT:
            raise forms.ValidationError(sentences()["too_heavy"])
        return file
