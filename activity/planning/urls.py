"""Addresses of 行事历: one's own draft, and the department's plan."""

from django.urls import path

from activity.daily_log.near import near
from activity.planning import merge_views, views

OF_A_UNIT = "itinerary/<week:week>/<code:code>/"

urlpatterns = [
    path("plan/", views.next_plan, name="plan-next"),
    path("plan/<week:week>/", near(views.plan), name="plan"),
    path("plan/<week:week>/acknowledge/", near(views.acknowledge), name="plan-acknowledge"),
    path("plan/<week:week>/items/new/", near(views.item_new), name="plan-item-new"),
    path("plan/items/<uuid:pk>/", views.item, name="plan-item"),
    path("itinerary/", merge_views.itineraries, name="itineraries"),
    path("itinerary/items/<uuid:pk>/", merge_views.item, name="itinerary-item"),
    path(OF_A_UNIT, near(merge_views.itinerary), name="itinerary"),
    path(f"{OF_A_UNIT}save/", near(merge_views.save), name="itinerary-save"),
    path(f"{OF_A_UNIT}items/new/", near(merge_views.item_new), name="itinerary-item-new"),
    path(f"{OF_A_UNIT}figures/<str:item>/", near(merge_views.figure), name="itinerary-figure"),
]
