"""Addresses of 我的 and 机构与人员."""

from django.urls import path

from org.people import views

urlpatterns = [
    path("me/", views.me, name="me"),
    path("people/", views.people, name="people"),
    path("people/export/", views.people_export, name="people-export"),
    path("people/<code:employee_no>/", views.person, name="people-person"),
    path("people/<code:employee_no>/card/", views.activation_card, name="people-card"),
    path("people/<code:employee_no>/unlock/", views.unlock, name="people-unlock"),
    path("people/<code:employee_no>/suspend/", views.suspend, name="people-suspend"),
    path("people/<code:employee_no>/restore/", views.restore, name="people-restore"),
    path(
        "people/<code:employee_no>/forget-second-factor/",
        views.forget_second_factor,
        name="people-forget-second-factor",
    ),
]
