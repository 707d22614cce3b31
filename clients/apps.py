"""Whom we visit."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    name = "clients"
    verbose_name = _("客户")

    def ready(self) -> None:
        import_module("clients.prospects.finding")  # says what the search box finds (org/search/kinds.py)
