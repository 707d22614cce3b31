"""Addresses of 约拜访, 我的陪访, 陪访看板 and the calendar."""

from django.urls import path

from clients.chain import accompany_views, board_views, calendar_views, visits_panel, visits_views

urlpatterns = [
    path("clients/<uuid:pk>/visits/new/", visits_views.new, name="planned-visit-new"),
    path("visits/board/", board_views.board, name="visit-board"),
    path("visits/<uuid:pk>/", visits_views.planned, name="planned-visit"),
    path("visits/<uuid:pk>/move/", visits_views.move, name="planned-visit-move"),
    path("visits/<uuid:pk>/cancel/", visits_views.cancel, name="planned-visit-cancel"),
    path("visits/<uuid:pk>/invite/", visits_views.invite, name="planned-visit-invite"),
    path("accompany/", accompany_views.accompany, name="accompany"),
    path("accompany/<uuid:pk>/", accompany_views.one, name="accompaniment"),
    path("accompany/<uuid:pk>/accept/", accompany_views.accept, name="accompaniment-accept"),
    path("accompany/<uuid:pk>/decline/", accompany_views.decline, name="accompaniment-decline"),
    path("accompany/<uuid:pk>/propose/", accompany_views.propose, name="accompaniment-propose"),
    path("accompany/<uuid:pk>/confirm/", accompany_views.confirm, name="accompaniment-confirm"),
    path("accompany/<uuid:pk>/refuse/", accompany_views.refuse, name="accompaniment-refuse"),
    path("accompany/<uuid:pk>/object/", accompany_views.object_to, name="accompaniment-object"),
    path("accompany/<uuid:pk>/reply/", accompany_views.reply, name="accompaniment-reply"),
    path("accompany/<uuid:pk>/admit/", visits_views.admit, name="accompaniment-admit"),
    path("accompany/<uuid:pk>/withdraw/", visits_views.withdraw, name="accompaniment-withdraw"),
    path("calendar/", calendar_views.link, name="calendar-link"),
    path("calendar/end/", calendar_views.end, name="calendar-link-end"),
    path("calendar/<str:secret>/visits.ics", calendar_views.feed, name="calendar-feed"),
]

__all__ = ["urlpatterns", "visits_panel"]  # the panel registers itself when it is imported
