"""Addresses of prospects."""

from django.urls import path

from clients.prospects import views

urlpatterns = [
    path("clients/", views.client_list, name="client-list"),
    path("clients/export/", views.client_export, name="client-export"),
    path("clients/<uuid:pk>/", views.client, name="client"),
    path("clients/<uuid:pk>/contacts/<uuid:contact>/phone/", views.client_phone, name="client-phone"),
]
