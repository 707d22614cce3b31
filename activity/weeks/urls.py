"""Addresses of the week: one's own, another's, the figures behind it, and the results of a unit."""

from django.urls import path

from activity.daily_log.near import near
from activity.weeks import plan_views, results_views, views

OF_A_PERSON = "people/<code:employee_no>/week/<week:week>/"

urlpatterns = [
    path("week/", views.my_week, name="my-week"),
    path("week/<week:week>/figures/<str:item>/", near(views.week_figure), name="week-figure"),
    path(OF_A_PERSON, near(views.person_week), name="person-week"),
    path(f"{OF_A_PERSON}figures/<str:item>/", near(views.person_figure), name="person-figure"),
    path(f"{OF_A_PERSON}plan/", near(plan_views.person_plan), name="person-plan"),
    path(f"{OF_A_PERSON}excuse/", near(views.excuse), name="week-excuse"),
    path(f"{OF_A_PERSON}excuse/withdraw/", near(views.withdraw), name="week-excuse-withdraw"),
    path("weeks/<week:week>/units/<code:code>/results/", near(results_views.results), name="week-results"),
    path(
        "weeks/<week:week>/units/<code:code>/results/export/",
        near(results_views.results_export),
        name="week-results-export",
    ),
]
