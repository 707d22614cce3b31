"""Both sides are told of a hand-over and of its undoing; one message each, with the names of the first clients."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.prospects.models import Prospect
from org.notices import actions as notices

if TYPE_CHECKING:
    from clients.handover.models import HandedClient, Handover
    from org.people.models import Person

NAMED = 5
KIND, UNDONE, LEFT_BEHIND = "handed_over", "hand_over_undone", "left_behind"


def book_of(person: Person) -> str:
    """Where his clients are handed over."""
    return reverse("handover-new", args=[person.employee_no])


def list_of(person: Person) -> str:
    """Where who may not hand them over reads them."""
    return f"{reverse('client-list')}?owner={person.employee_no}"


def _by_receiver(rows: Iterable[HandedClient]) -> dict[Person, list[HandedClient]]:
    found: dict[Person, list[HandedClient]] = defaultdict(list)
    for row in rows:
        found[row.to].append(row)
    return found


def _names(rows: list[HandedClient]) -> str:
    names = "、".join(row.prospect.name for row in rows[:NAMED])
    return _("{names} 等").format(names=names) if len(rows) > NAMED else names


def tell_handed(made: Handover, rows: list[HandedClient]) -> None:
    for to, some in _by_receiver(rows).items():
        stayed = sum(len(row.stayed) for row in some)
        title = _("{name}的 {n} 家客户交给你了").format(name=made.person.name, n=len(some))
        body = _("{names}：项目级次、约好的拜访和下一步都接着走").format(names=_names(some))
        if stayed:
            body = _("{body}；有 {n} 次拜访和你的安排冲突，要另约").format(body=body, n=stayed)
        notices.post(KIND, to=to, at=made.at, title=title, body=body, link=reverse("received"), about=made)
    everybody = "、".join(to.name for to in _by_receiver(rows))
    title = _("你的 {n} 家客户已交接给{names}").format(n=len(rows), names=everybody)
    notices.post(KIND, to=made.person, at=made.at, title=title, body=_names(rows), link=reverse("leaving"), about=made)


def lapse_left_behind(giver: Person, at: datetime) -> None:
    """Nothing of his waits any more."""
    if not Prospect.objects.filter(owner=giver, released_at=None).exists():
        notices.lapse(LEFT_BEHIND, book_of(giver), list_of(giver), at=at)


def tell_undone(found: Handover, rows: list[HandedClient], *, by: Person, at: datetime) -> None:
    for to, some in _by_receiver(rows).items():
        title = _("{by}撤销了交接，{n} 家客户回到{name}名下").format(by=by.name, n=len(some), name=found.person.name)
        notices.post(UNDONE, to=to, at=at, title=title, body=_names(some), link=reverse("received"), about=found)
    title = _("{by}撤销了交接，{n} 家客户回到你名下").format(by=by.name, n=len(rows))
    notices.post(UNDONE, to=found.person, at=at, title=title, body=_names(rows), link=reverse("leaving"), about=found)
