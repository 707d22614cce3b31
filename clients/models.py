"""Only names the rooms' models."""

from clients.chain.models import Accompaniment, Opportunity, PlannedVisit, Seat
from clients.policies.models import Policy
from clients.prospects.models import Contact, Prospect, Registration
from clients.visits.models import Visit

__all__ = [
    "Accompaniment",
    "Contact",
    "Opportunity",
    "PlannedVisit",
    "Policy",
    "Prospect",
    "Registration",
    "Seat",
    "Visit",
]
