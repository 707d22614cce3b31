"""The addresses of org."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("org.pages.urls")),
    path("", include("org.accounts.urls")),
    path("", include("org.notices.urls")),
    path("", include("org.drafts.urls")),
    path("", include("org.search.urls")),
    path("", include("org.people.urls")),
    path("", include("org.delegations.urls")),
    path("", include("org.working_days.urls")),
    path("", include("org.absences.urls")),
    path("", include("org.trials.urls")),
    path("", include("org.intake.urls")),
]
