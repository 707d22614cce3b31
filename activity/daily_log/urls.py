"""Addresses of 今日, of the figures of a day, and of a log to read."""

from datetime import date

from django.urls import include, path, register_converter

from activity.daily_log import enrich_views, entry_views, planned_views, reading_views, views, whole_day
from activity.daily_log.near import near


class DayConverter:
    """A day in addresses, /today/2026-11-19/; what is no day matches nothing."""

    regex = r"2[01]\d{2}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(DayConverter, "logday")

of_a_day = [
    path("", near(views.day), name="day"),
    path("submit/", near(views.submit), name="today-submit"),
    path("draft/", near(views.draft), name="today-draft"),
    path("undo/", near(entry_views.undo), name="today-undo"),
    path("form/", near(whole_day.whole_day), name="whole-day"),
    path("figures/<str:item>/", near(reading_views.day_figure), name="figure"),
    path("plan/<uuid:pk>/", near(planned_views.planned), name="planned"),
    path("plan/<uuid:pk>/answer/", near(planned_views.answer), name="planned-answer"),
    path("plan/<uuid:pk>/move/", near(planned_views.move), name="planned-move"),
    path("plan/<uuid:pk>/cancel/", near(planned_views.cancel), name="planned-cancel"),
    path("plan/<uuid:pk>/undo/", near(planned_views.undo), name="planned-undo"),
    path("<str:kind>/new/", near(entry_views.new), name="today-entry-new"),
    path("<str:kind>/<uuid:pk>/", near(entry_views.entry), name="today-entry"),
    path("<str:kind>/<uuid:pk>/remove/", near(entry_views.remove), name="today-entry-remove"),
]

urlpatterns = [
    path("today/", views.today, name="today"),
    path("today/<logday:day>/", include(of_a_day)),
    path("clients/<uuid:pk>/enrich/", enrich_views.enrich_client, name="client-enrich"),
    path("logs/<uuid:pk>/", reading_views.log, name="log"),
    path("logs/<uuid:pk>/print/", reading_views.log_print, name="log-print"),
]
