"""What was done."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivityConfig(AppConfig):
    name = "activity"
    verbose_name = _("活动量")

    def ready(self) -> None:
        """Let what falls due know who does it (org/periods/due.py): org never imports the rooms above it."""
        for room in (
            "activity.rollup.actions",
            "activity.daily_log.calls_of_client",  # the timeline of a client (clients/prospects/timeline.py)
            "activity.daily_log.protecting",  # what keeps a client (clients/protection/activity.py)
            "activity.daily_log.handed_in",  # and which of their visits figures count (clients/chain/missed.py)
            "activity.daily_log.leaving",  # what somebody who goes has still to hand in (clients/handover)
            "activity.discipline.closing",
            "activity.discipline.adjusting",
            "activity.discipline.telling",  # after what is told
            "activity.discipline.heads",
            "activity.itinerary.engaged",  # and the clients' room who has something planned
        ):
            import_module(room)
