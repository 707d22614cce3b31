"""How rows looked before a merge and after it, so that the undo is exact, or refused where one has changed since.

Rows are noted by the database in its own words (`to_jsonb`): nothing is lost on the way to Python and back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import F, Model, QuerySet
from django.utils.translation import gettext as _

from clients.checklist.models import Answer, ClientLink, ConsultationChecklist
from clients.diagnosis.models import NeedsDiagnosis
from clients.merging.models import Merge, MergedRow
from clients.profiles.models import CardConsent
from clients.prospects.models import Prospect
from org.workflow import Refused

BY_ITSELF = "look_again_on"  # what the sweep of the pool writes by itself changes nothing
ASIDE = 10_000
PRIVATE = (NeedsDiagnosis, ConsultationChecklist, Answer, ClientLink)  # of whoever made them: nobody else learns of any
# Rows that would meet on their way back, where one of a kind may stand.
ASIDE_FIRST: dict[type[Model], dict[str, Any]] = {
    NeedsDiagnosis: {"number": F("number") + ASIDE},
    ClientLink: {"state": ClientLink.State.ENDED},
    CardConsent: {"withdrawn_on": F("given_on")},
}
_LOOK = """
    SELECT seen.{pk}::text, to_jsonb(seen)::text, md5((to_jsonb(seen) - '{by_itself}')::text) FROM {table} AS seen
    WHERE seen.{pk} = ANY(%s::{type}[]) ORDER BY seen.{pk} FOR UPDATE OF seen
"""
_KEEP = """
    INSERT INTO clients_mergedrow (merge_id, model, key, before, after)
    SELECT %s, noted.model, noted.key, noted.before::jsonb, noted.after
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS noted (model, key, before, after)
"""
_WERE = """
    SELECT (jsonb_populate_record(NULL::{table}, noted.before)).* FROM clients_mergedrow AS noted
    WHERE noted.merge_id = %s AND noted.model = %s AND noted.before IS NOT NULL AND (noted.after = '') = %s
        AND noted.key = ANY(%s)
"""

Looks = dict[str, tuple[str, str]]  # key -> the row, its fingerprint


def look(model: type[Model], keys: Collection[str]) -> Looks:
    """The rows as they are, locked in the order of their keys."""
    if not keys:
        return {}
    pk = model._meta.pk
    kind = "uuid" if (pk.db_type(connection) or "").startswith("uuid") else "bigint"
    sql = _LOOK.format(pk=pk.column, table=model._meta.db_table, type=kind, by_itself=BY_ITSELF)
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(keys)])
        return {key: (row, mark) for key, row, mark in cursor.fetchall()}


class Images:
    """What a merge may touch: `watch` before it writes, `keep` when it has written."""

    def __init__(self) -> None:
        self.before: dict[type[Model], Looks] = defaultdict(dict)
        self.made: dict[type[Model], set[str]] = defaultdict(set)

    def watch(self, rows: QuerySet[Model]) -> int:
        """Lock these; answers how many they are."""
        keys = [str(pk) for pk in rows.order_by().values_list("pk", flat=True)]
        fresh = [key for key in keys if key not in self.before[rows.model]]
        self.before[rows.model] |= look(rows.model, fresh)
        return len(keys)

    def new(self, row: Model) -> None:
        self.made[type(row)].add(str(row.pk))

    def keep(self, merge: Merge) -> None:
        noted: list[tuple[str, str, str | None, str]] = []
        for model in {*self.before, *self.made}:
            before, label = self.before[model], model._meta.label
            after = look(model, {*before, *self.made[model]})
            for key in sorted({*before, *after}):
                was, now = before.get(key), after.get(key)
                if (was and was[0]) != (now and now[0]):
                    noted.append((label, key, was[0] if was else None, now[1] if now else ""))
        columns = [list(column) for column in zip(*noted, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [merge.pk, *columns])


def restore(merge: Merge) -> None:
    """Every row as it was. Refused, with nothing written, where one is not as the merge left it."""
    noted: dict[type[Model], dict[str, tuple[bool, str]]] = defaultdict(dict)
    for label, key, is_new, after in merge.rows.values_list("model", "key", "before__isnull", "after"):
        noted[apps.get_model(label)][key] = is_new, after
    changed = [model for model, rows in noted.items() if _differ(model, rows)]
    if changed:
        names = "、".join(sorted({str(model._meta.verbose_name) for model in changed if model not in PRIVATE}))
        if not names:
            raise Refused(_("合并以后资料又有改动，不能撤销。"))
        raise Refused(_("合并以后「{what}」又有改动，不能撤销。").format(what=names))
    for model, rows in noted.items():
        model._base_manager.filter(pk__in=[key for key, (is_new, _after) in rows.items() if is_new]).delete()
    for model, rows in noted.items():
        _set_back(merge, model, [key for key, (is_new, after) in rows.items() if after and not is_new])
        _insert(merge, model, [key for key, (_is_new, after) in rows.items() if not after])


def _differ(model: type[Model], rows: dict[str, tuple[bool, str]]) -> bool:
    now = look(model, sorted(rows))
    return any((now[key][1] if key in now else "") != after for key, (_is_new, after) in rows.items())


def _set_back(merge: Merge, model: type[Model], keys: list[str]) -> None:
    if model in ASIDE_FIRST:
        model._base_manager.filter(pk__in=keys).update(**ASIDE_FIRST[model])
    if model is Prospect:  # a code goes back to the one before the other has it again
        first = str(merge.survivor_id)
        for key in sorted(keys, key=lambda key: key != first):
            _update(merge, model, [key])
    elif keys:
        _update(merge, model, keys)


def _update(merge: Merge, model: type[Model], keys: list[str]) -> None:
    pk = model._meta.pk.column
    told = ", ".join(f"{one} = was.{one}" for one in _columns(model) if one != f'"{pk}"')
    sql = f"UPDATE {{table}} AS now SET {told} FROM ({_WERE}) AS was WHERE now.{pk} = was.{pk}"  # noqa: S608 (our own)
    _run(sql, merge, model, False, keys)


def _insert(merge: Merge, model: type[Model], keys: list[str]) -> None:
    columns = ", ".join(_columns(model))
    if keys:
        sql = f"INSERT INTO {{table}} ({columns}) SELECT {columns} FROM ({_WERE}) AS was"  # noqa: S608 (our own)
        _run(sql, merge, model, True, keys)


def _columns(model: type[Model]) -> list[str]:
    return [f'"{field.column}"' for field in model._meta.concrete_fields]


def _run(sql: str, merge: Merge, model: type[Model], gone: bool, keys: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        given: list[Any] = [merge.pk, model._meta.label, gone, list(keys)]
        cursor.execute(sql.format(table=model._meta.db_table), given)


def erase(merges: Collection[UUID]) -> None:
    MergedRow.objects.filter(merge__in=merges).delete()
