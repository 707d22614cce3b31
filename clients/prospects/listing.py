"""The list of clients: whose, which, in what order; counted once for the states and for the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from clients.prospects.finding import WORDS, matching
from clients.prospects.models import Prospect, ProspectQuerySet, SavedView
from clients.prospects.touched import quiet_since
from org.people.models import Person
from org.reach import BRANCH_PATH, branch_path, reach
from org.units.models import Unit

A_PAGE = 50
UNITS = 80  # offered to choose from; a city offers its branches
TEAM, BRANCH = "team", "branch"
SCOPES = {"mine": _("我的"), TEAM: _("本单位"), BRANCH: _("支公司"), "all": _("全部")}
SORTS: dict[str, tuple[Any, ...]] = {
    "": ("pinyin", "pk"),
    "next": (F("next_action_on").asc(nulls_last=True), "pinyin", "pk"),
    "expiry": (F("cover_expires_on").asc(nulls_last=True), "pinyin", "pk"),
    "premium": (F("expected_premium").desc(nulls_last=True), "pinyin", "pk"),
    "newest": ("-registered_on", "-created_at", "pk"),
}
SORT_NAMES = {
    "": _("名称"),
    "next": _("下一步日期"),
    "expiry": _("到期日"),
    "premium": _("预计保费"),
    "newest": _("登记日期"),
}
PLAIN = ("grade", "source", "kind")


class Tab(NamedTuple):
    word: str
    name: Any


def tabs_of(reader: Person, on: date) -> list[Tab]:
    """My / team / branch, as far as he may read; none for who reads only one of them."""
    within, seats = reach(reader, *WORDS, on=on), [one.unit.path for one in reader.posts_on(on)]
    held = {
        "mine": within.own,
        TEAM: any(len(path) > BRANCH_PATH and within.covers(path) for path in seats),
        BRANCH: any(len(path) >= BRANCH_PATH and within.covers(branch_path(path)) for path in seats),
        "all": True,
    }
    found = [Tab(word, SCOPES[word]) for word, holds in held.items() if holds]
    return found if len(found) > 2 else []


def _scope(word: str, reader: Person, on: date) -> Q:
    if word == "mine":
        return Q(owner=reader, released_at=None)
    if word not in (TEAM, BRANCH):
        return Q()
    wanted = Q(pk__in=[])
    for one in reader.posts_on(on):
        wanted |= Q(unit__path__startswith=one.unit.path if word == TEAM else branch_path(one.unit.path))
    return wanted


def chosen(asked: dict[str, Any], reader: Person, on: date) -> ProspectQuerySet:
    """The clients that a filter leaves of those he may see, but for the state: that is counted first."""
    found = Prospect.objects.visible_to(reader, on).filter(_scope(asked.get("scope", ""), reader, on))
    if asked.get("q"):
        found = found.filter(matching(asked["q"], reader, on))
    found = found.filter(**{name: asked[name] for name in PLAIN if asked.get(name)})
    if days := asked.get("expiring"):
        found = found.filter(cover_expires_on__range=(on, on + timedelta(days=int(days))))
    if days := asked.get("quiet"):
        found = found.filter(quiet_since(on - timedelta(days=int(days))))
    if asked.get("owner"):
        found = found.filter(Q(owner__employee_no=asked["owner"]) | Q(owner__name=asked["owner"]))
    if asked.get("unit"):
        found = found.filter(unit__path__startswith=asked["unit"].path)
    return found


class _Counted(Paginator):  # type: ignore[type-arg]
    """Of a list whose length is known already."""

    def __init__(self, rows: Any, size: int, length: int) -> None:
        super().__init__(rows, size)
        self.length = length

    @cached_property
    def count(self) -> int:  # type: ignore[override]
        return self.length


class Listed:
    """`states`: (word, name, how many) of what the other filters leave."""

    def __init__(self, asked: dict[str, Any], reader: Person, on: date) -> None:
        self.asked, self.rows = asked, chosen(asked, reader, on)

    @cached_property
    def counts(self) -> dict[str, int]:
        return dict(self.rows.order_by().values_list("status").annotate(Count("pk")))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def states(self) -> list[tuple[str, Any, int]]:
        return [(one.value, one.label, self.counts.get(one.value, 0)) for one in Prospect.Status]

    @property
    def narrowed(self) -> ProspectQuerySet:
        state = self.asked.get("status")
        found = self.rows.filter(status=state) if state else self.rows
        return found.select_related("owner", "unit").order_by(*SORTS[self.asked.get("sort", "")])

    def page(self, number: str | None) -> Any:
        state = self.asked.get("status")
        length = self.counts.get(state, 0) if state else self.total
        return _Counted(self.narrowed, A_PAGE, length).get_page(number)


def units_offered(reader: Person, on: date) -> Sequence[Unit]:
    """Those within reach, as deep as a list can be read."""
    within = reach(reader, *WORDS, on=on)
    found = list(Unit.objects.filter(within.q(unit="", person=None)).order_by("depth", "path")[: UNITS + 1])
    if len(found) > UNITS:
        found = [one for one in found if one.depth < found[-1].depth] or found[:UNITS]
    return sorted(found, key=lambda one: one.path)


def views_of(reader: Person, on: date) -> list[SavedView]:
    return list(SavedView.objects.visible_to(reader, on))
