"""The address `/`."""

from django.urls import path

from activity.home import views

urlpatterns = [path("", views.home, name="home")]
