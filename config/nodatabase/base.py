"""Django looks for `DatabaseWrapper` in a module of this name."""

from typing import Any, NoReturn

from django.core.management import CommandError
from django.db import OperationalError
from django.db.backends.postgresql import base


class NoDatabase(OperationalError, CommandError):
    """A command ends with code 2 and the sentence; `makemigrations` only warns, as for any server away."""

    def __init__(self) -> None:
        sentence = "no database: set DATABASE_URL, or start the demo's servers with `make run`"
        super().__init__(sentence, returncode=2)


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> NoReturn:
        raise NoDatabase
