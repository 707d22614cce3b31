"""On whose account rows of a workbook are written: who imports them, what is kept to take it back, who watches.

The command line is the operator, who keeps and watches nothing (org/intake has a person, a journal and a bar).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from org.trace.actions import OPERATOR

if TYPE_CHECKING:
    from org.people.models import Person


class Account:
    by: Person | None = None

    @property
    def actor(self) -> str:
        return self.by.employee_no if self.by else OPERATOR

    def made(self, rows: Iterable[Model]) -> None:
        """These rows are new."""

    def altered(self, row: Model, changes: Mapping[str, Any]) -> None:
        """`changes`: field → [before, after]."""

    def step(self, rows: int) -> None:
        """So many rows more were worked on."""


_current: ContextVar[Account | None] = ContextVar("account", default=None)


def current() -> Account:
    return _current.get() or Account()


@contextmanager
def on_account_of(account: Account) -> Iterator[None]:
    token = _current.set(account)
    try:
        yield
    finally:
        _current.reset(token)
