"""The columns by which clients are found: whoever writes a name, a code or a contact writes these with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from uuid import UUID

from clients.prospects import sounding
from clients.prospects.models import Contact, Prospect
from clients.prospects.rules import normalised

BATCH = 1_000
COLUMNS = ("found_by", "found_by_people", "pinyin")


def words_of(name: str, uscc: str, kind: str) -> dict[str, str]:
    """Column → what a client of that name and code is found by and sorted by."""
    key = normalised(name)
    is_person = kind == Prospect.Kind.HOUSEHOLD
    return {"found_by": sounding.of_company(key, uscc), "pinyin": sounding.sorted_by(key, is_person=is_person)}


def words_of_people(people: Iterable[tuple[str, str]]) -> str:
    """Of the (name, phone) of its contacts."""
    return sounding.of_people((normalised(name), phone) for name, phone in people)


def find_people_again(prospects: Collection[UUID]) -> None:
    """After contacts of these were made or changed."""
    people: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for about, name, phone in _people(prospects):
        people[about].append((name, phone))
    found = [Prospect(pk=pk, found_by_people=words_of_people(people[pk])) for pk in prospects]
    Prospect.objects.bulk_update(found, ["found_by_people"], batch_size=BATCH)


def _people(prospects: Collection[UUID]) -> Iterator[tuple[UUID, str, str]]:
    rows = Contact.objects.filter(prospect__in=prospects).order_by("prospect", "name")
    return rows.values_list("prospect_id", "name", "phone").iterator(chunk_size=BATCH)


def find_all_again() -> int:
    """Every client whose words are not what they would be now; answers how many were. For rows that something else
    wrote, and after the readings changed."""
    changed = 0
    pending = iter(list(Prospect.objects.order_by("pk").values_list("pk", flat=True)))
    while pks := list(islice(pending, BATCH)):
        changed += _again(Prospect.objects.filter(pk__in=pks).prefetch_related("contacts"))
    return changed


def _again(prospects: Iterable[Prospect]) -> int:
    stale = []
    for one in prospects:
        people = sorted((contact.name, contact.phone) for contact in one.contacts.all())
        said = words_of(one.name, one.uscc, one.kind) | {"found_by_people": words_of_people(people)}
        if any(getattr(one, column) != words for column, words in said.items()):
            for column, words in said.items():
                setattr(one, column, words)
            stale.append(one)
    Prospect.objects.bulk_update(stale, COLUMNS, batch_size=BATCH)
    return len(stale)
