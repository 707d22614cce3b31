"""离任清单: what a person still has in hand. Each item counts rows that its reader may see; rooms above add theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.chain.inviting import when
from clients.chain.models import Accompaniment, Opportunity, PlannedVisit
from clients.prospects.models import Prospect
from clients.referrals.models import Referral, ReferredName

if TYPE_CHECKING:
    from org.people.models import Person

Find = Callable[["Person", "Person", datetime], QuerySet[Any]]  # of whom, for which reader, when


class Shown(NamedTuple):
    title: str
    text: str
    link: str


class Item(NamedTuple):
    label: Any  # lazy text
    icon: str
    find: Find
    show: Callable[[Any], Shown]


ITEMS: dict[str, Item] = {}


def client_link(client: Prospect) -> str:
    return reverse("client", args=[client.pk])


def held(of: Person, reader: Person, at: datetime) -> QuerySet[Prospect]:
    """His clients, as far as the reader sees them."""
    return Prospect.objects.visible_to(reader, at.date()).filter(owner=of, released_at=None)


def _running(of: Person, reader: Person, at: datetime) -> QuerySet[Opportunity]:
    seen = Opportunity.objects.visible_to(reader, at.date()).filter(state=Opportunity.State.RUNNING)
    return seen.filter(prospect__owner=of, prospect__released_at=None).select_related("prospect")


def _majors(of: Person, reader: Person, at: datetime) -> QuerySet[Opportunity]:
    open_ones = (Opportunity.Major.DECLARED, Opportunity.Major.CONFIRMED)
    return _running(of, reader, at).filter(major__in=open_ones)


def _visits(of: Person, reader: Person, at: datetime) -> QuerySet[PlannedVisit]:
    ahead = PlannedVisit.objects.visible_to(reader, at.date()).filter(person=of, ends_at__gt=at)
    return ahead.filter(state=PlannedVisit.State.PLANNED).select_related("prospect")


def _invitations(of: Person, reader: Person, at: datetime) -> QuerySet[Accompaniment]:
    """That he has not answered, and those of his that nobody has answered."""
    asked = Accompaniment.objects.visible_to(reader, at.date()).filter(Q(companion=of) | Q(person=of))
    open_ones = asked.filter(state=Accompaniment.State.ASKED, planned__state="planned", planned__starts_at__gt=at)
    return open_ones.select_related("planned__prospect", "companion", "person")


def _promises(of: Person, reader: Person, at: datetime) -> QuerySet[Prospect]:
    return held(of, reader, at).exclude(next_action="").order_by("next_action_on", "name")


def _thanks(of: Person, reader: Person, at: datetime) -> QuerySet[Referral]:
    given = Exists(ReferredName.objects.filter(referral=OuterRef("pk")))
    owed = Referral.objects.visible_to(reader, at.date()).owned_by(of).filter(given, thanks=None)
    return owed.select_related("prospect")


def _client(one: Prospect) -> Shown:
    return Shown(one.name, one.get_status_display(), client_link(one))


def _project(one: Opportunity) -> Shown:
    text = _("{line} · 陪访级次 {level}").format(line=one.name, level=one.level)
    return Shown(one.prospect.name, text, client_link(one.prospect))


def _visit(one: PlannedVisit) -> Shown:
    return Shown(one.prospect.name, when(one), reverse("planned-visit", args=[one.pk]))


def _invitation(one: Accompaniment) -> Shown:
    said = _("{name} 请 {companion}").format(name=one.person.name, companion=one.companion.name)
    planned = one.planned
    client = planned.prospect.name if planned else ""
    at = f"，{when(planned)}" if planned else ""
    return Shown(client, f"{said}{at}", reverse("accompaniment", args=[one.pk]))


def _promise(one: Prospect) -> Shown:
    day = f"{one.next_action_on:%Y-%m-%d} " if one.next_action_on else ""
    return Shown(one.name, f"{day}{one.next_action}", client_link(one))


def _thank(one: Referral) -> Shown:
    return Shown(one.prospect.name, f"{one.asked_on:%Y-%m-%d} {one.contact}", reverse("referral", args=[one.pk]))


ITEMS |= {
    "clients": Item(_("名下客户"), "building", held, _client),
    "running": Item(_("进行中的项目"), "git-branch", _running, _project),
    "majors": Item(_("未结的重大项目"), "flag", _majors, _project),
    "visits": Item(_("约好的拜访"), "calendar-range", _visits, _visit),
    "invitations": Item(_("未答复的陪访邀请"), "users", _invitations, _invitation),
    "promises": Item(_("约好的下一步"), "clock", _promises, _promise),
    "thanks": Item(_("待答谢的转介绍"), "share-2", _thanks, _thank),
}


class Tick(NamedTuple):
    key: str
    label: Any
    icon: str
    left: int


def checklist(of: Person, reader: Person, at: datetime) -> list[Tick]:
    """One query an item."""
    return [Tick(key, one.label, one.icon, one.find(of, reader, at).count()) for key, one in ITEMS.items()]
