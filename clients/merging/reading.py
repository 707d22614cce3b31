"""Two cards side by side: fact by fact, person by person, and how much would move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, F, Value
from django.utils.translation import gettext_lazy as _

from clients.merging.images import PRIVATE
from clients.merging.joining import known
from clients.merging.models import Merge
from clients.merging.rules import FACTS, OF_A_PERSON, Choice, choices, is_blank, twins
from clients.merging.tables import moving
from clients.prospects.models import Contact, Prospect
from org.trace.models import Trace

if TYPE_CHECKING:
    from org.people.models import Person

CALLED = {
    "activity.LogEntry": _("电话"),
    "activity.Target_key_prospects": _("周目标重点客户"),
    "clients.Prospect": _("早先并入的客户"),
    "clients.Registration": _("积累记录"),
    "clients.Release": _("公海记录"),
}


LABELS = {"status": _("状态"), "name": _("名称")}


class Fact(NamedTuple):
    """One line of the comparison; `choice` None where both say the same."""

    name: str
    label: Any
    left: str
    right: str
    choice: Choice | None


def facts(left: Prospect, right: Prospect) -> list[Fact]:
    """Those of which either says anything."""
    differ = {one.name: one for one in choices(left, right)}
    found = []
    for names in FACTS:
        mine, theirs = shown_as(left, names), shown_as(right, names)
        if mine or theirs:
            label = LABELS.get(names[0]) or getattr(Prospect._meta.get_field(names[0]), "verbose_name", None)
            found.append(Fact(names[0], label, mine, theirs, differ.get(names[0])))
    return found


def shown_as(one: Any, names: Sequence[str]) -> str:
    return " · ".join(filter(None, (_shown(one, name) for name in names)))


def _shown(one: Any, name: str) -> str:
    value = getattr(one, name)
    if is_blank(value):
        return ""
    if getattr(one._meta.get_field(name), "choices", None):
        return str(getattr(one, f"get_{name}_display")())
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return str(value)


class Same(NamedTuple):
    """One person on both cards, and what the cards say differently of him."""

    left: Contact
    right: Contact
    differ: list[Choice]


class People(NamedTuple):
    same: list[Same]
    left: list[Contact]
    right: list[Contact]


def people(left: Prospect, right: Prospect) -> People:
    """Who is one person, and who stands on one card alone. One query."""
    both: dict[Any, list[Contact]] = {left.pk: [], right.pk: []}
    for one in Contact.objects.filter(prospect__in=both).order_by("-is_handler", "-decides", "name"):
        both[one.prospect_id].append(one)
    mine, theirs = ({one.pk: one for one in both[side.pk]} for side in (left, right))
    same = twins([known(one) for one in mine.values()], [known(one) for one in theirs.values()])
    joined = [_same(mine[kept], theirs[gone]) for gone, kept in same.items()]
    alone = [one for pk, one in mine.items() if pk not in same.values()]
    return People(joined, alone, [one for pk, one in theirs.items() if pk not in same])


def _same(left: Contact, right: Contact) -> Same:
    """A name that asks not to be disturbed is the one that stays."""
    quiet = left.do_not_disturb_since or right.do_not_disturb_since
    differ = [one for one in choices(left, right, [(name,) for name in OF_A_PERSON]) if one.open]
    return Same(left, right, [one for one in differ if not (quiet and one.name == "name")])


def seen_as(both: Iterable[Prospect]) -> str:
    """A fingerprint of what somebody chooses from."""
    cards = sorted(both, key=lambda one: one.pk)
    told = [[str(one.pk), one.owner_id, *(str(getattr(one, n)) for names in FACTS for n in names)] for one in cards]
    rows = Contact.objects.filter(prospect__in=cards).order_by("pk")
    told += [[str(pk), *more] for pk, *more in rows.values_list("pk", "name", "title", "phone")]
    return sha256(repr(told).encode()).hexdigest()[:32]


class Moves(NamedTuple):
    label: Any
    left: int
    right: int


def counts(left: Prospect, right: Prospect, reader: Person, on: date) -> list[Moves]:
    """What hangs on each, in the order of the tables. One query."""
    asked = []
    for table, _how in moving():
        rows = table.of(left, right)
        if table.model in PRIVATE:
            private: Any = table.model._default_manager
            rows = private.visible_to(reader, on).filter(prospect__in=[left, right])
        told = {"of_table": Value(table.model._meta.label), "of_client": F(f"{table.field}_id")}
        asked.append(
            rows.order_by()
            .annotate(**told)
            .values("of_table", "of_client")
            .annotate(how_many=Count("*"))
            .values_list("of_table", "of_client", "how_many")
        )
    found = {(what, client): n for what, client, n in asked[0].union(*asked[1:], all=True)}
    models = dict.fromkeys(table.model for table, _how in moving())
    lines = [
        Moves(
            named(one._meta.label), found.get((one._meta.label, left.pk), 0), found.get((one._meta.label, right.pk), 0)
        )
        for one in models
    ]
    return [one for one in lines if one.left or one.right]


class Told(NamedTuple):
    """A merge with the names that both cards had in its moment, and what the client is called since, if otherwise."""

    merge: Merge
    kept: str
    gone: str
    now: str


def told(merges: Iterable[Merge]) -> list[Told]:
    """Where the name of the absorbed card was chosen, the trace says what the cards were called. One query."""
    listed = list(merges)
    about = {str(one.survivor_id) for one in listed if one.undone_at is None}
    traced = Trace.objects.filter(about=Prospect._meta.label_lower, about_id__in=about, verb="merge_client")
    names = {
        changes["absorbed"]: changes["facts"].get("name")
        for changes in traced.order_by("pk").values_list("changes", flat=True)
    }
    return [_told(one, names.get(str(one.absorbed_id)) if one.undone_at is None else None) for one in listed]


def _told(merge: Merge, names: Sequence[str] | None) -> Told:
    kept, gone = merge.survivor.name, merge.absorbed.name
    if names and names[0] != names[1]:
        kept, gone = names
    return Told(merge, kept, gone, merge.survivor.name if merge.survivor.name != kept else "")


def named(label: str) -> Any:
    names = {table.model._meta.label: table.model._meta.verbose_name for table, _how in moving()}
    return CALLED.get(label, names.get(label, label))
