"""Only names the kinds of workbook that this app imports (org/workbooks/importing.py)."""

from org.roster.imports import RosterImporter

IMPORTERS = {"roster": RosterImporter}
