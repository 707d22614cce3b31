"""Only names the kinds of workbook that this app imports (org/workbooks/importing.py)."""

from clients.checklist.imports import ChecklistsImporter
from clients.events.imports import EventsImporter
from clients.policies.imports import PoliciesImporter
from clients.profiles.imports import CardsImporter
from clients.prospects.imports import ProspectsImporter
from clients.referrals.imports import ReferralsImporter

IMPORTERS = {
    "prospects": ProspectsImporter,
    "policies": PoliciesImporter,
    "cards": CardsImporter,
    "referrals": ReferralsImporter,
    "events": EventsImporter,
    "checklists": ChecklistsImporter,
}
