"""Addresses about the pages themselves."""

from django.urls import path

from org.pages import views

urlpatterns = [
    path("-/healthz", views.healthz, name="healthz"),
    path("theme/", views.theme, name="theme"),
    path("switch-post/", views.switch_post, name="switch-post"),
    path("-/gallery/", views.gallery, name="gallery"),
]
