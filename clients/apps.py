"""Whom we visit."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    name = "clients"
    verbose_name = _("客户")

    def ready(self) -> None:
        import_module("clients.profiles.panel")  # what the page of a client shows (clients/prospects/panels.py)
        import_module("clients.profiles.reminding")  # what falls due (org/periods/due.py)
        import_module("clients.referrals.panel")
        import_module("clients.referrals.due")
        import_module("clients.events.reading")  # who came may be asked to introduce somebody
        import_module("clients.protection.releasing")  # what falls due
        import_module("clients.protection.panel")
        import_module("clients.checklist.keeping")  # what falls due
        import_module("clients.handover.due")  # what falls due
        import_module("clients.merging.panel")
        import_module("clients.merging.settling")  # what falls due
        import_module("clients.chain.silence")  # what falls due
        import_module("clients.chain.catching_up")  # what was there before chains were
        import_module("clients.prospects.finding")  # says what the search box finds (org/search/kinds.py)
