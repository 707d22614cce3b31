"""Only names the rooms' models."""

from activity.coaching.models import ManagerEntry
from activity.daily_log.models import Annotation, DailyLog, LogEntry
from activity.rollup.models import RollUp, RollUpFile, RollUpPerson, RollUpUnit

__all__ = [
    "Annotation", "DailyLog", "LogEntry", "ManagerEntry", "RollUp", "RollUpFile", "RollUpPerson", "RollUpUnit",
]  # fmt: skip
