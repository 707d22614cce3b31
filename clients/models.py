"""Only names the rooms' models."""

from clients.policies.models import Policy
from clients.prospects.models import Contact, Prospect, Registration
from clients.visits.models import Visit

__all__ = ["Contact", "Policy", "Prospect", "Registration", "Visit"]
