"""Addresses of 行事历审批: the queue, one plan, and the verbs."""

from django.urls import path

from activity.approval import views
from activity.daily_log.near import near

ONE = "approvals/<week:week>/<code:code>/"

urlpatterns = [
    path("approvals/", views.approvals, name="approvals"),
    path("approvals/clean/", views.approve_clean, name="approvals-clean"),
    path(ONE, near(views.approval), name="approval"),
    path(f"{ONE}approve/", near(views.approve), name="approval-approve"),
    path(f"{ONE}return/", near(views.return_), name="approval-return"),
    path(f"{ONE}undo/", near(views.undo), name="approval-undo"),
]
