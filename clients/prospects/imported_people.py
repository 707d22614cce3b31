"""经办人 and 决策人 of the rows of a list."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from clients.prospects.models import Contact, Prospect
from clients.prospects.searched import BATCH, find_people_again
from org.workbooks.importing import Row
from org.workbooks.upserting import Upsert


def write_contacts(placed: Iterable[tuple[Prospect, Row]], *, new: Collection[UUID], at: datetime) -> None:
    """Of the rows; one who is neither any more stays as a contact of the client. `new`: clients that the list made,
    which know already by whom they are found. So many at a time: a long list has twice as many people."""
    pending = iter(placed)
    while batch := list(islice(pending, BATCH)):
        _write({prospect.pk: row for prospect, row in batch}, new=new, at=at)


def _write(rows: dict[UUID, Row], *, new: Collection[UUID], at: datetime) -> None:
    old = [pk for pk in rows if pk not in new]
    known = {(one.prospect_id, one.name): one for one in Contact.objects.filter(prospect__in=old)}
    contacts = Upsert(Contact, known)
    named = {(pk, name): facts for pk, row in rows.items() for name, facts in people_of(row).items()}
    for key, one in list(known.items()):
        if key not in named and (one.is_handler or one.decides):
            contacts.put(key, {"is_handler": False, "decides": False})
    for key, facts in named.items():
        contacts.put(key, facts, first={"prospect_id": key[0], "name": key[1]})
    contacts.save(at=at, trace_new=False)
    touched = {one.prospect_id for one in [*contacts.new, *contacts.changed.values()]}
    find_people_again(sorted(touched - set(new)))


def people_of(row: Row) -> dict[str, dict[str, Any]]:
    """Name → what the row says of the person; one man may be both. A list without numbers erases none."""
    found: dict[str, dict[str, Any]] = {}
    if row["决策人"]:
        found[row["决策人"]] = {"is_handler": False, "decides": True}
    found[row["经办人"]] = {
        "title": row["经办人职务"],
        "is_handler": True,
        "decides": row["决策人"] == row["经办人"],
    }
    if row["经办人电话"]:
        found[row["经办人"]]["phone"] = row["经办人电话"]
    return found
