"""HQ's correction of a day."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CorrectForm(forms.Form):
    works = forms.TypedChoiceField(
        label=_("这一天"),
        choices=[("yes", _("班")), ("no", _("休"))],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("依据"),
        max_length=30,
        help_text=_("文件名或原因；改为休的，这里写假日的名字，例如春节。报送截止会按它前移"),
        error_messages={"required": _("写明依据；改为休要写假日的名字。")},
    )
