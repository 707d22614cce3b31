"""The only writer of the trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.encoding import force_str

from org.trace.models import Trace

if TYPE_CHECKING:
    from org.delegations.models import Delegation
    from org.people.models import Person

OPERATOR = "operator"  # the command line
SYSTEM = "system"  # what falls due by itself


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return force_str(value.pk)
    if isinstance(value, (str, int, bool, type(None), list, dict)):
        return value
    return DjangoJSONEncoder().default(value)


def _line(
    about: Model, verb: str, by: Person | None, at: datetime, changes: Mapping[str, Any] | None, actor: str
) -> Trace:
    return Trace(
        at=at,
        by=by,
        actor=by.employee_no if by else actor,
        verb=verb,
        about=about._meta.label_lower,
        about_id=str(about.pk),
        changes={name: _plain(value) for name, value in (changes or {}).items()},
    )


def record(
    about: Model,
    verb: str,
    *,
    by: Person | None,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
    actor: str = SYSTEM,
    acting: Delegation | None = None,
) -> Trace:
    """Write one line; `by` None means the operator or the system (`actor`). `acting`: the delegation (代) by which he
    did it; the 工号 of the one he stood in for is kept as `changes["for"]`."""
    line = _line(about, verb, by, at, {**(changes or {}), **_stood_in_for(acting)}, actor)
    line.save(force_insert=True)
    return line


def _stood_in_for(acting: Delegation | None) -> dict[str, str]:
    return {"for": acting.delegator.employee_no} if acting else {}


def record_all(
    each: Iterable[tuple[Model, Mapping[str, Any], Delegation | None]], verb: str, *, by: Person, at: datetime
) -> None:
    """`record` for many rows in one statement: what changed of each, and by which delegation."""
    told = [_line(about, verb, by, at, {**changes, **_stood_in_for(acting)}, SYSTEM) for about, changes, acting in each]
    Trace.objects.bulk_create(told)


def lines(about: Iterable[Model], verb: str, *, by: Person | None, at: datetime, actor: str = SYSTEM) -> list[Trace]:
    """A line for each of the new rows, to be inserted together with them (org.inserting)."""
    return [_line(row, verb, by, at, {"what": str(row)}, actor) for row in about]
