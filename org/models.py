"""Only names the rooms' models, so that Django finds them and migrations stay one series."""

from org.absences.models import Absence, AbsenceRequest, Relief
from org.corrections.models import Correction
from org.delegations.models import Delegation
from org.drafts.models import FormDraft
from org.idempotency.models import Once
from org.intake.models import ImportBatch
from org.notices.models import Letter, Notice
from org.people.models import Appointment, Person
from org.periods.models import Period
from org.rules.models import RuleSet
from org.trace.models import Trace
from org.trials.models import TrialRun
from org.units.models import Unit
from org.working_days.models import WorkingDay

__all__ = [
    "Absence", "AbsenceRequest", "Appointment", "Correction", "Delegation", "FormDraft", "ImportBatch", "Letter",
    "Notice", "Once", "Period", "Person", "Relief", "RuleSet", "Trace", "TrialRun", "Unit", "WorkingDay",
]  # fmt: skip
