"""The form of 免责."""

from django import forms
from django.utils.translation import gettext_lazy as _

from org.forms import KeyedForm, TextArea

REASON = 200  # characters


class ExcuseForm(KeyedForm):
    reason = forms.CharField(
        label=_("理由"),
        max_length=REASON,
        error_messages={"required": _("写明理由，本人和经理都会看到")},
        widget=TextArea(attrs={"rows": 2, "placeholder": _("例：投标驻场三天，公务申请漏报")}),
    )
