"""Every table that refers to clients, and what becomes of its rows (`tests/clients/merging/test_tables.py` names all).

The tables are found in the models, so those of the rooms above are moved without being imported here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clients.checklist.models import Answer, ClientLink
from clients.merging import apart, chains, joining
from clients.merging.images import PRIVATE
from clients.merging.joining import Case, How, Table, by_key, move, newer, stay
from clients.prospects.models import Prospect

HOW: dict[str, How] = {
    "clients.Opportunity.prospect": chains.opportunities,
    "clients.Visit.prospect": move,
    "clients.PlannedVisit.prospect": move,
    "clients.Policy.prospect": move,
    "clients.Contact.prospect": joining.contacts,
    "clients.Registration.prospect": move,
    "clients.Prospect.merged_into": move,
    "clients.Referral.prospect": move,
    "clients.ReferredName.prospect": joining.introduced,
    "clients.ClientProfile.prospect": joining.profile,
    "clients.Stakeholder.prospect": by_key(lambda row: row.name, newer),
    "clients.YearRecord.prospect": by_key(lambda row: (row.year, row.insurer), newer),
    "clients.Cover.prospect": by_key(lambda row: (row.insurer, row.line, row.standing, row.expires_on), newer),
    "clients.KeyDate.prospect": by_key(lambda row: (row.kind, row.what, row.on), newer),
    "clients.ServiceRecord.prospect": move,
    "clients.Proposal.prospect": joining.proposals,
    "clients.CardConsent.prospect": joining.consents,
    "clients.Guest.prospect": by_key(lambda row: (row.event_id, row.name), joining.attended),
    "clients.NeedsDiagnosis.prospect": joining.diagnoses,
    "clients.ConsultationChecklist.prospect": joining.checklists,
    "clients.Release.prospect": joining.releases,
    "clients.Conflict.prospect": move,  # decided ones: an open one has to be decided first
    "clients.HandedClient.prospect": stay,
    "clients.PhoneLook.prospect": stay,
    "clients.Merge.survivor": stay,
    "clients.Merge.absorbed": stay,
    "clients.Distinct.first": stay,  # carried over by apart.py
    "clients.Distinct.second": stay,
    "activity.LogEntry.prospect": move,
    "activity.PlanItem.prospect": move,
    "activity.Target_key_prospects.prospect": joining.through,
}


def tables() -> Iterator[Table]:
    """Those that have no name from a client (`related_name="+"`) too."""
    relations: list[Any] = Prospect._meta.get_fields(include_hidden=True)
    for one in relations:
        if one.auto_created and not one.concrete and (one.one_to_many or one.one_to_one):
            yield Table(one.related_model, one.field.name)


def moving() -> list[tuple[Table, How]]:
    """In the order of HOW, which is that of the locks: opportunities before visits, as those who record them."""
    found = {table.label: table for table in tables()}
    return [(found[label], how) for label, how in HOW.items() if how is not stay]


def watch(case: Case) -> dict[str, int]:
    """Lock and note all that may change; answers how many rows of each table are the absorbed one's."""
    chains.watch(case)
    apart.watch(case)
    counts = {}
    for table, how in moving():
        count = case.images.watch(table.of(case.absorbed))
        if how is not move:
            case.images.watch(table.of(case.survivor))
        if count and table.model not in PRIVATE:
            counts[table.model._meta.label] = count
    for below in (Answer, ClientLink):
        both = {"checklist__prospect__in": [case.survivor, case.absorbed]}
        case.images.watch(below._base_manager.filter(**both))
    return counts


def move_all(case: Case) -> None:
    for table, how in moving():
        how(case, table)
    chains.replay(case)
    apart.carry_over(case)
