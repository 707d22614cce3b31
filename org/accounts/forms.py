"""What people type at the door."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from org.accounts import rules
from org.people.models import Person


class EmployeeNumberField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(label=_("工号"), max_length=20, widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> str:
        return rules.employee_number(super().to_python(value) or "")


class PasswordField(forms.CharField):
    def __init__(self, label: Any, *, new: bool = False, **kwargs: Any) -> None:
        attrs = {"autocomplete": "new-password" if new else "current-password"}
        super().__init__(label=label, strip=False, max_length=128, widget=forms.PasswordInput(attrs=attrs), **kwargs)


class SignInForm(forms.Form):
    employee_no = EmployeeNumberField()
    password = PasswordField(_("密码"))
    remember = forms.BooleanField(label=_("在这台设备记住我 7 天"), required=False)


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    new_password = PasswordField(_("新密码"), new=True, help_text=_("至少 10 位"))
    new_password2 = PasswordField(_("再输一次"), new=True)

    def clean_new_password2(self) -> str:
        again: str = self.cleaned_data["new_password2"]
        if again != self.cleaned_data.get("new_password"):
            raise ValidationError(_("两次输入的密码不一样。"))
        return again

    def suits(self, person: Person) -> bool:
        """Ask the validators with the person in view; their sentences become the field's errors."""
        try:
            validate_password(self.cleaned_data["new_password"], person)
        except ValidationError as weak:
            self.add_error("new_password", weak)
        return not self.errors


class ActivationForm(NewPasswordForm):
    employee_no = EmployeeNumberField()
    code = forms.CharField(
        label=_("激活码"), max_length=30, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"})
    )
    field_order = ["employee_no", "code", "new_password", "new_password2"]

    def clean_code(self) -> str:
        return rules.typed(self.cleaned_data["code"])


class ChangePasswordForm(NewPasswordForm):
    old_password = PasswordField(_("现在的密码"))
    field_order = ["old_password", "new_password", "new_password2"]

    def suits(self, person: Person) -> bool:
        if not person.check_password(self.cleaned_data["old_password"]):
            self.add_error("old_password", _("和现在的密码不一样。"))
        elif self.cleaned_data["old_password"] == self.cleaned_data["new_password"]:
            self.add_error("new_password", _("换一个和现在不同的。"))
        return not self.errors and super().suits(person)


class TokenForm(forms.Form):
    token = forms.RegexField(
        r"^\d{6}$",
        label=_("6 位验证码"),
        error_messages={"invalid": _("验证码是 6 位数字。")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "6"}),
    )
