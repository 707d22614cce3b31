"""Addresses of 工作日历."""

from django.urls import path

from org.working_days import views

urlpatterns = [
    path("working-days/", views.month, name="working-days"),
    path("working-days/<int:year>-<int:month>/", views.month, name="working-days-month"),
    path("working-days/<int:year>-<int:month>-<int:day>/", views.correct, name="working-days-correct"),
]
