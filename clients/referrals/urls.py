"""Addresses of 转介绍 and of the script library."""

from django.urls import path

from clients.referrals import figure_views, script_views, views

urlpatterns = [
    path("referrals/", views.home, name="referrals"),
    path("referrals/figures/", figure_views.table, name="referral-figures"),
    path("referrals/rows/", figure_views.rows, name="referral-rows"),
    path("referrals/export/", figure_views.export, name="referral-export"),
    path("referrals/<uuid:pk>/", views.one, name="referral"),
    path("referrals/<uuid:pk>/names/", views.add_name, name="referral-name"),
    path("referrals/<uuid:pk>/thanks/", views.thank, name="referral-thank"),
    path("referrals/names/<uuid:pk>/close/", views.close, name="referral-name-close"),
    path("referrals/names/<uuid:pk>/forget/", views.forget, name="referral-name-forget"),
    path("referrals/names/<uuid:pk>/phone/", views.phone, name="referral-name-phone"),
    path("clients/<uuid:pk>/referrals/new/", views.ask, name="referral-ask"),
    path("clients/<uuid:pk>/referrals/tree/", views.tree, name="referral-tree"),
    path("scripts/", script_views.library, name="talk-tracks"),
    path("scripts/new/", script_views.new, name="talk-track-new"),
    path("scripts/<uuid:pk>/", script_views.script, name="talk-track"),
    path("scripts/<uuid:pk>/edit/", script_views.revise, name="talk-track-edit"),
    path("scripts/<uuid:pk>/retire/", script_views.retire, name="talk-track-retire"),
]
