"""How far an opportunity has come, as the client's page shows it: the four levels, who came to each, what lacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from clients.chain.models import Accompaniment, Opportunity
from clients.chain.rules import FOURTH, POST_OF, major_by_itself
from clients.visits.models import Visit
from org.posts import Post
from org.rules.schema import MajorProjects

AFTER_FOURTH = 3  # visits after level 4 that are listed


class Step(NamedTuple):
    """級次: `visits` are those made while it was the next one; the last of them reached it if it is done."""

    level: int
    post: str
    visits: Sequence[Visit]
    is_done: bool
    is_next: bool
    coming: Sequence[Accompaniment] = ()

    @property
    def reached_by(self) -> Visit | None:
        return self.visits[-1] if self.is_done and self.visits else None

    @property
    def missed(self) -> Sequence[Visit]:
        return [one for one in self.visits if one.companion_missing]

    @property
    def more(self) -> Sequence[Visit]:
        """Those that were accompanied and did not reach it."""
        return [one for one in self.visits if not one.companion_missing and one is not self.reached_by]


def steps_of(one: Opportunity, visits: Sequence[Visit], coming: Sequence[Accompaniment] = ()) -> list[Step]:
    """`visits` of the opportunity in their order."""
    found, before = [], one.start_level
    at_level: dict[int, list[Visit]] = {level: [] for level in POST_OF}
    for visit in visits:
        if before < FOURTH:
            at_level[before + 1].append(visit)
        before = visit.chain_level or before
    for level, nominal in POST_OF.items():
        needs = next((visit.chain_needs for visit in at_level[level] if visit.chain_needs), nominal)
        is_next = level == one.level + 1 and one.state == Opportunity.State.RUNNING
        label = str(Post(needs).label)
        found.append(Step(level, label, at_level[level], level <= one.level, is_next, coming if is_next else ()))
    return found


def later_visits(one: Opportunity, visits: Sequence[Visit]) -> Sequence[Visit]:
    """The last ones made after level 4 was reached."""
    reached = next((n for n, visit in enumerate(visits, 1) if visit.chain_level == FOURTH), len(visits))
    return visits[0 if one.start_level == FOURTH else reached :][-AFTER_FOURTH:]


def chained_visits(one: Opportunity) -> list[Visit]:
    """One query."""
    rows = one.visits.exclude(chain_number=None).select_related("person", "companion", "missed_by")
    return list(rows.order_by("day", "starts_at", "chain_number"))


def coming_along(one: Opportunity) -> list[Accompaniment]:
    """Who was asked to come to what is planned. One query."""
    rows = Accompaniment.objects.filter(planned__opportunity=one, planned__state="planned")
    rows = rows.exclude(state=Accompaniment.State.WITHDRAWN).select_related("companion", "planned")
    return list(rows.order_by("planned__starts_at"))


def prompt(one: Opportunity, rules: MajorProjects) -> bool:
    """Whether its size says that it is a major project."""
    return major_by_itself(one.expected_premium, one.insured, rules)
