"""转介绍成效: asked → names → prospects → visited → won, by referrer, script or person; counted from the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils.translation import gettext_lazy as _

from clients.policies.models import Policy
from clients.prospects.models import Prospect
from clients.referrals.models import Referral, ReferralQuerySet, ReferredName, ReferredNameQuerySet, TalkTrackVersion
from clients.referrals.rules import Funnel, total
from clients.visits.models import Visit
from org.people.models import Person

A_PAGE = 50
SPANS = {"quarter": _("近 90 天"), "year": _("今年"), "all": _("全部")}
ITEMS = {"asked": _("请了"), "names": _("名字"), "prospects": _("登记"), "visited": _("拜访到"), "won": _("成交")}
_VISITED = Exists(Visit.objects.filter(prospect=OuterRef("prospect"), counted=True))
_WON = Q(prospect__status=Prospect.Status.WON) | Exists(Policy.objects.filter(prospect=OuterRef("prospect")))
OF_NAMES: Mapping[str, Any] = {  # conditions on a name
    "names": Q(),
    "prospects": Q(prospect__isnull=False),
    "visited": _VISITED,
    "won": _WON,
}


class By(NamedTuple):
    """`field` of a referral; a name reaches it by `referral__`. `name`: what lines of equal figures are sorted by."""

    label: Any
    field: str
    name: str = ""


BY = {
    "referrer": By(_("介绍人"), "prospect", "prospect__name"),
    "script": By(_("话术"), "script__track"),
    "person": By(_("客户经理"), "person", "person__name"),
}


@dataclass(frozen=True)
class Asking:
    """Who reads, and which stretch; `by` and `of` narrow to one row of the table."""

    reader: Person
    on: date
    span: str = "quarter"
    by: str = "referrer"
    of: str = ""

    @property
    def since(self) -> date | None:
        if self.span == "all":
            return None
        return self.on.replace(month=1, day=1) if self.span == "year" else self.on - timedelta(days=89)

    def query(self, **more: str) -> str:
        """As the address says it."""
        return urlencode({"span": self.span, "by": self.by} | more)

    def referrals(self) -> ReferralQuerySet:
        found = Referral.objects.visible_to(self.reader, self.on)
        found = found.filter(asked_on__gte=self.since) if self.since else found
        return found.filter(**{BY[self.by].field: self.of}) if self.of else found

    def names(self, item: str = "names") -> ReferredNameQuerySet:
        """Those that the figure `item` counts, with the same narrowing."""
        found = ReferredName.objects.visible_to(self.reader, self.on)
        found = found.filter(referral__asked_on__gte=self.since) if self.since else found
        if self.of:
            found = found.filter(**{f"referral__{BY[self.by].field}": self.of})
        return found.filter(OF_NAMES[item])


class Line(NamedTuple):
    """A row of the table: its key, as `of` takes it, and its figures."""

    key: str
    label: str
    sub: str
    funnel: Funnel


class Counted(NamedTuple):
    key: Any
    name: str
    funnel: Funnel

    @property
    def rank(self) -> tuple[int, int, int, str, str]:
        """Most won first, then most named, most asked."""
        figures = self.funnel
        return -figures.won, -figures.names, -figures.asked, self.name, str(self.key)


@dataclass(frozen=True)
class Table:
    lines: list[Line]  # of the page
    page: Page  # type: ignore[type-arg]
    total: Funnel
    withheld: int  # who was named and did not agree: a count


def table(asking: Asking, number: str | None = None) -> Table:
    """A page of the lines, those with most names first. Four queries, whatever the number of rows."""
    found = sorted(_counted(asking), key=lambda one: one.rank)
    page = Paginator(found, A_PAGE).get_page(number)
    labels = _labels(asking.by, [one.key for one in page])
    lines = [Line(str(one.key), *labels.get(one.key, ("–", "")), one.funnel) for one in page]
    withheld = asking.referrals().order_by().aggregate(sum=Sum("withheld"))["sum"] or 0
    return Table(lines, page, total([one.funnel for one in found]), withheld)


def _counted(asking: Asking) -> Iterator[Counted]:
    by = BY[asking.by]
    columns = [by.field, *([by.name] if by.name else [])]
    through = f"referral__{by.field}"
    conditions: dict[str, Any] = {item: Count("pk", filter=condition) for item, condition in OF_NAMES.items()}
    given = {row[through]: row for row in asking.names().order_by().values(through).annotate(**conditions)}
    for row in asking.referrals().order_by().values(*columns).annotate(asked=Count("pk")):
        names = given.get(row[by.field], {})
        funnel = Funnel(row["asked"], *(names.get(item, 0) for item in OF_NAMES))
        yield Counted(row[by.field], row.get(by.name, ""), funnel)


def _labels(by: str, keys: Iterable[Any]) -> dict[Any, tuple[str, str]]:
    """Key → what the line is called, and what stands beside it."""
    if by == "person":
        people = Person.objects.filter(pk__in=keys)
        return {one.pk: (one.name, one.employee_no) for one in people}
    if by == "referrer":
        clients = Prospect.objects.filter(pk__in=keys).select_related("owner")
        return {one.pk: (one.name, one.owner.name) for one in clients}
    versions = TalkTrackVersion.objects.filter(track__in=keys).order_by("track_id", "-number").distinct("track_id")
    return {one.track_id: (one.title, str(_("第 {n} 版")).format(n=one.number)) for one in versions}
