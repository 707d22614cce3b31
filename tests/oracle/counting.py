"""What counts of a person's day, from the entries alone.

`DayCount` holds the entries that count in themselves and how the log was handed in; whether they count for
the person is `DayCount.counts`: a log that was handed in before its lock. Calls are read by the rules pinned to
the week of the day, by the default rules before the first version.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from .calendar import Calendar
from .reading import Book, Row
from .rules import DEFAULT, Rules


class DayCount(NamedTuple):
    calls: int
    visits: int
    prospects: int
    studies: int
    handed_in: datetime | None
    timeliness: str

    @property
    def counts(self) -> bool:
        return self.timeliness in {"on_time", "late", "back"}


def count_days(book: Book, calendar: Calendar) -> dict[tuple[str, date], DayCount]:
    """Every (employee, day) that has an entry or a log."""
    calls, visits, studies = (grouped(rows) for rows in (book.calls, book.visits, book.studies))
    registrations = grouped(first_registrations(book))
    return {
        key: DayCount(
            calls=count_calls(calls[key], book.decisions.rules(key[1]) or DEFAULT),
            visits=count_visits(visits[key]),
            prospects=len(registrations[key]),
            studies=len(studies[key]),
            handed_in=book.logs.get(key),
            timeliness=calendar.timeliness(key[1], book.logs.get(key)),
        )
        for key in {*calls, *visits, *registrations, *studies, *book.logs}
    }


def grouped(rows: Iterable[Row]) -> defaultdict[tuple[str, date], list[Row]]:
    groups = defaultdict(list)
    for row in rows:
        groups[row["employee"], row["day"]].append(row)
    return groups


def count_calls(calls: Iterable[Row], rules: Rules = DEFAULT) -> int:
    """One per contact outside quiet hours, answered first; contacts never reached count up to the cap."""
    reached, tried = Counter(), Counter()
    for call in calls:
        if not rules.is_quiet(call["time"]):
            (reached if call["answered"] else tried)[call["client"], call["contact"]] += 1
    if rules.one_per_contact:
        answered, unanswered = len(reached), len(tried.keys() - reached.keys())
    else:
        answered, unanswered = reached.total(), tried.total()
    return answered + (unanswered if rules.unanswered_a_day is None else min(rules.unanswered_a_day, unanswered))


def count_visits(visits: Iterable[Row]) -> int:
    """Clients with an effective visit; a development visit needs the date of its next step."""
    return len({visit["client"] for visit in visits if visit["kind"] == "维护" or visit["next_day"]})


def first_registrations(book: Book) -> list[Row]:
    """The 积累 rows whose name nobody of the city registered before, whatever became of the logs.

    Earlier is by day, then by order in the file. A prospect of the register is earlier on a day before (or
    without a day: an old client); on the same day it is taken for the registration itself.
    """
    known: dict[tuple[str, str], date] = {}
    for row in book.prospects:
        name = city_on(book, row["employee"], row["day"]), normalised(row["name"])
        known[name] = min(known.get(name, date.max), row["day"] or date.min)
    taken, first = set(), []
    for row in sorted(book.registrations, key=lambda row: row["day"]):
        name = city_on(book, row["employee"], row["day"]), normalised(row["name"])
        if name not in taken and known.get(name, date.max) >= row["day"]:
            first.append(row)
        taken.add(name)
    return first


def normalised(name: str) -> str:
    """Full and half width, case and white space make no difference."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def city_on(book: Book, employee: str, day: date | None) -> str:
    """The 市公司 above the person's unit of that day, else above his latest one."""
    own = sorted((row for row in book.appointments if row["employee"] == employee), key=lambda row: row["starts"])
    current = [row for row in own if day and row["starts"] <= day and (row["ends"] is None or day <= row["ends"])]
    return line_of(book, (current or own)[-1]["unit"])[-1] if own else ""


def line_of(book: Book, unit: str) -> list[str]:
    """The unit and all above it, the city last."""
    line = []
    while unit in book.units and unit not in line:
        line.append(unit)
        unit = book.units[unit]["parent"]
    return line
