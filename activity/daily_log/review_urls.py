"""Addresses of 晨间批阅: a day, a log of it, and one address per verb."""

from django.urls import include, path

from activity.daily_log import review_verbs, review_views, together_views
from activity.daily_log.near import near

verbs = [
    path("pass/", review_verbs.pass_log, name="review-pass"),
    path("return/", review_verbs.return_log, name="review-return"),
    path("undo/", review_verbs.undo, name="review-undo"),
    path("undo-ineffective/", review_verbs.undo_ineffective, name="review-undo-ineffective"),
    path("undo-accept/", review_verbs.undo_accept, name="review-undo-accept"),
    path("annotate/", review_verbs.annotate, name="log-annotate"),
    path("ineffective/", review_verbs.ineffective, name="review-ineffective"),
    path("accept/", review_verbs.accept, name="review-accept"),
    path("answer/", review_verbs.answer, name="log-answer"),
]

urlpatterns = [
    path("review/", review_views.review, name="review"),
    path("review/together/<logday:day>/", near(together_views.together), name="review-together"),
    path("review/together/<logday:day>/undo/", near(together_views.undo), name="review-together-undo"),
    path("review/<logday:day>/", near(review_views.review_day), name="review-day"),
    path("review/<logday:day>/<code:employee_no>/", near(review_views.review_log), name="review-log"),
    path("review/<logday:day>/<code:employee_no>/remind/", near(review_verbs.remind), name="review-remind"),
    path("logs/<uuid:pk>/", include(verbs)),
]
