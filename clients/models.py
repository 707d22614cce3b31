"""Only names the rooms' models."""

from clients.chain.models import Accompaniment, CalendarLink, Opportunity, PlannedVisit, Seat
from clients.checklist.models import (
    Answer,
    ClientLink,
    ConsultationChecklist,
    HealthAnswer,
    MissedLink,
    Submission,
)
from clients.diagnosis.models import ExistingCover, FamilyConfirmation, FamilyMember, NeedsDiagnosis
from clients.events.models import ClientEvent, Guest
from clients.handover.models import HandedClient, Handover
from clients.limits.models import PhoneLook, Spent
from clients.merging.models import Distinct, Merge, MergedRow
from clients.policies.models import Policy
from clients.profiles.models import (
    CardConsent,
    ClientProfile,
    Cover,
    KeyDate,
    Proposal,
    ProposalFile,
    ReminderRound,
    ServiceRecord,
    Stakeholder,
    YearRecord,
)
from clients.prospects.models import Contact, Prospect, Registration, SavedView
from clients.protection.models import Conflict, Release
from clients.referrals.models import (
    MorningRound,
    Referral,
    ReferredName,
    TalkTrack,
    TalkTrackVersion,
    Thanks,
)
from clients.visits.models import Visit

__all__ = [
    "Accompaniment",
    "Answer",
    "CalendarLink",
    "CardConsent",
    "ClientEvent",
    "ClientLink",
    "ClientProfile",
    "Conflict",
    "ConsultationChecklist",
    "Contact",
    "Cover",
    "Distinct",
    "ExistingCover",
    "FamilyConfirmation",
    "FamilyMember",
    "Guest",
    "HandedClient",
    "Handover",
    "HealthAnswer",
    "KeyDate",
    "Merge",
    "MergedRow",
    "MissedLink",
    "MorningRound",
    "NeedsDiagnosis",
    "Opportunity",
    "PhoneLook",
    "PlannedVisit",
    "Policy",
    "Proposal",
    "ProposalFile",
    "Prospect",
    "Referral",
    "ReferredName",
    "Registration",
    "Release",
    "ReminderRound",
    "SavedView",
    "Seat",
    "ServiceRecord",
    "Spent",
    "Stakeholder",
    "Submission",
    "TalkTrack",
    "TalkTrackVersion",
    "Thanks",
    "Visit",
    "YearRecord",
]
