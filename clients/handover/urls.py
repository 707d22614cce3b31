"""Addresses of 交接, 接手的客户 and 离任清单."""

from django.urls import path

from clients.handover import leaving_views, views

urlpatterns = [
    path("clients/handover/", views.handovers, name="handovers"),
    path("clients/handover/of/<code:who>/", views.new, name="handover-new"),
    path("clients/handover/<uuid:pk>/", views.handover, name="handover"),
    path("clients/handover/<uuid:pk>/undo/", views.undo, name="handover-undo"),
    path("clients/received/", views.received, name="received"),
    path("clients/leaving/", leaving_views.leaving, name="leaving"),
    path("clients/leaving/rows/", leaving_views.rows, name="leaving-rows"),
]
