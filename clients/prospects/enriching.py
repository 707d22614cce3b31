"""补充资料: what is learnt of a prospect after it was registered. What that counts for is decided by the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.prospects.models import Contact, Prospect, Registration
from clients.prospects.searched import find_people_again, words_of
from clients.prospects.taken import Taken
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person

EXPIRY = "cover_expires_on"
CODE = "uscc"
FACTS = (
    EXPIRY, "insurer", "cover", "expected_premium", "budget", "headcount", "social_insurance", "needs", "industry",
    "ownership", "address", "grade", "referrer", CODE,
)  # fmt: skip
PERSON = "person:"  # and his name: somebody new at the prospect
KNOWN_PERSON = "contact:"  # and his name: more about somebody on the list
TAKEN = gettext_lazy("该信用代码已有人报备，请对照营业执照核对。")


@dataclass(frozen=True, kw_only=True)
class Met:
    """A person at the prospect; with a name that is on the list, what was not known of him."""

    name: str
    title: str = ""
    phone: str = ""
    is_handler: bool = False
    decides: bool = False


def is_key(fact: str) -> bool:
    """A person or an expiry date (domain.md, "What counts")."""
    return fact == EXPIRY or fact.startswith(PERSON)


@transaction.atomic(savepoint=False)
def enrich(owner: Person, *, prospect: UUID, at: datetime, facts: Mapping[str, Any], met: Met | None) -> list[str]:
    """Write what is new and answer the names of the facts gained; a field that was emptied is none.

    Refused to all but the owner while he holds it, when nothing is new, and for a code that anyone in the city has.
    """
    found = Prospect.objects.select_for_update().filter(pk=prospect, owner=owner, released_at=None).first()
    if found is None:
        raise Refused(_("只能补充自己的准客户。"))
    changed = {name: (getattr(found, name), new) for name, new in facts.items() if getattr(found, name) != new}
    for name, (_old, new) in changed.items():
        setattr(found, name, new)
    _save(found, changed)
    gained = [name for name in FACTS if name in changed and changed[name][1] not in ("", None)]
    person = _meet(found, met) if met else ""
    if not changed and not person:
        raise Refused(_("没有新的内容：写上一项原来不知道的，或改一项变了的。"))
    told = {name: list(map(_plain, pair)) for name, pair in changed.items()} | ({"contact": person} if person else {})
    record(found, "enrich", by=owner, at=at, changes=told)
    return gained + ([person] if person else [])


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) or value is None else str(value)


def _save(prospect: Prospect, changed: Mapping[str, Any]) -> None:
    if changed.get(CODE, ("", ""))[1] and _is_taken(prospect):
        raise Taken(str(TAKEN))
    words = words_of(prospect.name, prospect.uscc, prospect.kind) if CODE in changed else {}
    for name, said in words.items():
        setattr(prospect, name, said)
    try:
        with transaction.atomic():
            prospect.save(update_fields=[*changed, *words])
    except IntegrityError as taken:  # by somebody who was quicker
        raise Taken(str(TAKEN)) from taken


def _is_taken(prospect: Prospect) -> bool:
    same = {"city": prospect.city_id, "uscc": prospect.uscc}
    others = (
        Registration.objects.filter(**same, kind=Registration.Kind.NEW)
        .exclude(prospect=prospect)
        .exclude(person=prospect.owner_id)
    )
    return Prospect.objects.filter(**same).exclude(pk=prospect.pk).exists() or others.exists()


def _meet(prospect: Prospect, met: Met) -> str:
    """The name of the fact; empty when all of it was known."""
    contact, is_new = Contact.objects.get_or_create(prospect=prospect, name=met.name, defaults=asdict(met))
    if is_new:
        find_people_again([prospect.pk])
        return f"{PERSON}{met.name}"
    more = {name: value for name, value in asdict(met).items() if value and value != getattr(contact, name)}
    if not more:
        return ""
    for name, value in more.items():
        setattr(contact, name, value)
    contact.save(update_fields=list(more))
    find_people_again([prospect.pk])
    return f"{KNOWN_PERSON}{met.name}"
