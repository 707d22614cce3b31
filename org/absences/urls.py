"""Addresses of 请假与公务 and of 批量减免."""

from django.urls import path

from org.absences import relief_views, views

urlpatterns = [
    path("absences/", views.mine, name="absences"),
    path("absences/new/", views.ask, name="absence-new"),
    path("absences/record/", views.record, name="absence-record"),
    path("absences/queue/", views.queue, name="absence-queue"),
    path("absences/queue/export/", views.queue_export, name="absence-queue-export"),
    path("absences/<uuid:pk>/", views.one, name="absence"),
    path("absences/<uuid:pk>/grant/", views.grant, name="absence-grant"),
    path("absences/<uuid:pk>/refuse/", views.refuse, name="absence-refuse"),
    path("absences/<uuid:pk>/revoke/", views.revoke, name="absence-revoke"),
    path("absences/<uuid:pk>/withdraw/", views.withdraw, name="absence-withdraw"),
    path("relief/", relief_views.relief, name="relief"),
    path("relief/export/", relief_views.relief_export, name="relief-export"),
    path("relief/new/", relief_views.new, name="relief-new"),
    path("relief/<uuid:batch>/withdraw/", relief_views.withdraw, name="relief-withdraw"),
]
