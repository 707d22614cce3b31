"""Addresses of 代理."""

from django.urls import path

from org.delegations import views

urlpatterns = [
    path("me/delegations/", views.delegations, name="delegations"),
    path("me/delegations/give/", views.give, name="delegation-give"),
    path("me/delegations/<uuid:delegation>/end/", views.end, name="delegation-end"),
]
