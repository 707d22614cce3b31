"""Addresses of 客户活动."""

from django.urls import path

from clients.events import views

urlpatterns = [
    path("events/", views.events, name="events"),
    path("events/new/", views.new, name="event-new"),
    path("events/rows/", views.rows, name="event-rows"),
    path("events/export/", views.export, name="event-export"),
    path("events/<uuid:pk>/", views.event, name="event"),
    path("events/<uuid:pk>/edit/", views.edit, name="event-edit"),
    path("events/<uuid:pk>/guests/", views.guests, name="event-guests"),
    path("events/<uuid:pk>/tell/", views.tell, name="event-tell"),
    path("events/<uuid:pk>/cancel/", views.cancel, name="event-cancel"),
    path("events/<uuid:pk>/print/", views.attendance, name="event-print"),
    path("events/guests/<uuid:pk>/remove/", views.uninvite, name="event-guest-remove"),
]
