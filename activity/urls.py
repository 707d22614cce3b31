"""The addresses of activity."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("activity.home.urls")),
    path("", include("activity.daily_log.urls")),
    path("", include("activity.daily_log.review_urls")),
    path("", include("activity.weeks.urls")),
    path("", include("activity.itinerary.urls")),
    path("", include("activity.planning.urls")),
    path("", include("activity.approval.urls")),
    path("", include("activity.discipline.urls")),
    path("", include("activity.rollup.print_urls")),
    path("", include("activity.rollup.urls")),
]
