"""What the needs diagnosis of the same family already knows, as answers of the checklist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from clients.checklist.rules import OF_AGE, Item
from clients.diagnosis.models import FamilyMember, NeedsDiagnosis

if TYPE_CHECKING:
    from clients.prospects.models import Prospect
    from org.people.models import Person

Relation = FamilyMember.Relation
SEX = {Relation.HUSBAND: "male", Relation.WIFE: "female"}
MONTHS = 12


def from_diagnosis(prospect: Prospect, by: Person) -> tuple[dict[str, Any], datetime | None]:
    """Item → value of the latest version that he made, and when a child's guardian agreed; nothing without one."""
    latest = NeedsDiagnosis.objects.of(prospect.pk).filter(person=by).first()
    if latest is None:
        return {}, None
    members = list(latest.members.prefetch_related("covers"))
    found = {
        Item.FAMILY: _rows("members", [_member(one, members) for one in members]),
        Item.INCOME: _income(members),
        Item.CARE: _amounts(education=latest.education, elders=latest.other),
        Item.POLICIES: _policies(members),
        Item.BUDGET: _amounts(yearly=latest.premium_wish),
    }
    agreed = [one.guardian_agreed_at for one in members if one.age < OF_AGE and one.guardian_agreed_at]
    return {item.value: value for item, value in found.items() if value}, min(agreed, default=None)


def _who(one: FamilyMember, members: Sequence[FamilyMember]) -> str:
    """先生 is 本人, 太太 his 配偶; 本人 herself where there is no 先生."""
    if one.relation in (Relation.CHILD, Relation.OTHER):
        return str(one.relation)
    has_husband = any(other.relation == Relation.HUSBAND for other in members)
    return "self" if one.relation == Relation.HUSBAND or not has_husband else "spouse"


def _member(one: FamilyMember, members: Sequence[FamilyMember]) -> dict[str, Any]:
    sex = SEX.get(Relation(one.relation))
    row = {"relation": _who(one, members), "age": one.age, "sex": sex, "occupation": one.occupation}
    return {name: value for name, value in row.items() if value not in (None, "")}


def _income(members: Sequence[FamilyMember]) -> dict[str, Any]:
    earners = [{"who": _who(one, members), "yearly": _plain(one.income)} for one in members if one.income]
    living = [one.living for one in members if one.living is not None]
    spending = _amounts(spending_monthly=sum(living, Decimal(0)) / MONTHS if living else None)
    return {**spending, **_rows("earners", earners)}


def _policies(members: Sequence[FamilyMember]) -> dict[str, Any]:
    held = [
        {
            "who": _who(one, members), "company": cover.company, "name": cover.name, "premium": _plain(cover.premium),
            "sum_insured": _plain(cover.sum_insured),
        }
        for one in members
        for cover in one.covers.all()
    ]  # fmt: skip
    asked = bool(members) and all(one.cover_asked for one in members if one.is_adult)
    return _rows("held", held) or ({"none": True} if asked else {})


def _rows(name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: rows} if rows else {}


def _amounts(**given: Decimal | None) -> dict[str, str]:
    return {name: _plain(value) for name, value in given.items() if value is not None}


def _plain(value: Decimal) -> str:
    return format(value.quantize(Decimal("0.01")).normalize(), "f")
