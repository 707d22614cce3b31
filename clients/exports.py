"""Only names what `export` lists of this app (org/workbooks/listings.py), by the words of the imports."""

from clients.checklist.exports import CHECKLISTS_BOOK
from clients.events.exports import EVENTS_BOOK
from clients.policies.exports import POLICIES, POLICIES_BOOK
from clients.profiles.exports import CARDS_BOOK
from clients.prospects.exports import PROSPECTS, PROSPECTS_BOOK
from clients.referrals.exports import REFERRALS_BOOK

EXPORTS = {"prospects": PROSPECTS, "policies": POLICIES}
WORKBOOKS = {
    "prospects": PROSPECTS_BOOK,
    "policies": POLICIES_BOOK,
    "cards": CARDS_BOOK,
    "referrals": REFERRALS_BOOK,
    "events": EVENTS_BOOK,
    "checklists": CHECKLISTS_BOOK,
}
