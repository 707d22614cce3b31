"""Only names the kinds of workbook that this app imports (org/workbooks/importing.py)."""

from clients.policies.imports import PoliciesImporter
from clients.prospects.imports import ProspectsImporter

IMPORTERS = {"prospects": ProspectsImporter, "policies": PoliciesImporter}
