"""Addresses of drafts; both about the person who asks."""

from django.urls import path

from org.drafts import views

urlpatterns = [
    path("drafts/", views.draft, name="draft"),
    path("drafts/discard/", views.discard, name="draft-discard"),
]
