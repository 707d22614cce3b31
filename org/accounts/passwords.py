"""What a password may not be, besides Django's rules: too short, or the demo's, which everybody can read here."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DEMO_PASSWORD = "demo-6311-2026"  # noqa: S105 (printed by the demo, refused outside it)


def is_refused(password: str) -> bool:
    """Whether the password may open nothing here, whatever a copied database says."""
    return password == DEMO_PASSWORD and not (settings.DEMO or settings.DEBUG or settings.TESTING)


class LongEnough(MinimumLengthValidator):
    """Password validator: Django 5.2's own, whose sentence its Chinese catalogue lacks."""

    def get_error_message(self) -> str:
        return _("密码太短，至少 %(length)s 位。") % {"length": self.min_length}

    def get_help_text(self) -> str:
        return _("至少 %(length)s 位") % {"length": self.min_length}


class NotTheDemoPassword:
    """Password validator: nobody chooses the demo's."""

    def validate(self, password: str, user: Any = None) -> None:
        if password == DEMO_PASSWORD:
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        return _("演示密码不能用作自己的密码。")
