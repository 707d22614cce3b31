"""Addresses of 可能重复 and 合并."""

from django.urls import path

from clients.merging import views

urlpatterns = [
    path("clients/alike/", views.alike, name="clients-alike"),
    path("clients/<uuid:pk>/alike/", views.client_alike, name="client-alike"),
    path("clients/<uuid:pk>/merge/<uuid:other>/", views.merge, name="client-merge"),
    path("clients/<uuid:pk>/apart/<uuid:other>/", views.apart, name="client-apart"),
    path("clients/merges/<uuid:pk>/", views.done, name="merge"),
    path("clients/merges/<uuid:pk>/undo/", views.undo, name="merge-undo"),
]
