"""The addresses of clients."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("clients.prospects.urls")),
    path("", include("clients.protection.urls")),
    path("", include("clients.referrals.urls")),
    path("", include("clients.events.urls")),
    path("", include("clients.chain.urls")),
    path("", include("clients.chain.visits_urls")),
    path("", include("clients.profiles.urls")),
    path("", include("clients.diagnosis.urls")),
    path("", include("clients.checklist.urls")),
    path("", include("clients.handover.urls")),
    path("", include("clients.merging.urls")),
]
