"""Only names the rooms' models."""

from activity.coaching.models import ManagerEntry
from activity.daily_log.models import Annotation, DailyLog, LogEntry
from activity.rollup.models import RollUp, RollUpDay, RollUpFile, RollUpPerson, RollUpUnit

__all__ = [
    "Annotation", "DailyLog", "LogEntry", "ManagerEntry", "RollUp", "RollUpDay", "RollUpFile", "RollUpPerson",
    "RollUpUnit",
]  # fmt: skip
