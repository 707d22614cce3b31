"""What the pages of 扣罚 show: the list within reach, the sums of the city's ledger, one proposal with its facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import QuerySet, Sum
from django.db.models.functions import Left
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from activity.assessment.models import WeekAssessment
from activity.discipline import facts
from activity.discipline.facts import WeekFacts
from activity.discipline.models import Fine, FineQuerySet, Ledger, LedgerEntry
from activity.discipline.words import actor, decider, is_money, worth, yuan
from org.clock import SHANGHAI
from org.delegations.models import Delegation
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.posts import Post
from org.reach import BRANCH_PATH, branch_path, reach
from org.rules.book import book_of
from org.units.models import Unit
from org.units.naming import with_branch
from org.week import Week

WEEKS = 53  # offered by the filter
PILLS = {
    Fine.State.PROPOSED: ("warn", "hourglass"),
    Fine.State.CONFIRMED: ("info", "circle-check"),
    Fine.State.DISMISSED: ("", "circle-x"),
    Fine.State.APPEALED: ("warn", "message-square"),
    Fine.State.UPHELD: ("info", "circle-check"),
    Fine.State.WAIVED: ("", "circle-x"),
    Fine.State.SETTLED: ("info", "circle-check"),
    Fine.State.REVERSED: ("", "undo-2"),
}


class Decided(NamedTuple):
    """Who brought a fine to where it stands, and when: 吴强平 代 梁晓."""

    who: str
    at: datetime


class Row(NamedTuple):
    """A fine in the list; `pill` and `icon` of its state, `place` its unit with the branch."""

    fine: Fine
    week: Week
    worth: str
    pill: str
    icon: str
    place: str
    decided: Decided | None

    @property
    def waits(self) -> bool:
        return self.fine.state == Fine.State.PROPOSED


class Sums(NamedTuple):
    """Of the ledger of a city: lines, head of the chain, and what they add up to."""

    number: int
    head: str
    proposed: str
    owed: str
    paid: str


class Written(NamedTuple):
    """A line of the ledger as people read it; `moved` what it moved, "" where the rules take no money."""

    line: LedgerEntry
    who: str
    moved: str


@dataclass(frozen=True)
class Told:
    """One fine as its page shows it."""

    row: Row
    label: str
    is_money: bool
    mode: str
    pairs: str
    pair: str  # 其中第 7、8 周为一对
    streak: int
    weeks: Sequence[WeekFacts]
    skipped: bool  # weeks lie between the two
    versions: Sequence[WeekAssessment]
    lines: Sequence[Written]
    deciders: Sequence[str]
    own: bool
    may_decide: bool
    acting: Delegation | None
    may_ask: bool  # for leave, which would change the weeks
    opens: bool  # the weeks and their figures, which are for who reads logs

    @property
    def corrected(self) -> bool:
        return any(one.version > 1 for one in self.versions)

    @property
    def reversal(self) -> LedgerEntry | None:
        return next((one.line for one in self.lines if one.line.kind == LedgerEntry.Kind.REVERSAL), None)


def rows_of(fines: Iterable[Fine], branches: Iterable[Unit] = ()) -> list[Row]:
    """Two queries more for all of them: the branches not known yet, and the lines that say who decided."""
    listed = list(fines)
    places = with_branch((fine.unit for fine in listed), branches)
    moved = [fine for fine in listed if fine.state != Fine.State.PROPOSED]
    lines = LedgerEntry.objects.filter(fine__in=moved).select_related("by").order_by("number")
    last = {line.fine_id: line for line in lines}
    return [_row(fine, places[fine.unit_id], last.get(fine.pk)) for fine in listed]


def _row(fine: Fine, place: str, last: LedgerEntry | None) -> Row:
    pill, icon = PILLS[Fine.State(fine.state)]
    decided = Decided(decider(last), last.at) if last and last.kind != LedgerEntry.Kind.PROPOSAL else None
    return Row(fine, Week(fine.week), worth(fine), pill, icon, place, decided)


SHEET = (
    _lazy("工号"), _lazy("姓名"), _lazy("单位代码"), _lazy("单位"), _lazy("周一"), _lazy("依据"), _lazy("规则版本"),
    _lazy("提议"), _lazy("状态"), _lazy("决定人"), _lazy("决定时间"),
)  # fmt: skip


def sheet_of(fines: QuerySet[Fine]) -> Iterator[Sequence[Any]]:
    """The rows under SHEET; the amount as the page says it, since the rules may take none."""
    for row in rows_of(fines):
        fine, decided = row.fine, row.decided
        yield (
            fine.person.employee_no, fine.person.name, fine.unit.code, row.place, fine.week, fine.get_kind_display(),
            fine.rules.version, row.worth, fine.get_state_display(), decided and decided.who,
            decided and f"{decided.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        )  # fmt: skip


def listed(person: Person, on: date) -> FineQuerySet:
    """Everything within his reach, with what a row of the list needs."""
    seen = Fine.objects.visible_to(person, on).listed()
    return seen.select_related("person", "unit", "rules")


def reads_others(person: Person, on: date) -> bool:
    return bool(reach(person, Permission.FINE_READ, on=on).paths)


def may_be_fined(person: Person, on: date) -> bool:
    """Or reads those of others: the page is of use to him also while it is empty."""
    return reads_others(person, on) or any(held.post == Post.CLIENT_MANAGER for held in person.posts_on(on))


def offered(seen: QuerySet[Fine]) -> dict[str, Any]:
    """What the filter of the list chooses from: the latest weeks, the states, and the branches by code, none of these
    for who reads no more than one."""
    met = seen.order_by().aggregate(
        weeks=ArrayAgg("week", distinct=True, default=[]),
        states=ArrayAgg("state", distinct=True, default=[]),
        paths=ArrayAgg(Left("unit__path", BRANCH_PATH), distinct=True, default=[]),
    )
    paths = met["paths"]
    branches = list(Unit.objects.filter(path__in=paths).order_by("code")) if len(paths) > 1 else []
    weeks = [Week(monday) for monday in sorted(met["weeks"], reverse=True)[:WEEKS]]
    return {"weeks": weeks, "states": met["states"], "branches": branches}


def sums(person: Person, on: date) -> Sums | None:
    """Of the city that he reads as a whole; None for who reads less, or before the first line."""
    paths = reach(person, Permission.FINE_READ, on=on).paths
    added = {f"all_{name}": Sum(f"entries__{name}") for name in ("proposed", "owed", "paid")}
    kept = Ledger.objects.filter(city__path__in=paths, number__gt=0).order_by("city__path")
    ledger = kept.annotate(**added).values("number", "head", *added).first()
    return Sums(ledger["number"], ledger["head"], *(yuan(ledger[name]) for name in added)) if ledger else None


def tell(fine: Fine, reader: Person, on: date) -> Told:
    """The fine with person, unit, rules and ledger at hand."""
    book = book_of(fine.rules)
    lines = list(fine.entries.select_related("by").order_by("number"))
    said: dict[str, Any] = next((one.facts for one in lines if one.kind == LedgerEntry.Kind.PROPOSAL), {})
    versions = _versions(fine, said)
    weeks = facts.weeks_of(said, book, {one.week: one for one in versions})
    may = fine.state == Fine.State.PROPOSED and fine.person_id != reader.pk
    may = may and reader.can(Permission.FINE_DECIDE, fine, on=on)
    money = is_money(book.fines)
    return Told(
        row=_row(fine, with_branch([fine.unit])[fine.unit_id], lines[-1] if lines else None),
        label=book.fines.label,
        is_money=money,
        mode=str(facts.MODES.get(said.get("mode", ""), "")),
        pairs=str(facts.PAIRS.get(said.get("pairs", ""), "")),
        pair=facts.pair(said),
        streak=said.get("streak", 0),
        weeks=weeks,
        skipped=len(weeks) == 2 and weeks[0].week.next != weeks[1].week,
        versions=versions,
        lines=[Written(one, actor(one), _moved(one) if money else "") for one in lines],
        deciders=deciders(fine, on) if fine.state == Fine.State.PROPOSED and not may else (),
        own=fine.person_id == reader.pk,
        may_decide=may,
        acting=reader.acting_for(Permission.FINE_DECIDE, fine, on=on) if may else None,
        may_ask=reader.can(Permission.ABSENCE_ASK, on=on),
        opens=reader.can(Permission.LOG_READ, on=on),
    )


def _versions(fine: Fine, said: dict[str, Any]) -> list[WeekAssessment]:
    """Every version of the weeks that it rests on, each week's last one last."""
    mondays = [one["week"] for one in said.get("weeks", ()) if one.get("week")]
    found = WeekAssessment.objects.filter(person=fine.person_id, week__in=mondays)
    return list(found.select_related("by").order_by("week", "version"))


def _moved(line: LedgerEntry) -> str:
    """待确认 −¥50，应扣 ¥50."""
    parts = ((_("待确认"), line.proposed), (_("应扣"), line.owed), (_("已结算"), line.paid))
    return "，".join(f"{name} {'+' if amount > 0 else ''}{yuan(amount)}" for name, amount in parts if amount)


def deciders(fine: Fine, on: date) -> list[str]:
    """分管总 of the branch on that day, and who stands in for one of them (李某 代 王某); never over oneself."""
    held = Appointment.objects.on(on).filter(
        post=Post.BRANCH_DEPUTY_GM, unit__path__startswith=branch_path(fine.unit.path)
    )
    found = held.exclude(person=fine.person_id).order_by("person__employee_no").select_related("person", "unit")
    named = {one.person_id: one.person.name for one in found}
    lent = Delegation.objects.on(on).filter(appointment__in=found).named().order_by("delegate__employee_no")
    others = lent.exclude(delegate__in=[*named, fine.person_id])
    acting = [one.signed for one in others if one.lends_to(one.delegate.posts_on(on), on=on)]
    return list(dict.fromkeys([*named.values(), *acting]))


def title_of(fine: Fine) -> str:
    """周婷 11.9–11.15."""
    week = Week(fine.week)
    return _("{name} {week}").format(name=fine.person.name, week=week.label)
