"""The paper form of a report."""

from django.urls import path

from activity.rollup import print_views

urlpatterns = [
    path("report/<week:week>/print/", print_views.city_print, name="city-print"),
    path("report/<week:week>/<code:code>/print/", print_views.unit_print, name="report-unit-print"),
]
