"""Addresses of 开拓项目 and of the major projects."""

from django.urls import path

from clients.chain import missed_views, panel, views

urlpatterns = [
    path("clients/<uuid:pk>/opportunities/new/", views.new, name="opportunity-new"),
    path("opportunities/<uuid:pk>/", views.change, name="opportunity"),
    path("opportunities/<uuid:pk>/close/", views.close, name="opportunity-close"),
    path("opportunities/<uuid:pk>/reopen/", views.reopen, name="opportunity-reopen"),
    path("opportunities/<uuid:pk>/declare/", views.declare, name="opportunity-declare"),
    path("visits/missed/", missed_views.missed, name="missed"),
    path("visits/missed/list/", missed_views.missed_visits, name="missed-visits"),
    path("major-projects/", views.major_projects, name="major-projects"),
    path("major-projects/<uuid:pk>/", views.major_project, name="major-project"),
]

__all__ = ["panel", "urlpatterns"]  # the panel registers itself when it is imported
