"""The paper form of a plan; its pages are those of planning and approval."""

from django.urls import path

from activity.itinerary import views

urlpatterns = [
    path("itinerary/<week:week>/<code:code>/print/", views.itinerary_print, name="itinerary-print"),
]
