"""Addresses of a family's diagnosis; the panel of the client's page is registered with them."""

from django.urls import path

from clients.diagnosis import panel, views

__all__ = ["panel", "urlpatterns"]

urlpatterns = [
    path("clients/<uuid:pk>/diagnosis/", views.diagnosis, name="diagnosis"),
    path("clients/<uuid:pk>/diagnosis/start/", views.start, name="diagnosis-start"),
    path("clients/<uuid:pk>/diagnosis/confirm/", views.confirm, name="diagnosis-confirm"),
    path("clients/<uuid:pk>/diagnosis/working/", views.working, name="diagnosis-working"),
    path("clients/<uuid:pk>/diagnosis/versions/", views.versions, name="diagnosis-versions"),
    path("clients/<uuid:pk>/diagnosis/export/", views.export, name="diagnosis-export"),
    path("clients/<uuid:pk>/diagnosis/print/", views.hand_out, name="diagnosis-print"),
    path("clients/<uuid:pk>/diagnosis/hand-on/", views.hand_on, name="diagnosis-hand-on"),
    path("clients/<uuid:pk>/diagnosis/<slug:step>/", views.step, name="diagnosis-step"),
    path("clients/<uuid:pk>/diagnosis/<slug:step>/reckon/", views.reckon, name="diagnosis-reckon"),
]
