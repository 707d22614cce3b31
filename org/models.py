"""Only names the rooms' models, so that Django finds them and migrations stay one series."""

from org.absences.models import Absence
from org.idempotency.models import Once
from org.notices.models import Letter, Notice
from org.people.models import Appointment, Person
from org.periods.models import Period
from org.rules.models import RuleSet
from org.trace.models import Trace
from org.units.models import Unit
from org.working_days.models import WorkingDay

__all__ = [
    "Absence", "Appointment", "Letter", "Notice", "Once", "Period", "Person", "RuleSet", "Trace", "Unit", "WorkingDay",
]  # fmt: skip
