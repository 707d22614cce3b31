"""How often a city holds each of the things that make weeks hard to count, read from its files and decisions.

`features(city)` -> Counter; a name that is missing from the city has no entry or 0. `DEMANDED` names what
every random city must hold.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, time
from itertools import pairwise

from .calendar import days_of
from .counting import first_registrations, line_of, normalised
from .features_of_weeks import features_of_weeks
from .random_city import City
from .reading import raw_rows, text
from .weeks import Material, material, unit_held

DEMANDED = (
    *("joiner in mid-week", "leaver in mid-week", "posted before joining", "post ends", "returner"),
    *("returner within a week", "back without a working day between", "moved in mid-week", "moved in the middle"),
    *("leave", "duty", "half a day", "two halves on one day", "a half named twice", "away on a day off"),
    *("log on_time", "log late", "log back", "log too_late", "log never", "no log row", "at the very limit"),
    *("unanswered beyond the cap", "contact called twice", "quiet call", "edge of the quiet hours"),
    *("development visit without a date", "two visits to one client", "one of two visits effective"),
    *("own name again", "name of another", "name spelled otherwise", "name of a log that does not count"),
    *("same name on one day", "work on a day off", "nobody's log", "leads and owes", "leads only", "manager row"),
    *("accompanied visit", "made a working day", "made a day off", "holiday Saturday", "make-up day", "empty week"),
    *(
        "second version",
        "relieved half",
        "trial week short",
        "trial of one unit of a mover",
        "excused",
        "excused though met",
    ),
    *("excused though exempt", "exactly at target", "fine", "short after a gap", "streak cut by a gap"),
    *("streak across days off", "odd half days met", "odd half days short", "exempt by leave", "met", "short"),
    *(f"one less in {item}" for item in ("calls", "visits", "prospects", "studies")),
)


def features(city: City, given: Material | None = None) -> Counter[str]:
    """`given` is the city's material where it has been read already."""
    given = given or material(city.folder, decisions=city.decisions)
    found: Counter[str] = Counter()
    for part in (people, posts, absences, logs, calls, visits, registrations, decisions, others):
        found.update(part(city, given))
    found.update(features_of_weeks(city, given))
    return found


def people(city: City, given: Material) -> Iterator[str]:
    for person in given.book.people.values():
        if city.first < person["joined"] and person["joined"].weekday() in range(1, 5):
            yield "joiner in mid-week"
        if person["left"] and person["left"].weekday() in range(4):
            yield "leaver in mid-week"


def posts(city: City, given: Material) -> Iterator[str]:
    book = given.book
    for who in book.people:
        words = {row["post"] for row in book.appointments if row["employee"] == who}
        if "组长" in words:
            yield "leads and owes" if "客户经理" in words else "leads only"
        if "客户经理" not in words:
            continue
        own = sorted(
            (row for row in book.appointments if row["employee"] == who and row["post"] == "客户经理"),
            key=lambda row: row["starts"],
        )
        if own[0]["starts"] < book.people[who]["joined"]:
            yield "posted before joining"
        if own[-1]["ends"]:
            yield "post ends"
        for before, after in pairwise(own):
            yield from between(given, before, after)


def between(given: Material, before: dict, after: dict) -> Iterator[str]:
    days = [date.fromordinal(n) for n in range(before["ends"].toordinal() + 1, after["starts"].toordinal())]
    monday = date.fromordinal(after["starts"].toordinal() - after["starts"].weekday())
    if any(given.calendar.works(day) for day in days):
        yield "returner"
        if before["ends"] >= monday:
            yield "returner within a week"
    elif days:
        yield "back without a working day between"
    elif before["unit"] != after["unit"] and after["starts"] > monday:
        yield "moved in mid-week"
        working = [day for day in days_of(monday) if given.calendar.works(day)]
        if 2 * sum(day < after["starts"] for day in working) == len(working):
            yield "moved in the middle"


def absences(city: City, given: Material) -> Iterator[str]:
    parts = defaultdict(list)
    for row in raw_rows(city.folder / "activity.xlsx", "请假"):
        yield "duty" if text(row, "类别") == "公务" else "leave"
        parts[row["工号"], row["日期"]].append(row["时段"])
    for (_, day), named in parts.items():
        if sorted(named) == ["上午", "下午"]:
            yield "two halves on one day"
        elif len(named) > 1:
            yield "a half named twice"
        elif named != ["全天"]:
            yield "half a day"
        if not given.calendar.works(date.fromisoformat(day)):
            yield "away on a day off"


def logs(city: City, given: Material) -> Iterator[str]:
    book = given.book
    for (who, day), count in given.days.items():
        has_entries = count.calls + count.visits + count.prospects + count.studies > 0
        if (who, day) not in book.logs:
            yield "no log row"
        elif has_entries:
            yield f"log {count.timeliness or 'never'}"
        if count.handed_in in given.calendar.log_limits(day):
            yield "at the very limit"
        if count.counts and has_entries and not given.calendar.works(day):
            yield "work on a day off"
    active = {who for who, _ in given.days}
    for row in book.appointments:
        if row["post"] == "客户经理" and row["employee"] not in active:
            yield "nobody's log"


def calls(city: City, given: Material) -> Iterator[str]:
    days = defaultdict(list)
    for call in given.book.calls:
        days[call["employee"], call["day"]].append(call)
        if not time(9) <= call["time"] < time(21):
            yield "quiet call"
        if call["time"] in {time(8, 59), time(9), time(20, 59), time(21)}:
            yield "edge of the quiet hours"
    for key, own in days.items():
        if given.days[key].counts:
            contacts = Counter((call["client"], call["contact"]) for call in own)
            if max(contacts.values()) > 1:
                yield "contact called twice"
            answered = {(call["client"], call["contact"]) for call in own if call["answered"]}
            if len(contacts.keys() - answered) > 2:
                yield "unanswered beyond the cap"


def visits(city: City, given: Material) -> Iterator[str]:
    clients = defaultdict(list)
    for visit in given.book.visits:
        effective = visit["kind"] == "维护" or visit["next_day"] is not None
        clients[visit["employee"], visit["day"], visit["client"]].append(effective)
        if visit["companion"]:
            yield "accompanied visit"
    for found in clients.values():
        if not any(found):
            yield "development visit without a date"
        if len(found) > 1:
            yield "two visits to one client"
            if sorted(found)[:2] == [False, True]:
                yield "one of two visits effective"


def registrations(city: City, given: Material) -> Iterator[str]:
    first = {normalised(row["name"]): row for row in first_registrations(given.book)}
    for row in given.book.registrations:
        earlier = first[normalised(row["name"])]
        if earlier is row:
            continue
        yield "own name again" if earlier["employee"] == row["employee"] else "name of another"
        if earlier["name"] != row["name"]:
            yield "name spelled otherwise"
        if earlier["day"] == row["day"]:
            yield "same name on one day"
        if not given.days[earlier["employee"], earlier["day"]].counts:
            yield "name of a log that does not count"


def decisions(city: City, given: Material) -> Iterator[str]:
    for works in city.decisions.corrections.values():
        yield "made a working day" if works else "made a day off"
    if len(city.decisions.versions) > 1:
        yield "second version"
    for relief in city.decisions.reliefs:
        for who in given.book.people:
            unit = unit_held(given.book, who, relief.day)
            present = (who, relief.day, relief.half) not in given.book.absences
            if unit and relief.unit in line_of(given.book, unit) and given.calendar.works(relief.day) and present:
                yield "relieved half"


def others(city: City, given: Material) -> Iterator[str]:
    for _ in raw_rows(city.folder / "activity.xlsx", "主管"):
        yield "manager row"
