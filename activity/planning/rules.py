"""What a plan must say before it is handed in, and when a draft is late (A1, domain.md 3). Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import NamedTuple

from org.working_days.rules import SHANGHAI, WorkingCalendar, instant


class Goal(NamedTuple):
    """An employee's goals and key work of a week; None is not said yet, 0 is said."""

    visits: int | None = None
    premium: Decimal | None = None
    cases: int | None = None
    key_work: str = ""

    @property
    def is_set(self) -> bool:
        return None not in (self.visits, self.premium, self.cases)

    @property
    def is_whole(self) -> bool:
        return self.is_set and bool(self.key_work.strip())


class Missing(NamedTuple):
    """Who keeps a plan from being handed in, as given: people."""

    goal: list[int]
    key_work: list[int]


def missing(staff: Iterable[int], goals: Mapping[int, Goal]) -> Missing:
    """Active employees without a goal or without key work; both empty when the plan may be handed in."""
    said = [(person, goals.get(person, Goal())) for person in staff]
    return Missing(
        [person for person, goal in said if not goal.is_set],
        [person for person, goal in said if not goal.key_work.strip()],
    )


def draft_due(due: datetime, calendar: WorkingCalendar, at: time) -> datetime:
    """Until when an employee hands his draft to his manager (**C**): the working day before `due`, exclusive."""
    return instant(calendar.previous_working(due.astimezone(SHANGHAI).date()), at)
