"""No table that refers to clients is forgotten, nor one that refers to rows which a merge takes away."""

from clients.chain.models import Opportunity
from clients.checklist.models import ConsultationChecklist
from clients.events.models import Guest
from clients.merging.tables import HOW, tables
from clients.profiles.models import CardConsent, ClientProfile, Cover, KeyDate, Stakeholder, YearRecord
from clients.prospects.models import Contact
from clients.protection.models import Release

JOINED = (Contact, Guest, CardConsent, ClientProfile, Cover, KeyDate, Stakeholder, YearRecord, Release)
TAKEN_AWAY = {
    Opportunity: {"clients.Visit", "clients.PlannedVisit"},
    ConsultationChecklist: {"clients.Answer", "clients.ClientLink"},
    **{one: set() for one in JOINED},
}


def test_of_every_table_it_is_said_what_becomes_of_its_rows():
    assert {table.label for table in tables()} == set(HOW)


def test_what_refers_to_a_row_that_goes_is_known():
    for model, known in TAKEN_AWAY.items():
        relations = model._meta.get_fields(include_hidden=True)
        refer = {one.related_model._meta.label for one in relations if one.auto_created and not one.concrete}
        assert refer == known, model
