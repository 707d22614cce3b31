"""Addresses of 报备, 公海, 撞单 and 看号记录."""

from django.urls import path

from clients.protection import conflict_views, views

urlpatterns = [
    path("clients/protection/", views.protection, name="protection"),
    path("clients/pool/", views.pool, name="protection-pool"),
    path("clients/pool/<uuid:pk>/claim/", views.claim, name="protection-claim"),
    path("clients/<uuid:pk>/give-back/", views.give_back, name="protection-give-back"),
    path("clients/conflicts/", conflict_views.conflicts, name="conflicts"),
    path("clients/conflicts/new/", conflict_views.new, name="conflict-new"),
    path("clients/conflicts/<uuid:pk>/", conflict_views.conflict, name="conflict"),
    path("clients/conflicts/<uuid:pk>/grant/", conflict_views.grant, name="conflict-grant"),
    path("clients/conflicts/<uuid:pk>/keep/", conflict_views.keep, name="conflict-keep"),
    path("clients/conflicts/<uuid:pk>/withdraw/", conflict_views.withdraw, name="conflict-withdraw"),
    path("clients/phone-looks/", views.phone_looks, name="phone-looks"),
]
