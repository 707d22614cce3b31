"""People, units, time, permissions: what every other room stands on."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgConfig(AppConfig):
    name = "org"
    verbose_name = _("机构与人员")

    def ready(self) -> None:
        import_module("org.checks")  # needs the models
        import_module("org.intake.working")  # likewise
        import_module("org.delegations.actions")  # says what falls due (org/periods/due.py)
        import_module("org.people.finding")  # says what the search box finds (org/search/kinds.py)
        import_module("org.units.finding")
