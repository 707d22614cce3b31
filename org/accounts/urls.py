"""Addresses of the door. The sign-in form also stands at `/` (activity/home)."""

from django.urls import path

from org.accounts import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("activate/", views.activate, name="activate"),
    path("change-password/", views.change_password, name="change-password"),
    path("second-factor/", views.second_factor, name="second-factor"),
]
