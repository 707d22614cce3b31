"""The demo's password, known to everybody who reads this file, and therefore worth nothing anywhere else."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DEMO_PASSWORD = "demo-6311-2026"  # noqa: S105 (printed by the demo, refused outside it)


def is_refused(password: str) -> bool:
    """Whether the password may open nothing here, whatever a copied database says."""
    return password == DEMO_PASSWORD and not (settings.DEMO or settings.DEBUG or settings.TESTING)


class NotTheDemoPassword:
    """Password validator: nobody chooses the demo's."""

    def validate(self, password: str, user: Any = None) -> None:
        if password == DEMO_PASSWORD:
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        return _("演示密码不能用作自己的密码。")
