"""Addresses of 全市周报 and 报送信箱."""

from django.urls import path

from activity.rollup import figure_views, views

urlpatterns = [
    path("report/", views.city, name="city"),
    path("report/<week:week>/", views.city, name="city"),
    path("report/<week:week>/workbook/", views.workbook, name="report-workbook"),
    path("report/<week:week>/changes/", figure_views.changes, name="report-changes"),
    path("report/<week:week>/<code:code>/", views.report_unit, name="report-unit"),
    path("report/<week:week>/<code:code>/premium/", figure_views.premium, name="report-premium"),
    path("report/<week:week>/<code:code>/people/", figure_views.people, name="report-people"),
    path("report/<week:week>/<code:code>/export/", views.export, name="report-export"),
    path("units/<code:code>/", views.unit_now, name="unit"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<int:pk>/attachment/", views.attachment, name="mailbox-attachment"),
]
