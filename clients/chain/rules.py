"""陪访: who has to come along to a visit, and what a visit did to the chain (domain.md 3, "Accompanied visits").

Pure: visits, the posts held in the owner's line of units on their days, and who was asked; numbers and whose miss out.
Posts are the words of org.posts; people are their keys.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from org.rules.schema import Accompaniment, MajorProjects
from org.working_days.rules import WorkingCalendar, instant

MANAGER = "department_manager"
RANKS = (
    "client_manager", "team_leader", "section_chief", MANAGER, "branch_deputy_gm", "gm_office", "city_deputy_gm",
    "city_leader",
)  # fmt: skip
LEADERS = ("gm_office", "city_deputy_gm", "city_leader")  # who may come to a major project at any visit
WRITE_FEEDBACK = ("team_leader", "section_chief", MANAGER)
POST_OF = {1: "client_manager", 2: "team_leader", 3: "section_chief", 4: "branch_deputy_gm"}
FOURTH = 4


class Held(NamedTuple):
    """A post that somebody holds on the day of the visit in the owner's own line of units."""

    person: int
    post: str


class Needed(NamedTuple):
    """Who has to come along to the next visit: one of `people`, or anybody whose rank is at least that of `least`.

    `level`: what the visit reaches with him. `post`: the one that takes it; "" when nobody has to come, `settled` where
    that is because the quarter has had its manager.
    """

    level: int
    post: str = ""
    people: tuple[int, ...] = ()
    least: str = ""
    settled: bool = False


class Answer(StrEnum):
    """What came of asking somebody, at the hour of the visit. PROPOSED another time, WITHDRAWN: asked for nothing."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    SILENT = "silent"
    PROPOSED = "proposed"


class Asked(NamedTuple):
    person: int
    answer: Answer
    in_time: bool  # at least one working day before


class VisitFact(NamedTuple):
    """A visit as the chain sees it. `counts`: an effective one; `came`: companions who have not denied it.

    `line`: posts held that day from the owner's unit upwards; `sections`: whether his branch has a 科; `major`: a
    project that HQ has confirmed by that day; `card`: the 客户资料档案卡 is there.
    """

    key: Hashable
    day: date
    owner: int
    line: tuple[Held, ...]
    came: tuple[int, ...] = ()
    asked: tuple[Asked, ...] = ()
    development: bool = True
    counts: bool = True
    sections: bool = True
    major: bool = False
    card: bool = True


class Did(NamedTuple):
    """What a visit did. `number`: of the effective development visits; 0 for one outside the chain.

    `missing`: 应陪未陪, the miss being `missed_by`'s. `refused`: the rules do not accept it without the card (**C**).
    """

    number: int
    before: int
    after: int
    needs: str = ""
    missing: bool = False
    missed_by: int | None = None
    card_missing: bool = False
    refused: bool = False

    @property
    def advances(self) -> bool:
        return self.after > self.before


@dataclass(slots=True)
class Chain:
    """How far an opportunity has come; `accompanied`: the quarters that have had their manager."""

    level: int = 0
    visits: int = 0
    accompanied: set[tuple[int, int]] = field(default_factory=set)


def rank(post: str) -> int:
    """From 1, 客户经理, upwards; 0 for the posts that have none (HQ staff, health, audit, admin)."""
    return RANKS.index(post) + 1 if post in RANKS else 0


def rank_of(person: int, line: Iterable[Held]) -> int:
    """By his highest post there."""
    return max((rank(held.post) for held in line if held.person == person), default=0)


def post_in(person: int, line: Iterable[Held]) -> str:
    """His highest post there, "" for none that ranks."""
    found = rank_of(person, line)
    return RANKS[found - 1] if found else ""


def nominal_post(level: int, rules: Accompaniment, *, sections: bool) -> str:
    """Whose level it is by the regulation: 2 组长, 3 科长, 4 分管总; 科长 is the manager's where there is no 科 (C)."""
    if level == 3 and not sections and rules.section_chief_without_sections == MANAGER:
        return MANAGER
    return POST_OF[level]


def needed(
    level: int, line: Iterable[Held], owner: int, rules: Accompaniment, *, sections: bool = True, settled: bool = False
) -> Needed:
    """Who has to come to the next visit of an opportunity that has reached `level`.

    A level that only the owner holds has no person, and the next higher post takes it; nobody at all needs nobody.
    `settled`: the quarter has had its manager (after level 4).
    """
    if level == 0:
        return Needed(1)
    if level < FOURTH:
        return _taken_by(level + 1, nominal_post(level + 1, rules, sections=sections), line, owner)
    if settled or rules.after_fourth == "never":
        return Needed(FOURTH, settled=settled)
    return _taken_by(FOURTH, MANAGER, line, owner)


def _taken_by(level: int, least: str, line: Iterable[Held], owner: int) -> Needed:
    others = [held for held in line if held.person != owner and rank(held.post) >= rank(least)]
    if not others:
        return Needed(level)
    post = min((held.post for held in others), key=rank)
    people = tuple(dict.fromkeys(held.person for held in others if held.post == post))
    return Needed(level, post, people, least)


def may_accompany(line: Iterable[Held], owner: int) -> list[Held]:
    """Whom the owner may take along: everybody of his own line above a 客户经理, each by his highest post."""
    line = list(line)
    people = dict.fromkeys(held.person for held in line if held.person != owner)
    found = [Held(person, post_in(person, line)) for person in people]
    return sorted((held for held in found if rank(held.post) > 1), key=lambda held: (rank(held.post), held.person))


def quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def take(chain: Chain, visit: VisitFact, rules: Accompaniment) -> Did:
    """Let the visit act upon the chain. Service visits and those that are not effective stay outside."""
    before = chain.level
    if not (visit.development and visit.counts):
        return Did(0, before, before)
    needs = needed(
        before, visit.line, visit.owner, rules, sections=visit.sections, settled=quarter(visit.day) in chain.accompanied
    )
    no_card = before == FOURTH - 1 and not visit.card
    if no_card and rules.card_before_fourth == "refuse":
        return Did(0, before, before, needs=needs.post, card_missing=True, refused=True)
    chain.visits += 1
    came = max((rank_of(person, visit.line) for person in visit.came if person != visit.owner), default=0)
    blamed, excused = _whose_miss(visit, needs)
    accompanied = came >= rank(needs.least)
    chain.level = needs.level if accompanied or excused else before
    if visit.major and came >= rank(LEADERS[0]):
        chain.level = FOURTH
    if came >= rank(MANAGER) or (before == FOURTH and excused and needs.post):
        chain.accompanied.add(quarter(visit.day))
    return Did(
        chain.visits, before, chain.level, needs.post,
        missing=not accompanied, missed_by=None if accompanied else blamed, card_missing=no_card,
    )  # fmt: skip


def _whose_miss(visit: VisitFact, needs: Needed) -> tuple[int, bool]:
    """Whose it would be that nobody came, and whether the chain goes on: only who was asked in time, high enough, and
    declined or was silent makes it go on; who accepted and stayed away has the miss too."""
    high_enough = [one for one in visit.asked if rank_of(one.person, visit.line) >= rank(needs.least) > 0]
    in_time = [one for one in high_enough if one.in_time and one.answer in (Answer.DECLINED, Answer.SILENT)]
    if in_time:
        return in_time[0].person, True
    stayed_away = [one.person for one in high_enough if one.answer == Answer.ACCEPTED]
    return (stayed_away[0] if stayed_away else visit.owner), False


def replay(visits: Iterable[VisitFact], rules: Accompaniment, *, start_level: int = 0) -> tuple[Chain, list[Did]]:
    """The chain after these visits, in the order of day and hour, and what each of them did."""
    chain = Chain(level=start_level)
    return chain, [take(chain, visit, rules) for visit in visits]


def major_by_itself(premium: Decimal | None, insured: int | None, rules: MajorProjects) -> bool:
    """From 500,000 yuan of premium or 300 insured (C)."""
    return (premium or 0) >= rules.premium_yuan or (insured or 0) >= rules.insured


def ask_before(day: date, calendar: WorkingCalendar, rules: Accompaniment) -> datetime:
    """The limit, exclusive, of asking for company on that day: the end of the working day before (C)."""
    return _end_of(calendar.previous_working(day, rules.asked_working_days_before))


def asked_in_time(asked_at: datetime, day: date, calendar: WorkingCalendar, rules: Accompaniment) -> bool:
    return asked_at < ask_before(day, calendar, rules)


def silent_from(held_on: date, calendar: WorkingCalendar, rules: Accompaniment) -> datetime:
    """From when silence confirms a held visit for the chain (never for 3111): after two whole working days (C)."""
    return _end_of(calendar.next_working(held_on, rules.silence_working_days))


def feedback_before(held_on: date, calendar: WorkingCalendar, rules: Accompaniment) -> datetime:
    """The limit, exclusive, of the companion's feedback: the end of the next working day (C)."""
    return _end_of(calendar.next_working(held_on, rules.feedback_working_days))


def writes_feedback(post: str) -> bool:
    """Of 组长, 科长 and 团体部经理 only."""
    return post in WRITE_FEEDBACK


def answer_to(state: str, answered_at: datetime | None, starts_at: datetime) -> Answer | None:
    """What an invitation had come to when the visit began: no answer by then is silence; withdrawn, nothing."""
    if state == "withdrawn":
        return None
    if state == "asked" or answered_at is None or answered_at > starts_at:
        return Answer.SILENT
    return Answer(state)


def _end_of(day: date) -> datetime:
    return instant(day + timedelta(days=1), time(0))
