"""Addresses of 晨间批阅: a day, a log of it, and one address per verb."""

from django.urls import include, path

from activity.daily_log import review_views as views

verbs = [
    path("pass/", views.pass_log, name="review-pass"),
    path("return/", views.return_log, name="review-return"),
    path("annotate/", views.annotate, name="log-annotate"),
    path("ineffective/", views.ineffective, name="review-ineffective"),
    path("accept/", views.accept, name="review-accept"),
    path("answer/", views.answer, name="log-answer"),
]

urlpatterns = [
    path("review/", views.review, name="review"),
    path("review/<logday:day>/", views.review_day, name="review-day"),
    path("review/<logday:day>/<code:employee_no>/", views.review_log, name="review-log"),
    path("review/<logday:day>/<code:employee_no>/remind/", views.remind, name="review-remind"),
    path("logs/<uuid:pk>/", include(verbs)),
]
