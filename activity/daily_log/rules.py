"""What counts in a day's log, and why the rest does not (domain.md "What counts", "Deadlines of a day").

Pure: facts and the rule book come in, verdicts and whole numbers go out. Half days are doubled instead of
halved, so there are no floats. The order in which facts are given decides nothing.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple, Self, TypeVar

from clients.prospects.rules import normalised
from org.rules.schema import Calls, Enrichment, RuleBook
from org.working_days.rules import LogLimits, Timeliness, timeliness


class Tally(NamedTuple):
    """The four items of 6311: done, due, or short."""

    calls: int = 0
    visits: int = 0
    prospects: int = 0
    studies: int = 0

    @classmethod
    def total(cls, tallies: Iterable[Self]) -> Self:
        """The items of all of them, each summed by itself."""
        return cls(*map(sum, zip(cls(), *tallies, strict=True)))

    def shortfall(self, standard: Sequence[int], *, half_days: int) -> "Tally":
        """What lacks to the standard of that many half days, doubled; items never compensate each other."""
        owed = due(standard, half_days=half_days)
        return Tally(*(max(0, owes - 2 * done) for owes, done in zip(owed, self, strict=True)))

    def missing(self, standard: Sequence[int], *, half_days: int = 2) -> "Tally":
        """How many entries are still to be done: 13.5 visits due and 13 done lack one."""
        return Tally(*((short + 1) // 2 for short in self.shortfall(standard, half_days=half_days)))

    def meets(self, standard: Sequence[int], *, half_days: int) -> bool:
        """Every item by itself has reached its due."""
        return not any(self.shortfall(standard, half_days=half_days))


def due(standard: Sequence[int], *, half_days: int) -> Tally:
    """What that many half days owe, doubled (half a day owes 1.5 visits, here 3)."""
    return Tally(*(per_day * half_days for per_day in standard))


UNDO = timedelta(minutes=10)  # in which a reviewer takes a verdict back (DESIGN.md, "Undo before confirm")


def undo_until(decided: datetime, uses: Iterable[datetime]) -> datetime:
    """Until when a verdict can be taken back: ten minutes, less when something `uses` it before (report, close)."""
    return min([decided + UNDO, *(instant for instant in uses if decided < instant)])


class WhyNot(StrEnum):
    """Why an entry, or a whole log, is in no figure; the sentences are in `reasons`."""

    NO_PURPOSE = "no_purpose"
    NO_OUTCOME = "no_outcome"
    DO_NOT_DISTURB = "do_not_disturb"
    QUIET_HOURS = "quiet_hours"
    SAME_CONTACT = "same_contact"
    UNANSWERED_LIMIT = "unanswered_limit"
    INEFFECTIVE = "ineffective"
    NOT_HELD = "not_held"
    NO_CONTACT = "no_contact"
    NO_NEXT_STEP = "no_next_step"
    SAME_CLIENT = "same_client"
    INCOMPLETE = "incomplete"
    DUPLICATE = "duplicate"
    NOT_OLD = "not_old"
    TOO_FEW_FACTS = "too_few_facts"
    NO_KEY_FACT = "no_key_fact"
    WEEKLY_LIMIT = "weekly_limit"
    NO_TOPIC = "no_topic"
    NOTHING_LEARNT = "nothing_learnt"
    NOT_HANDED_IN = "not_handed_in"
    BACK_NOT_ACCEPTED = "back_not_accepted"
    TOO_LATE = "too_late"


Key = Hashable  # of an entry among its kind; the smaller goes first where times are equal


class CallFact(NamedTuple):
    """`at` is the time of day in Shanghai; `do_not_disturb`: the contact was marked 勿扰 before the call."""

    key: Key
    at: time
    client: str
    contact: str
    answered: bool
    purpose: str
    outcome: str
    do_not_disturb: bool = False


class VisitFact(NamedTuple):
    """`development` visits (开拓) need `next_step_on`; `ineffective`: so marked by the reviewer."""

    key: Key
    at: time
    client: str
    contact: str
    purpose: str
    outcome: str
    development: bool
    next_step_on: date | None = None
    held: bool = True
    ineffective: bool = False


class RegistrationFact(NamedTuple):
    """`complete`: the required fields are there; `duplicate`: registered earlier by anyone in the city."""

    key: Key
    complete: bool = True
    duplicate: bool = False


class EnrichmentFact(NamedTuple):
    """All facts that one person added to one prospect on a day, the `order`th of it; `old`: registered before it."""

    key: Key
    facts: int
    key_fact: bool
    old: bool = True
    order: int = 0


class StudyFact(NamedTuple):
    """`topic` is problem or product, empty when not said."""

    key: Key
    topic: str
    learnt: str


Verdicts = Mapping[Key, WhyNot | None]  # None: it counts


class Counted(NamedTuple):
    """Every entry given has its verdict: counted + excluded = all; the unanswered calls are shown apart."""

    calls: Verdicts
    visits: Verdicts
    registrations: Verdicts
    enrichments: Verdicts
    studies: Verdicts
    unanswered: int

    @property
    def tally(self) -> Tally:
        calls, visits, registrations, enrichments, studies = map(_counted, self[:5])
        return Tally(calls, visits, registrations + enrichments, studies)

    @property
    def excluded(self) -> int:
        return sum(map(len, self[:5])) - sum(self.tally)


def count_day(
    *,
    calls: Collection[CallFact] = (),
    visits: Collection[VisitFact] = (),
    registrations: Collection[RegistrationFact] = (),
    enrichments: Collection[EnrichmentFact] = (),
    studies: Collection[StudyFact] = (),
    rules: RuleBook,
    enriched_before: int = 0,
) -> Counted:
    """Count one person's day. `enriched_before`: enrichments counted on the earlier days of his week."""
    of_calls = call_verdicts(calls, rules.calls)
    return Counted(
        calls=of_calls,
        visits=visit_verdicts(visits),
        registrations={one.key: _registration_fault(one) for one in registrations},
        enrichments=enrichment_verdicts(enrichments, rules.enrichment, before=enriched_before),
        studies={one.key: _study_fault(one) for one in studies},
        unanswered=sum(of_calls[call.key] is None for call in calls if not call.answered),
    )


def call_verdicts(calls: Iterable[CallFact], rules: Calls) -> dict[Key, WhyNot | None]:
    """Faultless calls; of these one per contact, answered first; of these the first unanswered ones."""
    ordered = sorted(calls, key=lambda call: (not call.answered, call.at, call.key))
    verdicts = {call.key: _call_fault(call, rules) for call in ordered}
    if rules.one_per_contact:
        _once(
            ordered,
            verdicts,
            lambda call: (normalised(call.client), normalised(call.contact)),
            WhyNot.SAME_CONTACT,
        )
    if rules.unanswered_a_day is not None:
        unanswered = [call.key for call in ordered if not call.answered and verdicts[call.key] is None]
        verdicts.update(dict.fromkeys(unanswered[rules.unanswered_a_day :], WhyNot.UNANSWERED_LIMIT))
    return verdicts


def is_quiet(at: time, rules: Calls) -> bool:
    """Whether nobody may be called at that time of day; the hours may lie across midnight."""
    if rules.quiet_from <= rules.quiet_until:
        return rules.quiet_from <= at < rules.quiet_until
    return at >= rules.quiet_from or at < rules.quiet_until


def visit_verdicts(visits: Iterable[VisitFact]) -> dict[Key, WhyNot | None]:
    """Effective visits; of two to one client the effective one counts, of two such the first."""
    ordered = sorted(visits, key=lambda visit: (visit.at, visit.key))
    verdicts = {visit.key: _visit_fault(visit) for visit in ordered}
    _once(ordered, verdicts, lambda visit: normalised(visit.client), WhyNot.SAME_CLIENT)
    return verdicts


def enrichment_verdicts(
    enrichments: Iterable[EnrichmentFact], rules: Enrichment, *, before: int
) -> dict[Key, WhyNot | None]:
    """Old prospects enriched enough, up to the week's limit, of which `before` are used up."""
    ordered = sorted(enrichments, key=lambda one: (one.order, one.key))
    verdicts = {one.key: _enrichment_fault(one, rules) for one in ordered}
    enough = [key for key, why in verdicts.items() if why is None]
    verdicts.update(dict.fromkeys(enough[max(0, rules.a_week - before) :], WhyNot.WEEKLY_LIMIT))
    return verdicts


class LogStanding(NamedTuple):
    """`timeliness` is None until handed in; `why_not` is None exactly when the log's entries count."""

    timeliness: Timeliness | None
    why_not: WhyNot | None

    @property
    def counts(self) -> bool:
        return self.why_not is None


def log_counts(handed_in_at: datetime | None, limits: LogLimits, *, back_accepted: bool) -> LogStanding:
    """Only handed-in logs count, 补录 only when accepted (in time, which the one accepting sees to)."""
    if handed_in_at is None:
        return LogStanding(None, WhyNot.NOT_HANDED_IN)
    how = timeliness(handed_in_at, limits)
    if how is Timeliness.TOO_LATE:
        return LogStanding(how, WhyNot.TOO_LATE)
    waits = how is Timeliness.BACK and not back_accepted
    return LogStanding(how, WhyNot.BACK_NOT_ACCEPTED if waits else None)


Fact = TypeVar("Fact", CallFact, VisitFact)


def _once(
    ordered: Iterable[Fact], verdicts: dict[Key, WhyNot | None], same: Callable[[Fact], Hashable], why: WhyNot
) -> None:
    """Of the faultless entries that are the same, only the first keeps counting."""
    seen: set[Hashable] = set()
    for fact in ordered:
        if verdicts[fact.key] is None:
            whom = same(fact)
            if whom in seen:
                verdicts[fact.key] = why
            seen.add(whom)


def _first_fault(*faults: tuple[bool, WhyNot]) -> WhyNot | None:
    return next((why for holds, why in faults if holds), None)


def _call_fault(call: CallFact, rules: Calls) -> WhyNot | None:
    return _first_fault(
        (not call.purpose.strip(), WhyNot.NO_PURPOSE),
        (not call.outcome.strip(), WhyNot.NO_OUTCOME),
        (call.do_not_disturb, WhyNot.DO_NOT_DISTURB),
        (is_quiet(call.at, rules), WhyNot.QUIET_HOURS),
    )


def _visit_fault(visit: VisitFact) -> WhyNot | None:
    return _first_fault(
        (visit.ineffective, WhyNot.INEFFECTIVE),
        (not visit.held, WhyNot.NOT_HELD),
        (not visit.contact.strip(), WhyNot.NO_CONTACT),
        (not visit.purpose.strip(), WhyNot.NO_PURPOSE),
        (not visit.outcome.strip(), WhyNot.NO_OUTCOME),
        (visit.development and visit.next_step_on is None, WhyNot.NO_NEXT_STEP),
    )


def _registration_fault(one: RegistrationFact) -> WhyNot | None:
    return _first_fault((not one.complete, WhyNot.INCOMPLETE), (one.duplicate, WhyNot.DUPLICATE))


def _enrichment_fault(one: EnrichmentFact, rules: Enrichment) -> WhyNot | None:
    return _first_fault(
        (not one.old, WhyNot.NOT_OLD),
        (one.facts < rules.facts, WhyNot.TOO_FEW_FACTS),
        (rules.person_or_expiry and not one.key_fact, WhyNot.NO_KEY_FACT),
    )


def _study_fault(one: StudyFact) -> WhyNot | None:
    return _first_fault((not one.topic, WhyNot.NO_TOPIC), (not one.learnt.strip(), WhyNot.NOTHING_LEARNT))


def _counted(verdicts: Verdicts) -> int:
    return sum(why is None for why in verdicts.values())
