"""What becomes of the rows of one table when its client is merged: what stands on both cards is joined.

Each writes rows that were watched before (clients/merging/images.py), so that the undo is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import F, Max, Model
from django.utils.translation import gettext as _

from clients.checklist.models import Answer, ClientLink, ConsultationChecklist
from clients.diagnosis.models import NeedsDiagnosis
from clients.merging.images import ASIDE, Images
from clients.merging.rules import GUEST_RANK, OF_A_PERSON, Known, filled, joined, mobile, newer_first, twins
from clients.profiles.models import CardConsent, ClientProfile, Proposal
from clients.prospects.models import Contact, Prospect
from clients.prospects.rules import normalised
from clients.protection.models import Release
from clients.referrals.models import ReferredName
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person


@dataclass
class Case:
    """`people`: (contact of the absorbed card, field) of which that card's value was chosen. `by`: who does it."""

    survivor: Prospect
    absorbed: Prospect
    at: datetime
    people: frozenset[tuple[UUID, str]] = frozenset()
    by: Person | None = None
    images: Images = field(default_factory=Images)


class Table(NamedTuple):
    """A table that refers to clients, by the name of the field."""

    model: type[Model]
    field: str

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.field}"

    def of(self, *clients: Prospect) -> Any:
        return self.model._base_manager.filter(**{f"{self.field}__in": clients})


How = Callable[[Case, Table], None]


def move(case: Case, table: Table) -> None:
    table.of(case.absorbed).update(**{table.field: case.survivor})


def stay(case: Case, table: Table) -> None:
    """It tells of the card as it was: a log of looks, a hand-over, an earlier merge."""


def by_key(key: Callable[[Any], Hashable], fill: Callable[[Any, Any], dict[str, Any]]) -> How:
    """Rows of one key are one row, and the others move."""

    def join(case: Case, table: Table) -> None:
        kept = {key(row): row for row in table.of(case.survivor).order_by("pk")}
        for row in table.of(case.absorbed).order_by("pk"):
            twin = kept.get(key(row))
            if twin is None:
                setattr(row, table.field, case.survivor)
                row.save(update_fields=[table.field])
                kept[key(row)] = row
            else:
                _save(twin, fill(twin, row))
                row.delete()

    return join


def _save(row: Model, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    if values:
        row.save(update_fields=list(values))


def _facts(row: Model) -> list[str]:
    return [one.attname for one in row._meta.concrete_fields if one.name not in ("id", "prospect")]


def newer(twin: Any, row: Any) -> dict[str, Any]:
    """The newer of the two stands; what it does not say the other does."""
    first, second = newer_first(twin, row)
    return filled(first, second, _facts(twin))


def attended(twin: Any, row: Any) -> dict[str, Any]:
    """A guest twice on a list came if either came."""
    said = {"follow_up": twin.follow_up or row.follow_up, "follow_up_on": twin.follow_up_on or row.follow_up_on}
    if not twin.follow_up:
        said["followed_on"] = row.followed_on
    return said | {"state": max((twin.state, row.state), key=lambda state: GUEST_RANK[state])}


def earlier(twin: CardConsent, row: CardConsent) -> dict[str, Any]:
    """The same consent recorded twice was given on the earlier day."""
    if row.given_on >= twin.given_on:
        return {}
    return {name: getattr(row, name) for name in ("given_on", "recorded_by", "recorded_at")}


def standing(row: CardConsent) -> Hashable:
    return row.pk if row.withdrawn_on else (row.purpose, row.version, row.given_by)


def consents(case: Case, table: Table) -> None:
    """What was taken back on one card does not stand by the other; the same consent on both is one row."""
    cards = [list(table.of(one).order_by("pk")) for one in (case.survivor, case.absorbed)]
    ended = [[row for row in rows if row.withdrawn_on] for rows in cards]
    for rows, theirs in zip(cards, reversed(ended), strict=True):
        for row in rows:
            same = [one for one in theirs if _agreed(one) == _agreed(row) and one.withdrawn_on >= row.given_on]
            if same and row.withdrawn_on is None:
                last = max(same, key=lambda one: one.withdrawn_on)
                _save(row, {"withdrawn_on": last.withdrawn_on, "withdrawn_by": last.withdrawn_by})
    by_key(standing, earlier)(case, table)


def _agreed(row: CardConsent) -> tuple[str, str]:
    """To what and who, under whichever version of the notice."""
    return row.purpose, normalised(row.given_by)


def contacts(case: Case, table: Table) -> None:
    """The same person is one; who asked not to be disturbed on either card is not."""
    kept = {one.pk: one for one in table.of(case.survivor).order_by("pk")}
    gone = {one.pk: one for one in table.of(case.absorbed).order_by("pk")}
    same = twins([known(one) for one in kept.values()], [known(one) for one in gone.values()])
    for pk, row in gone.items():
        if pk in same:
            row.delete()
            _one_person(kept[same[pk]], row, {name for contact, name in case.people if contact == pk})
    for pk, row in gone.items():
        if pk not in same:
            row.prospect = case.survivor
            row.save(update_fields=["prospect"])


def known(one: Contact) -> Known:
    return Known(one.pk, one.name, normalised(one.name), mobile(one.phone), one.do_not_disturb_since is not None)


def _one_person(kept: Contact, gone: Contact, taken: Iterable[str]) -> None:
    said = joined(kept, gone, taken, [(name,) for name in OF_A_PERSON])
    said |= {"is_handler": kept.is_handler or gone.is_handler, "decides": kept.decides or gone.decides}
    if kept.do_not_disturb_since or gone.do_not_disturb_since:
        said.pop("name", None)
    if gone.do_not_disturb_since and not (
        kept.do_not_disturb_since and kept.do_not_disturb_since <= gone.do_not_disturb_since
    ):
        said |= {name: getattr(gone, name) for name in ("name", "do_not_disturb_since", "do_not_disturb_by")}
    _save(kept, said)


def profile(case: Case, table: Table) -> None:
    """One card (档案卡) a client."""
    rows = {one.prospect_id: one for one in ClientProfile.objects.filter(prospect__in=[case.survivor, case.absorbed])}
    kept, gone = rows.get(case.survivor.pk), rows.get(case.absorbed.pk)
    if gone is None:
        return
    ClientProfile.objects.filter(prospect=case.absorbed).delete()
    if kept is not None:
        _save(kept, newer(kept, gone))
        return
    gone.prospect = case.survivor
    gone.save(force_insert=True)
    case.images.new(gone)


def proposals(case: Case, table: Table) -> None:
    """Versions are on paper at the client: those of the survivor stay, the others count on from them."""
    last = Proposal.objects.filter(prospect=case.survivor).aggregate(last=Max("version"))["last"] or 0
    for number, row in enumerate(Proposal.objects.filter(prospect=case.absorbed).order_by("version"), last + 1):
        _save(row, {"prospect": case.survivor, "version": number})


def diagnoses(case: Case, table: Table) -> None:
    """Numbered anew for each author in the order in which they were begun: the last is the latest."""
    authors = NeedsDiagnosis.objects.filter(prospect=case.absorbed).order_by().values_list("person", flat=True)
    for person in set(authors):
        both = NeedsDiagnosis.objects.filter(person=person, prospect__in=[case.survivor, case.absorbed])
        ordered = list(both.order_by("started_at", "number", "pk"))
        both.update(number=F("number") + ASIDE)
        for number, row in enumerate(ordered, 1):
            _save(row, {"prospect": case.survivor, "number": number})


def checklists(case: Case, table: Table) -> None:
    """Of one family by one person: of an item the later answer; with them the links and what was filled in."""
    kept = {one.person_id: one for one in ConsultationChecklist.objects.filter(prospect=case.survivor)}
    for row in ConsultationChecklist.objects.filter(prospect=case.absorbed).order_by("pk"):
        if (twin := kept.get(row.person_id)) is None:
            _save(row, {"prospect": case.survivor})
        else:
            _one_link(case, twin, row)
            _one_checklist(twin, row)


def _one_link(case: Case, kept: ConsultationChecklist, gone: ConsultationChecklist) -> None:
    """Which of two the client is filling in nobody knows; what he can fill in no more ends here. That there is a
    checklist its author alone is told."""
    links = ClientLink.objects.filter(checklist__in=[kept, gone])
    fillable = list(links.open(case.at).values_list("pk", flat=True))
    if len(fillable) > 1 and case.by == kept.person:
        raise Refused(_("两家都有等客户填写的十项资料链接，先作废一个再合并。"))
    if len(fillable) > 1:
        raise Refused(_("两家都有负责人没办完的事，请他先办完，或由他自己合并。"))
    waiting = links.filter(state=ClientLink.State.WAITING).exclude(pk__in=fillable)
    waiting.update(state=ClientLink.State.ENDED, ended_at=case.at)


def _one_checklist(kept: ConsultationChecklist, gone: ConsultationChecklist) -> None:
    mine = {one.item: one for one in Answer.objects.filter(checklist=kept)}
    for answer in Answer.objects.filter(checklist=gone).order_by("pk"):
        twin = mine.get(answer.item)
        if twin is not None and twin.at >= answer.at:
            answer.delete()
            continue
        if twin is not None:
            twin.delete()
        _save(answer, {"checklist": kept})
    ClientLink.objects.filter(checklist=gone).update(checklist=kept)
    agreed = filter(None, (kept.guardian_agreed_at, gone.guardian_agreed_at))
    gone.delete()
    _save(
        kept,
        {
            "guardian_agreed_at": min(agreed, default=None),
            "created_at": min(kept.created_at, gone.created_at),
            "changed_at": max(kept.changed_at, gone.changed_at),
        },
    )


def introduced(case: Case, table: Table) -> None:
    """One client came of one name: of two the survivor's stands. Nobody introduced himself."""
    if ReferredName.objects.filter(prospect=case.survivor).exists():
        return
    came = ReferredName.objects.filter(prospect=case.absorbed)
    came.exclude(referral__prospect__in=[case.survivor, case.absorbed]).update(prospect=case.survivor)


def releases(case: Case, table: Table) -> None:
    """What lay in the pool was taken from there by whoever holds the other; where nobody does, one lies there."""
    waits = Release.objects.filter(prospect=case.absorbed, claimed_at=None)
    if case.survivor.released_at is None:
        waits.update(claimed_by=case.survivor.owner, claimed_at=case.at)
    else:
        waits.delete()
    move(case, table)


def through(case: Case, table: Table) -> None:
    """The table between two models: a client once."""
    other = next(one.name for one in table.model._meta.concrete_fields if one.name not in ("id", table.field))
    has = table.of(case.survivor).values(other)
    table.of(case.absorbed).filter(**{f"{other}__in": has}).delete()
    move(case, table)
