"""Addresses of prospects."""

from django.urls import path

from clients.prospects import list_views, next_steps, views

PANELS = [next_steps.next_steps]  # named, so that it is declared at start

urlpatterns = [
    path("clients/", list_views.client_list, name="client-list"),
    path("clients/export/", list_views.client_export, name="client-export"),
    path("clients/views/", list_views.view_save, name="client-view-save"),
    path("clients/views/<uuid:view>/drop/", list_views.view_drop, name="client-view-drop"),
    path("clients/views/<uuid:view>/prefer/", list_views.view_prefer, name="client-view-prefer"),
    path("clients/<uuid:pk>/", views.client, name="client"),
    path("clients/<uuid:pk>/status/", views.client_status, name="client-status"),
    path("clients/<uuid:pk>/next/", views.client_next, name="client-next"),
    path("clients/<uuid:pk>/contacts/<uuid:contact>/", views.client_contact, name="client-contact"),
    path("clients/<uuid:pk>/contacts/<uuid:contact>/phone/", views.client_phone, name="client-phone"),
]
