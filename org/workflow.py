"""States and moves: a table on the model, one compare-and-set here (room.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Model
from django.utils.translation import gettext as _

from org.permissions import Permission
from org.trace.actions import record, record_all

if TYPE_CHECKING:
    from org.delegations.models import Delegation
    from org.people.models import Person


class Refused(Exception):
    """The rules say no; the message is for the person who asked."""


class Step(NamedTuple):
    verb: str
    source: str
    target: str
    needs: Permission


def deciding(row: Any, needs: Permission, *, by: Person, at: datetime) -> Delegation | None:
    """Refused where he may not decide about the row's person: himself, or the one he would act for (代). Else by which
    delegation he does, for `record(acting=…)` and the page (`.signed`); None by a post of his own."""
    if row.person_id == by.pk:
        raise Refused(_("自己的事由别人办。"))
    if not by.can(needs, row, on=at.date()):
        raise Refused(_("这件事不归你办。"))
    return by.acting_for(needs, row, on=at.date())


def move(
    row: Model,
    step: Step,
    *,
    by: Person,
    at: datetime,
    changes: Mapping[str, Any] = MappingProxyType({}),
    noted: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Take the step, or refuse. Two people clicking at once get one winner. Who stands in is traced as such (代);
    `noted` is kept by the trace alone."""
    if not by.can(step.needs, row, on=at.date()):
        raise Refused(_("这件事不归你办。"))
    if not type(row)._default_manager.filter(pk=row.pk, state=step.source).update(state=step.target, **changes):
        raise Refused(_("已被别人办理，刷新看看。"))
    acting = by.acting_for(step.needs, row, on=at.date())
    row.refresh_from_db()
    record(row, step.verb, by=by, at=at, changes={**changes, **noted}, acting=acting)


def move_all(
    rows: Sequence[Any],
    step: Step,
    *,
    by: Person,
    at: datetime,
    changes: Mapping[str, Any] = MappingProxyType({}),
    noted: Mapping[Any, Mapping[str, Any]] = MappingProxyType({}),
) -> None:
    """`move` for rows that the caller holds locked: one statement for all, one line of the trace for each.

    `noted` by key of the row. Refused altogether where one of them is not his or has left its state.
    """
    if not all(by.can(step.needs, row, on=at.date()) for row in rows):
        raise Refused(_("这件事不归你办。"))
    of = {row.pk for row in rows}
    if not of:
        return
    taken = type(rows[0])._default_manager.filter(pk__in=of, state=step.source).update(state=step.target, **changes)
    if taken != len(of):
        raise Refused(_("已被别人办理，刷新看看。"))
    record_all(
        [(row, {**changes, **noted.get(row.pk, {})}, by.acting_for(step.needs, row, on=at.date())) for row in rows],
        step.verb,
        by=by,
        at=at,
    )
