"""Addresses of the ten items, and of the client's own link."""

from django.urls import path

from clients.checklist import client_views, panel, views

PANEL = panel.tell  # imported here, so that it is declared at start
OF = "clients/<uuid:pk>/checklist/"

urlpatterns = [
    path(OF, views.checklist, name="client-checklist"),
    path(f"{OF}advice/", views.advice, name="client-checklist-advice"),
    path(f"{OF}export/", views.export, name="client-checklist-export"),
    path(f"{OF}print/", views.printed, name="client-checklist-print"),
    path(f"{OF}known/", views.known, name="client-checklist-known"),
    path(f"{OF}link/", views.link, name="client-checklist-link"),
    path(f"{OF}link/end/", views.link_end, name="client-checklist-link-end"),
    path(f"{OF}review/", views.review, name="client-checklist-review"),
    path(f"{OF}erase/", views.erase, name="client-checklist-erase"),
    path(f"{OF}items/<slug:item>/", views.item, name="client-checklist-item"),
    path("fill/<str:token>/", client_views.fill, name="fill"),
    path("fill/<str:token>/form/", client_views.sheet, name="fill-form"),
    path("fill/<str:token>/withdraw/", client_views.withdraw, name="fill-withdraw"),
]
