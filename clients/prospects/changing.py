"""What the owner of a client says of it besides facts: its state, the next step, its contacts put right; and the views
of the list that anyone keeps for himself. Nothing here counts for a day (clients/prospects/enriching.py does)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clients.prospects.models import QUERY, Contact, Prospect, SavedView
from clients.prospects.rules import CLOSED, STATUS_MOVES
from clients.prospects.searched import find_people_again
from org.idempotency.actions import Result, once
from org.permissions import Permission
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person

STATUS = "change_status"  # the verb in the trace, from which the timeline tells it
MOST_VIEWS = 20


def change_status(prospect: UUID, *, to: str, reason: str, by: Person, at: datetime, key: UUID) -> Result:
    """From where it stands; 失败 and 搁置 with a reason, which goes when the client is taken up again."""

    def effect(found: Prospect) -> Result:
        if to not in STATUS_MOVES[found.status]:
            raise Refused(_("这家客户现在不能改成这个状态，刷新看看。"))
        if to in CLOSED and not reason:
            raise Refused(_("写一句为什么，以后接手的人要看。"))
        before = found.status
        found.status, found.status_reason = to, reason
        found.save(update_fields=["status", "status_reason"])
        record(found, STATUS, by=by, at=at, changes={"status": [before, to], "reason": reason})
        return {"status": to}

    return _once_of_owner(prospect, effect, verb=STATUS, by=by, at=at, key=key, asked={"to": to, "reason": reason})


def set_next(prospect: UUID, *, said: Mapping[str, Any], by: Person, at: datetime, key: UUID) -> Result:
    """`said`: next_action and next_action_on; empty once it is done."""

    def effect(found: Prospect) -> Result:
        told = {name: [str(getattr(found, name) or ""), str(value or "")] for name, value in said.items()}
        for name, value in said.items():
            setattr(found, name, value)
        found.save(update_fields=list(said))
        record(found, "set_next", by=by, at=at, changes=told)
        return {"next": found.next_action}

    return _once_of_owner(prospect, effect, verb="set_next", by=by, at=at, key=key, asked=said)


def correct_contact(contact: Contact, *, said: Mapping[str, Any], by: Person, at: datetime, key: UUID) -> Result:
    """Put a contact right. A number is replaced, never emptied; calls know a contact by its name, so one who asked not
    to be disturbed keeps it, and what was said in a call is taken back with that call."""

    def effect(found: Prospect) -> Result:
        kept = Contact.objects.select_for_update().get(pk=contact.pk)
        changed = _changes(kept, said)
        if "name" in changed and found.contacts.filter(name=said["name"]).exists():
            raise Refused(_("这家客户已有联系人「{name}」。").format(name=said["name"]))
        for name, (_old, new) in changed.items():
            setattr(kept, name, new)
        kept.save(update_fields=list(changed))
        find_people_again([found.pk])
        told = {
            name: [str(one) for one in pair] for name, pair in changed.items() if name != "phone"
        }  # numbers stay out of the trace
        record(kept, "correct_contact", by=by, at=at, changes=told | ({"phone": True} if "phone" in changed else {}))
        return {"contact": str(kept.pk)}

    asked = {"contact": contact.pk, **said}
    return _once_of_owner(contact.prospect_id, effect, verb="correct_contact", by=by, at=at, key=key, asked=asked)


def _changes(kept: Contact, said: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    changed = {name: (getattr(kept, name), new) for name, new in said.items() if getattr(kept, name) != new}
    if not changed.get("phone", ("", "kept"))[1]:
        del changed["phone"]
    if kept.do_not_disturb_since and "name" in changed:
        raise Refused(_("标了勿扰的联系人不能改名，改名等于换了一个人。"))
    if kept.do_not_disturb_by and "do_not_disturb_since" in changed:
        raise Refused(_("勿扰是在一次电话里说的，删了那次电话才能取消。"))
    if not changed:
        raise Refused(_("没有改动。"))
    return changed


def _once_of_owner(
    prospect: UUID,
    effect: Callable[[Prospect], Result],
    *,
    verb: str,
    by: Person,
    at: datetime,
    key: UUID,
    asked: Mapping[str, Any],
) -> Result:
    """Under the lock of the client's row, by its owner alone."""

    def alone() -> Result:
        found = Prospect.objects.select_for_update().filter(pk=prospect, owner=by, released_at=None).first()
        if found is None or not by.can(Permission.PROSPECT_WRITE, on=at.date()):
            raise Refused(_("只能改自己的准客户。"))
        return effect(found)

    return once(key, by=by, verb=verb, at=at, parameters={"prospect": prospect, **asked}, effect=alone)


@transaction.atomic
def keep_view(*, name: str, query: str, is_default: bool, by: Person, at: datetime) -> SavedView:
    """Under its name: the same name again is the view as it is now."""
    if len(query) > QUERY:
        raise Refused(_("筛选条件太长，存不成视图：把搜索的字写短一点，或少选几项"))
    mine = SavedView.objects.select_for_update().filter(person=by)
    if len(mine) >= MOST_VIEWS and not any(one.name == name for one in mine):
        raise Refused(_("最多存 {n} 个视图，先删几个").format(n=MOST_VIEWS))
    if is_default:
        mine.update(is_default=False)
    given = {"query": query, "is_default": is_default, "saved_at": at}
    return SavedView.objects.update_or_create(person=by, name=name, defaults=given)[0]


@transaction.atomic
def prefer_view(view: SavedView, *, by: Person) -> None:
    """Opened first from now on; asked of the one that is, no longer."""
    SavedView.objects.filter(person=by).update(is_default=False)
    SavedView.objects.filter(pk=view.pk, person=by).update(is_default=not view.is_default)


def drop_view(view: SavedView, *, by: Person) -> None:
    SavedView.objects.filter(pk=view.pk, person=by).delete()
