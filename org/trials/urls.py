"""Addresses of 试运行."""

from django.urls import path

from org.trials import views

urlpatterns = [
    path("trials/", views.trials, name="trials"),
    path("trials/new/", views.new, name="trial-new"),
    path("trials/<uuid:pk>/end/", views.end, name="trial-end"),
]
