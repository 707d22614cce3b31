"""Who may come in: somebody employed today, with his password, or once with the code on his card.

Both ways count failures with django-axes, which stands before them and answers the same for unknown numbers.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from org import clock
from org.accounts.passwords import is_refused
from org.people.models import Person


class Employed(ModelBackend):
    """The password of somebody who may sign in and is employed on the day of the database's clock."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        if password is not None and is_refused(password):
            password = secrets.token_urlsafe()  # takes the time of a wrong one, and is wrong
        return super().authenticate(request, username=username, password=password, **kwargs)

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(user.employed_on(clock.today()))

    def get_user(self, user_id: int) -> Any:
        """Of the running session; AccountRules ends those of people who left."""
        return Person.objects.filter(pk=user_id, is_active=True).first()


class ActivationCode(Employed):
    """The one-time code of a card, while it is valid."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, employee_no: str | None = None, activation_code: str | None = None
    ) -> Person | None:
        if employee_no is None or activation_code is None:
            return None
        person = Person.objects.filter(employee_no=employee_no).exclude(activation_code="").first()
        if person is None:
            make_password(activation_code)  # as slow as a wrong code
            return None
        in_time = person.activation_expires_at is not None and clock.now() < person.activation_expires_at
        right = check_password(activation_code, person.activation_code)
        return person if right and in_time and self.user_can_authenticate(person) else None
