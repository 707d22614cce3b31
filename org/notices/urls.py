"""Addresses of 消息."""

from django.urls import path

from org.notices import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="inbox-read-all"),
    path("inbox/<uuid:notice>/", views.open_notice, name="inbox-open"),
]
