"""Addresses of 客户资料档案卡."""

from django.urls import path

from clients.profiles import proposal_views, views

urlpatterns = [
    path("clients/<uuid:pk>/card/", views.card, name="client-card"),
    path("clients/<uuid:pk>/card/print/", views.card_print, name="client-card-print"),
    path("clients/<uuid:pk>/card/export/", views.card_export, name="client-card-export"),
    path("clients/cards/export/", views.cards_export, name="client-cards-export"),
    path("clients/<uuid:pk>/card/edit/<slug:section>/", views.section, name="client-card-section"),
    path("clients/<uuid:pk>/card/<slug:part>/new/", views.new_row, name="client-card-new"),
    path("clients/<uuid:pk>/card/<slug:part>/<uuid:row>/", views.row, name="client-card-row"),
    path("clients/<uuid:pk>/card/<slug:part>/<uuid:row>/remove/", views.remove_row, name="client-card-remove"),
    path("clients/<uuid:pk>/proposals/new/", proposal_views.new_proposal, name="client-proposal-new"),
    path("clients/proposals/<uuid:pk>/sent/", proposal_views.sent, name="client-proposal-sent"),
    path("clients/proposals/<uuid:pk>/receipt/", proposal_views.receipt, name="client-proposal-receipt"),
    path("clients/proposals/<uuid:pk>/files/<slug:which>/", proposal_views.proposal_file, name="client-proposal-file"),
    path("clients/<uuid:pk>/consents/new/", proposal_views.new_consent, name="client-consent-new"),
    path("clients/consents/<uuid:pk>/withdraw/", proposal_views.withdraw_consent, name="client-consent-withdraw"),
]
