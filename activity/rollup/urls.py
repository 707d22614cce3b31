"""Addresses of 全市周报 and 报送信箱."""

from django.urls import path

from activity.rollup import views

urlpatterns = [
    path("report/", views.city, name="city"),
    path("report/<week:week>/", views.city, name="city"),
    path("report/<week:week>/workbook/", views.workbook, name="report-workbook"),
    path("report/<week:week>/<code:code>/", views.report_unit, name="report-unit"),
    path("units/<code:code>/", views.unit_now, name="unit"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<int:pk>/attachment/", views.attachment, name="mailbox-attachment"),
]
