"""Only names the kinds of workbook that this app imports (org/workbooks/importing.py)."""

from org.people.imports import RosterImporter

IMPORTERS = {"roster": RosterImporter}
