"""The listings of this app (org/workbooks/listings.py)."""

from activity.assessment.exports import ASSESSMENTS
from activity.discipline.exports import FINES

EXPORTS = {"assessments": ASSESSMENTS, "fines": FINES}
