"""Whether a unit may be hung elsewhere: never under another 市公司 once a week of its own is closed.

Units are not dated. Assessments, relief and the ledger of fines are of the city in which a week was closed; moved
there afterwards, a late correction would take a fine from one city's ledger to the other's.
"""

from __future__ import annotations

from collections.abc import Mapping

from org.periods.models import Period
from org.units.models import Unit, UnitKind


class Moves:
    """The tree as it stands, and the cities that have closed weeks: two queries."""

    def __init__(self) -> None:
        units = {unit.path: unit for unit in Unit.objects.all()}
        self.parents = {
            unit.code: units[path[: -Unit.steplen]].code for path, unit in units.items() if len(path) > Unit.steplen
        }
        self.cities = {unit.code for unit in units.values() if unit.kind == UnitKind.CITY}
        closed = Period.objects.filter(kind=Period.Kind.CLOSE, done_at__isnull=False)
        self.closed = set(closed.values_list("unit__code", flat=True).distinct())

    def out_of_a_closed_city(self, code: str, wanted: Mapping[str, str]) -> bool:
        """`wanted`: unit code -> code of its parent, as the file has it."""
        city = self._city(code, self.parents)
        return city in self.closed and self._city(code, {**self.parents, **wanted}) != city

    def _city(self, code: str, parents: Mapping[str, str]) -> str:
        """The code of the 市公司 above, "" for none; a circle, which is refused elsewhere, ends too."""
        seen: set[str] = set()
        while code not in self.cities and code in parents and code not in seen:
            seen.add(code)
            code = parents[code]
        return code if code in self.cities else ""
