"""Addresses of 导入."""

from django.urls import path

from org.intake import views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/template/", views.template_file, name="import-template"),
    path("imports/<uuid:pk>/", views.batch, name="import"),
    path("imports/<uuid:pk>/columns/", views.columns, name="import-columns"),
    path("imports/<uuid:pk>/fix/", views.fix, name="import-fix"),
    path("imports/<uuid:pk>/run/", views.run, name="import-run"),
    path("imports/<uuid:pk>/cancel/", views.cancel, name="import-cancel"),
    path("imports/<uuid:pk>/undo/", views.undo, name="import-undo"),
    path("imports/<uuid:pk>/problems/", views.problems, name="import-problems"),
]
