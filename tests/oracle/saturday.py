"""The Saturday report: what logs handed in before `report_due` hold, against the half days due by then.

`saturday_report(folder, monday)` -> {"week", "report_due", "people", "units", "cities"}, None without a
working day. `people` maps each holder of 客户经理 to his figures, `units` each unit to the sums of the people
in it and below it (teams, departments, branches, the city), `cities` the 市公司 alone. Figures:

- due_half_days: required half days of the days before that of `report_due`, and that day's first half
- calls, visits, prospects, studies: counted entries of logs handed in before `report_due` that count
- logs_due: days with a required half day whose 20:00 lies before `report_due`
- logs_in: logs of the week handed in before `report_due`, of them logs_late (before 08:30 of the next working
  day), logs_back (补录) and logs_too_late (after the lock: in, but their entries do not count)
- logs_missing: the days of logs_due without a log handed in before `report_due`
- rates: per item done ÷ due as a Fraction, None where nothing is due
- overall: the mean of the four rates, each capped at 1
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from .calendar import days_of
from .counting import line_of
from .rules import DEFAULT, ITEMS, Rules
from .weeks import Material, holders, material, required_halves, unit_of_week

SUMS = (
    "due_half_days",
    *ITEMS,
    "logs_due",
    "logs_in",
    "logs_late",
    "logs_back",
    "logs_too_late",
    "logs_missing",
)


def saturday_report(
    folder: Path | str, monday: date, corrections: Mapping[date, bool] | None = None
) -> dict[str, Any] | None:
    return report(material(folder, corrections), monday)


def report(given: Material, monday: date) -> dict[str, Any] | None:
    """As `saturday_report`, for many weeks of material read once."""
    book, calendar, _ = given
    due_at = calendar.report_due(monday)
    if due_at is None:
        return None
    rules = book.decisions.rules(monday) or DEFAULT
    people, sums = {}, {}
    for employee in holders(book, monday):
        figures = person_figures(given, employee, monday, due_at)
        unit = unit_of_week(book, calendar, employee, monday)
        people[employee] = {"unit": unit} | dict(figures) | rates(figures, rules)
        for code in line_of(book, unit):
            sums.setdefault(code, Counter()).update(figures | {"people": 1})
    units = {code: dict(total) | rates(total, rules) for code, total in sums.items()}
    return {
        "week": monday,
        "report_due": due_at,
        "people": people,
        "units": units,
        "cities": {code: units[code] for code in units if book.units[code]["kind"] == "市公司"},
    }


def person_figures(given: Material, employee: str, monday: date, due_at: datetime) -> dict[str, int]:
    book, calendar, counted = given
    figures = dict.fromkeys(SUMS, 0)
    for day in days_of(monday):
        required = required_halves(book, calendar, employee, day)
        if day < due_at.date():
            figures["due_half_days"] += len(required)
        elif day == due_at.date():
            figures["due_half_days"] += "am" in required
        log = counted.get((employee, day))
        is_in = log is not None and log.handed_in is not None and log.handed_in < due_at
        if required and calendar.log_limits(day).due < due_at:
            figures["logs_due"] += 1
            figures["logs_missing"] += not is_in
        if is_in:
            figures["logs_in"] += 1
            if log.timeliness != "on_time":
                figures[f"logs_{log.timeliness}"] += 1
            for item in ITEMS:
                figures[item] += getattr(log, item) if log.counts else 0
    return figures


def rates(figures: Mapping[str, int], rules: Rules) -> dict[str, Any]:
    """Due is target × half days ÷ 2; Counter and dict alike."""
    half_days = figures["due_half_days"]
    if not half_days:
        return {"rates": dict.fromkeys(ITEMS), "overall": None}
    each = {item: Fraction(2 * figures[item], rules.targets[item] * half_days) for item in ITEMS}
    return {"rates": each, "overall": sum(min(rate, Fraction(1)) for rate in each.values()) / 4}
