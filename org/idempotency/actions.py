"""Do it once: a double tap, a replay or a lost answer finds the first answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils.translation import gettext as _

from org.idempotency.models import Once
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person

Result = dict[str, Any]


class Kept(Result):
    """A result that the effect has kept itself (`keeping`), in the round trip of its own writes."""


KEPT = timedelta(days=7 + 90)  # a whole period and a quarter; then nobody can send the form again


def _hash(parameters: Mapping[str, Any]) -> str:
    return sha256(json.dumps(dict(parameters), sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()


@transaction.atomic
def once(
    key: UUID,
    *,
    by: Person,
    verb: str,
    at: datetime,
    parameters: Mapping[str, Any],
    effect: Callable[[], Result],
) -> Result:
    """The result of `effect`, run at most once for the key, in the transaction of its writes.

    The second of two at once waits for the first on the unique key. A key is the person's own; the same with other
    parameters or for another verb is refused.
    """
    asked = _hash(parameters)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO org_once (key, person_id, verb, parameters, result, at) VALUES (%s, %s, %s, %s, '{}', %s)"
            " ON CONFLICT (person_id, key) DO NOTHING",
            [key, by.pk, verb, asked, at],
        )
        first = cursor.rowcount == 1
    if not first:
        earlier = Once.objects.get(person=by, key=key)
        if (earlier.verb, earlier.parameters) != (verb, asked):
            raise Refused(_("这张表单已经交过一次，内容不同。请刷新后再填。"))
        kept: Result = earlier.result
        return kept
    result = effect()
    if isinstance(result, Kept):
        return dict(result)  # an effect around this one has its own key to keep it under
    with connection.cursor() as cursor:
        cursor.execute(*keeping(result, key, by=by))
    return result


def keeping(result: Result, key: UUID, *, by: Person) -> tuple[str, list[Any]]:
    """The statement that keeps what a key has led to, and its values."""
    return "UPDATE org_once SET result = %s WHERE person_id = %s AND key = %s", [json.dumps(result), by.pk, key]


def forget(at: datetime) -> int:
    """Drop the keys of forms older than a quarter and more; returns how many."""
    return Once.objects.filter(at__lt=at - KEPT).delete()[0]
