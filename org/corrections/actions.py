"""The only writers of corrections. Called by whoever changes what a closed week may rest on, in his transaction.

Always, also when the week is still open: only the sweeper knows what is closed, and one too many costs it a look,
one too few leaves a fine on a fact that no longer holds (domain.md 3, "Fines are proposals": any fine may be reversed).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from org.corrections.models import Correction
from org.trace.actions import SYSTEM

if TYPE_CHECKING:
    from org.people.models import Person
    from org.units.models import Unit

Span = tuple[int, date, date]  # person_id, first and last day
NOTE = 200  # characters
BATCH = 5_000


def note(
    cause: Correction.Cause,
    *,
    first: date,
    last: date,
    at: datetime,
    by: Person | None = None,
    note: str = "",
    person: Person | None = None,
    unit: Unit | None = None,
    actor: str = SYSTEM,
) -> Correction:
    """The days [first, last] of the person, or of the unit and all below it, changed; `note` is read by people."""
    return Correction.objects.create(
        cause=cause,
        person=person,
        unit=unit,
        first=first,
        last=last,
        by=by,
        actor=by.employee_no if by else actor,
        note=note[:NOTE],
        at=at,
    )


def note_all(
    cause: Correction.Cause,
    spans: Iterable[Span],
    *,
    at: datetime,
    by: Person | None = None,
    note: str = "",
    actor: str = SYSTEM,
) -> int:
    """The same for many people, in one statement for 5,000 of them; returns how many."""
    actor = by.employee_no if by else actor
    rows = [
        Correction(
            cause=cause, person_id=person_id, first=first, last=last, by=by, actor=actor, note=note[:NOTE], at=at
        )
        for person_id, first, last in spans
    ]
    Correction.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)
