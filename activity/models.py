"""Only names the rooms' models."""

from activity.assessment.models import ManagerAssessment, WeekAssessment, WeekClose, WeekExcuse
from activity.coaching.models import ManagerEntry
from activity.daily_log.models import Annotation, DailyLog, LogEntry
from activity.discipline.models import Announced, Fine, Ledger, LedgerEntry
from activity.rollup.models import RollUp, RollUpDay, RollUpFile, RollUpPerson, RollUpUnit

__all__ = [
    "Annotation", "Announced", "DailyLog", "Fine", "Ledger", "LedgerEntry", "LogEntry", "ManagerAssessment",
    "ManagerEntry", "RollUp", "RollUpDay", "RollUpFile", "RollUpPerson", "RollUpUnit", "WeekAssessment", "WeekClose",
    "WeekExcuse",
]  # fmt: skip
