"""The writers of a diagnosis: begin, keep what was said, confirm. All of them the maker's own.

They leave no trace: the pages of traces are read by others, to whom there is no diagnosis (docs/adr/0009). What was
confirmed and when, and what a change made void, are rows of the diagnosis itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clients.diagnosis.models import ExistingCover, FamilyConfirmation, FamilyMember, NeedsDiagnosis
from clients.prospects.models import Prospect
from org.idempotency.actions import Result, once
from org.permissions import Permission
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person

OF_ALL = ("housing", "education", "other", "assets", "premium_wish", "discount_rate", "inflation")
OF_ONE = (
    "relation", "name", "age", "occupation", "phone", "guardian_agreed_at", "living", "living_years", "income",
    "income_years", "social", "social_years", "cover_asked",
)  # fmt: skip


class Policy(NamedTuple):
    company: str = ""
    name: str = ""
    premium: Decimal = Decimal(0)
    sum_insured: Decimal = Decimal(0)


class Answers(NamedTuple):
    """What one step of the interview said: fields of the family, fields of a member by his place, his policies by his
    place, and, where the step is about who belongs to it, the whole list: each with his old place, None for a new one,
    and whether the guardian agreed under `guardian_agreed_at`."""

    family: Mapping[str, Any] = {}
    members: Mapping[int, Mapping[str, Any]] = {}
    covers: Mapping[int, Sequence[Policy]] = {}
    roll: Sequence[tuple[int | None, Mapping[str, Any]]] | None = None


def _owns(prospect: Prospect, by: Person, at: datetime) -> None:
    if prospect.kind != Prospect.Kind.HOUSEHOLD:
        raise Refused(_("需求诊断是为家庭做的，这是一家单位。"))
    if prospect.owner_id != by.pk or not by.can(Permission.DIAGNOSIS_WRITE, on=at.date()):
        raise Refused(_("这个家庭现在不归你，旧的诊断只能看。"))


def start(prospect: Prospect, *, by: Person, at: datetime, key: UUID) -> Result:
    """The first interview, or a new one that begins with what the family said last; an unfinished one goes on."""

    def begin() -> Result:
        locked = Prospect.objects.select_for_update(of=("self",)).get(pk=prospect.pk)
        _owns(locked, by, at)
        last = NeedsDiagnosis.objects.filter(prospect=locked, person=by).order_by("-number").first()
        if last is None:
            last = NeedsDiagnosis.objects.create(prospect=locked, person=by, started_at=at, changed_at=at)
        elif last.confirmed_at:
            last = _next_version(last, at, started_at=at)
        return {"diagnosis": str(last.pk)}

    return once(key, by=by, verb="diagnosis.start", at=at, parameters={"prospect": prospect.pk}, effect=begin)


def _next_version(of: NeedsDiagnosis, at: datetime, *, started_at: datetime) -> NeedsDiagnosis:
    """A copy to go on with; the confirmed one stays as it was confirmed."""
    given = {name: getattr(of, name) for name in OF_ALL}
    new = NeedsDiagnosis.objects.create(
        prospect_id=of.prospect_id, person_id=of.person_id, number=of.number + 1, started_at=started_at, changed_at=at,
        **given,
    )  # fmt: skip
    for one in of.members.prefetch_related("covers"):
        copy = FamilyMember.objects.create(
            diagnosis=new, position=one.position, **{name: getattr(one, name) for name in OF_ONE}
        )
        _write_covers(copy, [Policy(*(getattr(cover, name) for name in Policy._fields)) for cover in one.covers.all()])
    return new


def _write_covers(member: FamilyMember, told: Sequence[Policy]) -> None:
    ExistingCover.objects.bulk_create(ExistingCover(member=member, **one._asdict()) for one in told)


def keep(diagnosis: NeedsDiagnosis, answers: Answers, *, by: Person, at: datetime, key: UUID, revision: int) -> Result:
    """Keep what a step said. What says nothing new changes nothing; a change ends the confirmations, and of a
    diagnosis that all had confirmed it makes the next version. Refused when another page was faster."""

    def kept() -> Result:
        return {"diagnosis": str(_keep(diagnosis, answers, by, at, revision).pk)}

    asked = {"diagnosis": diagnosis.pk, "revision": revision, "answers": answers}
    return once(key, by=by, verb="diagnosis.save", at=at, parameters=asked, effect=kept)


def _keep(diagnosis: NeedsDiagnosis, answers: Answers, by: Person, at: datetime, revision: int) -> NeedsDiagnosis:
    row = _locked(diagnosis, by, at)
    if not _differs(row, answers):
        return row
    if revision != row.revision:
        raise Refused(_("这份诊断在另一处改过。下面是你填的，和最新的对一遍再存。"))
    if row.confirmed_at:
        row = _next_version(row, at, started_at=row.started_at)
    _void(row, at)
    _write(row, answers, at)
    row.revision, row.changed_at = row.revision + 1, at
    row.save()
    return row


def _locked(diagnosis: NeedsDiagnosis, by: Person, at: datetime) -> NeedsDiagnosis:
    """The row, held against a confirmation or another saving at the same time; only the last version may change."""
    prospect = Prospect.objects.select_for_update(of=("self",)).get(pk=diagnosis.prospect_id)
    row = NeedsDiagnosis.objects.select_for_update().get(pk=diagnosis.pk)
    _owns(prospect, by, at)
    if row.person_id != by.pk:
        raise Refused(_("这件事不归你办。"))
    if NeedsDiagnosis.objects.filter(prospect=prospect, person=by, number__gt=row.number).exists():
        raise Refused(_("这一版已经有了更新的一版，不能再改。"))
    return row


def _differs(row: NeedsDiagnosis, answers: Answers) -> bool:
    members = list(row.members.prefetch_related("covers"))
    if any(getattr(row, name) != value for name, value in answers.family.items()):
        return True
    by_place = {one.position: one for one in members}
    for place, said in answers.members.items():
        if any(getattr(by_place[place], name) != value for name, value in said.items()):
            return True
    for place, told in answers.covers.items():
        had = [Policy(*(getattr(one, name) for name in Policy._fields)) for one in by_place[place].covers.all()]
        if had != list(told):
            return True
    return answers.roll is not None and _roll_differs(by_place, answers.roll)


def _roll_differs(by_place: Mapping[int, FamilyMember], roll: Sequence[tuple[int | None, Mapping[str, Any]]]) -> bool:
    if [place for place, _said in roll] != sorted(by_place):
        return True
    for place, said in roll:
        one = by_place[place]  # type: ignore[index]
        had = {name: getattr(one, name) for name in said} | {"guardian_agreed_at": bool(one.guardian_agreed_at)}
        if had != said:
            return True
    return False


def _write(row: NeedsDiagnosis, answers: Answers, at: datetime) -> None:
    for name, value in answers.family.items():
        setattr(row, name, value)
    by_place = {one.position: one for one in row.members.all()}
    for place, said in answers.members.items():
        FamilyMember.objects.filter(pk=by_place[place].pk).update(**said)
    for place, told in answers.covers.items():
        by_place[place].covers.all().delete()
        _write_covers(by_place[place], told)
    if answers.roll is not None:
        _write_roll(row, by_place, answers.roll, at)


def _write_roll(
    row: NeedsDiagnosis,
    by_place: Mapping[int, FamilyMember],
    roll: Sequence[tuple[int | None, Mapping[str, Any]]],
    at: datetime,
) -> None:
    """Who is left out goes, with his figures; the others keep theirs and close up."""
    places = [place for place, _said in roll if place is not None]
    if places != sorted(set(places)) or not by_place.keys() >= set(places):  # each line once, in its order
        raise Refused(_("家人名单对不上，刷新后再填一遍。"))
    kept = set(places)
    row.members.exclude(position__in=kept).delete()
    for position, (place, said) in enumerate(roll):
        one = by_place[place] if place is not None else FamilyMember(diagnosis=row)
        agreed = (one.guardian_agreed_at or at) if said["guardian_agreed_at"] else None
        for name, value in {**said, "guardian_agreed_at": agreed, "position": position}.items():
            setattr(one, name, value)
        if not one.is_adult:  # was taken for one before the age was put right
            one.income = one.income_years = one.social = one.social_years = None
        one.save()


def _void(row: NeedsDiagnosis, at: datetime) -> None:
    FamilyConfirmation.objects.filter(member__diagnosis=row, voided_at=None).update(voided_at=at)


@transaction.atomic
def confirm(diagnosis: NeedsDiagnosis, member: UUID, *, by: Person, at: datetime, revision: int) -> NeedsDiagnosis:
    """One adult heard the figures of that revision read back and agrees; with the last of them it is confirmed."""
    row = _locked(diagnosis, by, at)
    if revision != row.revision:
        raise Refused(_("数字刚改过，请把新的念一遍再确认。"))
    adults = [one for one in row.members.all() if one.is_adult]
    one = next((one for one in adults if one.pk == member), None)
    if one is None:
        raise Refused(_("由家里的成年人确认。"))
    if not any(adult.living is not None for adult in adults):
        raise Refused(_("还没有数字可以确认，先把生活费和收入问完。"))
    FamilyConfirmation.objects.get_or_create(member=one, voided_at=None, defaults={"revision": row.revision, "at": at})
    agreed = FamilyConfirmation.objects.filter(member__in=adults, voided_at=None).count()
    if agreed == len(adults) and not row.confirmed_at:
        row.confirmed_at = at
        row.save(update_fields=["confirmed_at"])
    return row


@transaction.atomic
def hand_on(prospect: Prospect, *, by: Person, at: datetime, agreed: bool, to: str) -> int:
    """With the family's consent the maker gives his versions to the owner whom it was asked about, `to` (his id), who
    may have them; returns how many. They come before his own, so that his interview goes on where it was."""
    locked = Prospect.objects.select_for_update(of=("self",)).select_related("owner").get(pk=prospect.pk)
    if not agreed:
        raise Refused(_("先问家人是否同意，再勾上。"))
    if locked.owner_id == by.pk:
        raise Refused(_("这个家庭还是你的，不用交。"))
    if locked.owner is None or str(locked.owner_id) != to:
        raise Refused(_("负责这个家庭的人刚换过，请问家人是否同意转交给现在这位，再勾上。"))
    if not locked.owner.can(Permission.DIAGNOSIS_WRITE, on=at.date()):
        raise Refused(_("{name}不做需求诊断，不能转交。").format(name=locked.owner.name))
    given = list(NeedsDiagnosis.objects.visible_to(by, at.date()).of(locked.pk).order_by("number"))
    for one in NeedsDiagnosis.objects.filter(prospect=locked, person_id=locked.owner_id).order_by("-number"):
        NeedsDiagnosis.objects.filter(pk=one.pk).update(number=one.number + len(given))
    for number, one in enumerate(given, start=1):
        NeedsDiagnosis.objects.filter(pk=one.pk).update(person_id=locked.owner_id, number=number, handed_on_at=at)
    return len(given)
