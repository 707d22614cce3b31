"""Only names the rooms' models."""

from activity.assessment.models import ManagerAssessment, WeekAssessment, WeekClose, WeekExcuse
from activity.coaching.models import ManagerEntry
from activity.daily_log.models import Annotation, DailyLog, LogEntry
from activity.discipline.models import Announced, Fine, Ledger, LedgerEntry
from activity.itinerary.models import Amendment, Itinerary, PlanItem, Submission, Target
from activity.rollup.models import (
    RollUp,
    RollUpBusiness,
    RollUpDay,
    RollUpFile,
    RollUpPerson,
    RollUpPlan,
    RollUpUnit,
)  # fmt: skip

__all__ = [
    "Amendment", "Annotation", "Announced", "DailyLog", "Fine", "Itinerary", "Ledger", "LedgerEntry", "LogEntry",
    "ManagerAssessment", "ManagerEntry", "PlanItem", "RollUp", "RollUpBusiness", "RollUpDay", "RollUpFile",
    "RollUpPerson", "RollUpPlan", "RollUpUnit", "Submission", "Target", "WeekAssessment", "WeekClose", "WeekExcuse",
]  # fmt: skip
