"""Addresses of 扣罚: the list, one with its facts, and the two decisions."""

from django.urls import path

from activity.discipline import views

urlpatterns = [
    path("fines/", views.fines, name="fines"),
    path("fines/export/", views.fines_export, name="fines-export"),
    path("fines/<uuid:pk>/", views.fine, name="fine"),
    path("fines/<uuid:pk>/confirm/", views.confirm, name="fine-confirm"),
    path("fines/<uuid:pk>/dismiss/", views.dismiss, name="fine-dismiss"),
]
