"""A leaver's clients do not wait unseen: on the day after 离司日期 who can hand them over is told, once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from clients.handover.telling import LEFT_BEHIND, book_of, list_of
from clients.prospects.models import Prospect, ProspectQuerySet
from org.clock import SHANGHAI
from org.notices import actions as notices
from org.notices.models import Notice
from org.people.models import Appointment, Person
from org.periods.due import Sweep, afterwards
from org.posts import Post
from org.reach import BRANCH_PATH, branch_path
from org.units.models import Unit


def of_leavers(today: date) -> ProspectQuerySet:
    return Prospect.objects.filter(owner__left_on__lt=today, released_at=None).order_by()


@afterwards
def tell_left_behind(sweep: Sweep) -> None:
    """One query a round where nobody has left."""
    today = sweep.at.astimezone(SHANGHAI).date()
    for city in Unit.objects.filter(pk__in=of_leavers(today).values("city")):
        sweep.isolated("handover", city, partial(_tell, city, today, sweep.at))


class Waiting(NamedTuple):
    """How many clients of a leaver wait for this reader; `acts`: he has the word to hand them over."""

    to: int
    gone: Person
    clients: int
    acts: bool

    @property
    def link(self) -> str:
        return book_of(self.gone) if self.acts else list_of(self.gone)

    @property
    def message(self) -> notices.Message:
        title = _("{name}已离司，{n} 家客户待交接").format(name=self.gone.name, n=self.clients)
        body = (
            _("选好接手的人，项目级次、约好的拜访和下一步都接着走")
            if self.acts
            else _("支公司没有团体部经理，由市公司团险业务部办交接")
        )
        return notices.Message(self.to, f"{self.gone.pk}:{self.gone.left_on}", title, body, self.link)


@transaction.atomic
def _tell(city: Unit, today: date, at: datetime) -> None:
    """Four queries a round, however many leavers and clients; nothing is written for who was told already."""
    rows = of_leavers(today).filter(city=city).values_list("owner", Left("unit__path", BRANCH_PATH))
    counts = {(owner, branch): n for owner, branch, n in rows.annotate(n=Count("pk"))}
    gone = Person.objects.in_bulk({owner for owner, _branch in counts})
    waiting = list(_waiting(counts, gone, _seated(city, today)))
    told = _told(waiting)
    fresh = [one.message for one in waiting if told.get((one.to, one.link), date.min) <= (one.gone.left_on or today)]
    notices.post_each(LEFT_BEHIND, fresh, at=at)


def _waiting(
    counts: Mapping[tuple[int, str], int], gone: Mapping[int, Person], seated: Mapping[tuple[str, str], set[int]]
) -> Iterator[Waiting]:
    """The managers of the branch; where it has none its 分管总, who cannot do it, and headquarters, who can."""
    sums: Counter[tuple[int, int, bool]] = Counter()
    for (owner, branch), n in counts.items():
        acting, knowing = seated.get((Post.DEPARTMENT_MANAGER, branch), set()) - {owner}, set[int]()
        if not acting:
            acting = seated.get((Post.HQ_STAFF, ""), set())
            knowing = seated.get((Post.BRANCH_DEPUTY_GM, branch), set()) - acting
        for to, acts in (*((one, True) for one in acting), *((one, False) for one in knowing)):
            sums[to, owner, acts] += n
    return (Waiting(to, gone[owner], n, acts) for (to, owner, acts), n in sums.items())


def _seated(city: Unit, today: date) -> dict[tuple[str, str], set[int]]:
    """Who may have to be told, by post and branch; headquarters sits in none."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    posts = (Post.DEPARTMENT_MANAGER, Post.BRANCH_DEPUTY_GM, Post.HQ_STAFF)
    seats = Appointment.objects.on(today).filter(post__in=posts, unit__path__startswith=city.path)
    for post, path, person in seats.order_by().values_list("post", "unit__path", "person"):
        found[post, "" if post == Post.HQ_STAFF else branch_path(path)].add(person)
    return found


def _told(waiting: Collection[Waiting]) -> dict[tuple[int, str], date]:
    """When each was told last of that leaver: somebody may come back, and leave again."""
    told = Notice.objects.filter(kind=LEFT_BEHIND, to__in={one.to for one in waiting}).order_by("at")
    return {(to, link): at.astimezone(SHANGHAI).date() for to, link, at in told.values_list("to", "link", "at")}
