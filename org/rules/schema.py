"""The rule set as typed values: everything that domain.md marks **C**, with its defaults.

The JSON of `rules export` is this model. Amounts are whole yuan, shares whole percents, times of day HH:MM;
there are no floats. Unknown keys are refused, missing ones take the default: `{}` is the regulation as read.
"""

import hashlib
import json
from datetime import date, time
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from org.working_days.rules import NOON, DayTimes, HolidaySaturday


def _whole_minute(value: time) -> time:
    if value.second or value.microsecond or value.tzinfo:
        raise PydanticCustomError("whole_minute", "a time of day is HH:MM")
    return value


def _monday(value: date) -> date:
    if value.weekday() != 0:
        raise PydanticCustomError("monday", "a rule set takes effect on a Monday")
    return value


Clock = Annotated[
    time,
    AfterValidator(_whole_minute),
    PlainSerializer(lambda at: at.strftime("%H:%M"), return_type=str, when_used="json"),
]
Monday = Annotated[date, AfterValidator(_monday)]
Count = Annotated[int, Field(ge=0, le=9_999)]
Positive = Annotated[int, Field(ge=1, le=9_999)]
Percent = Annotated[int, Field(ge=0, le=100)]
Yuan = Annotated[int, Field(ge=0, le=100_000_000)]
Lapse = Literal["late", "incomplete", "returned"]


class Group(BaseModel):
    """Values of one article; strict, so that "6", 6.0 and true are not 6."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Targets(Group):
    """6311, a working day (C1)."""

    calls: Count = 6
    visits: Count = 3
    prospects: Count = 1
    studies: Count = 1

    @property
    def standard(self) -> tuple[int, int, int, int]:
        return self.calls, self.visits, self.prospects, self.studies


class ManagerTargets(Group):
    """3111, a working day (D1)."""

    follow_up_calls: Count = 3
    accompaniments: Count = 1
    coachings: Count = 1
    proposals_or_recruits: Count = 1

    @property
    def standard(self) -> tuple[int, int, int, int]:
        return self.follow_up_calls, self.accompaniments, self.coachings, self.proposals_or_recruits


class Deadlines(Group):
    """Times of day; `log_lock` is that of the n-th working day after the log's day."""

    log_due: Clock = time(20)
    log_late_until: Clock = time(8, 30)
    log_lock: Clock = NOON
    log_lock_working_days: Annotated[int, Field(ge=1, le=5)] = 2
    review_due: Clock = NOON
    week_close: Clock = NOON
    report_opens: Clock = time(14)
    holiday_saturday: HolidaySaturday = "previous"
    plan_draft_due: Clock = time(18)

    @model_validator(mode="after")
    def lock_follows_lateness(self) -> Self:
        if self.log_lock_working_days == 1 and self.log_lock < self.log_late_until:
            raise PydanticCustomError("lock_before_late", "a log locks after its lateness ends")
        return self


class Calls(Group):
    """What counts of a day's calls; `unanswered_a_day` null: no limit, equal quiet times: none."""

    one_per_contact: bool = True
    unanswered_a_day: Count | None = 2
    quiet_from: Clock = time(21)
    quiet_until: Clock = time(9)


class Enrichment(Group):
    """When an old prospect, enriched, counts as the day's prospect."""

    facts: Positive = 3
    person_or_expiry: bool = True
    a_week: Count = 3


class Shares(Group):
    """Percents that make a whole."""

    @model_validator(mode="after")
    def whole(self) -> Self:
        if sum(dict(self).values()) != 100:
            raise PydanticCustomError("not_hundred", "the weights make 100 together")
        return self


class Weights(Shares):
    """Of the four items in the weighted mode."""

    calls: Percent = 25
    visits: Percent = 25
    prospects: Percent = 25
    studies: Percent = 25


class RampStep(Group):
    """Until that week of service (the first is 1) the targets are this share of the full ones."""

    until_week: Positive
    percent: Percent


class Newcomers(Group):
    """Off by default: no ramp, no weeks without fines."""

    ramp: tuple[RampStep, ...] = ()
    weeks_without_fines: Count = 0

    @model_validator(mode="after")
    def ramp_rises(self) -> Self:
        weeks = [step.until_week for step in self.ramp]
        if any(later <= earlier for earlier, later in pairwise(weeks)):
            raise PydanticCustomError("ramp_order", "the steps of a ramp follow each other")
        return self


class Assessment(Group):
    """What below 6311 means (F2, F3)."""

    mode: Literal["each_item", "each_day", "weighted"] = "each_item"
    weights: Weights = Weights()
    threshold_percent: Annotated[int, Field(ge=1, le=100)] = 100
    exempt_below_days: Count = 2
    unassessed_weeks: Literal["skip", "break"] = "skip"
    short_weeks: Literal["pairs", "rolling"] = "pairs"
    duty_half_days_a_month: Count | None = None
    explanation_due_working_days: Positive = 2
    explanation_cancels: bool = False
    newcomers: Newcomers = Newcomers()


class Fines(Group):
    """Amounts proposed (F1, F3); `tool_yuan` is for 0, 1, 2-or-more tool fines of the window before."""

    effect: Literal["money", "record", "points"] = "money"
    label: Annotated[str, Field(pattern=r"^\w+$", max_length=12)] = "扣罚"
    two_short_weeks_yuan: Yuan = 50
    tool_yuan: Annotated[tuple[Yuan, ...], Field(min_length=1, max_length=9)] = (10, 20, 30)
    tool_least_yuan: Yuan = 10
    tool_most_yuan: Yuan = 30
    window_days: Positive = 30
    uncured_before: Count = 2
    window_over: Literal["all_tools", "same_tool"] = "all_tools"
    also_findings: tuple[Lapse, ...] = ()
    no_fact_twice: bool = True
    monthly_cap_yuan: Yuan | None = 100
    appeal_working_days: Positive = 5

    @model_validator(mode="after")
    def ladder_rises(self) -> Self:
        ladder = (self.tool_least_yuan, *self.tool_yuan, self.tool_most_yuan)
        if list(ladder) != sorted(ladder):
            raise PydanticCustomError("ladder_order", "the ladder rises from the least to the most")
        return self


class Accompaniment(Group):
    """The accompanied-visit chain (E1-E5)."""

    section_chief_without_sections: Literal["department_manager", "next_higher"] = "department_manager"
    after_fourth: Literal["quarter", "never"] = "quarter"
    card_before_fourth: Literal["remind", "refuse"] = "remind"
    asked_working_days_before: Count = 1
    silence_working_days: Positive = 2
    feedback_working_days: Positive = 1


class MajorProjects(Group):
    """From when a project is declared major by itself (E6)."""

    premium_yuan: Yuan = 500_000
    insured: Annotated[int, Field(ge=1, le=100_000_000)] = 300


class Protection(Group):
    """Who owns a client: days from the last effective activity, how many one person may hold, what he may look up."""

    days: Positive = 90
    clients_per_person: Positive = 200
    warn_days: Positive = 7  # before a client goes back to the pool
    claim_back_days: Positive = 30  # who let it go by silence waits so long before he may claim it again
    claims_a_day: Positive = 10
    asks_a_day: Positive = 30  # "is this company taken?"
    collisions_a_day: Positive = 10  # registrations refused because somebody was first
    phones_a_day: Positive = 30  # masked numbers of others' clients shown to one person


class KeyDates(Group):
    """Reminders of the card: days before a cover or policy ends, and before a birthday or another day of the client."""

    renewal_days: Annotated[tuple[Annotated[int, Field(ge=1, le=366)], ...], Field(max_length=6)] = (90, 60, 30)
    other_days: Annotated[tuple[Annotated[int, Field(ge=0, le=366)], ...], Field(max_length=6)] = (7, 0)


class Referrals(Group):
    """转介绍: when the referrer is thanked, how long a good moment lasts and one is not asked again, the milestone."""

    thanks_within_days: Positive = 7
    good_moment_days: Positive = 30
    ask_again_after_days: Positive = 90
    first_clients: Positive = 10


class Consultation(Group):
    """The ten-item checklist: the client's own link, how long his answers stay, months of spending kept in reserve."""

    link_days: Annotated[int, Field(ge=1, le=90)] = 7
    link_devices: Annotated[int, Field(ge=1, le=99)] = 3
    kept_days: Positive = 730
    reserve_months: Positive = 6


class SpotChecks(Group):
    """The random sample of a week's logs (C3)."""

    percent: Percent = 10
    least_per_team: Count = 1
    most_per_checker: Positive = 8
    seen_every_weeks: Positive = 4
    answer_working_days: Positive = 2


class StarWeights(Shares):
    timeliness: Percent = 40
    completeness: Percent = 20
    attainment: Percent = 30
    rating: Percent = 10


class Star(Group):
    """每周一星 (H1)."""

    among: Literal["client_managers", "all_staff"] = "client_managers"
    weights: StarWeights = StarWeights()
    shortlist: Positive = 3
    again_after_weeks: Count = 4


class ManagerCheck(Group):
    """The weekly check of 3111 (G1)."""

    criticisms_a_quarter: Positive = 3


class PlanHints(Group):
    """Where 分管总 is asked to look before he approves a plan (系统核对); refuses nothing."""

    high_goal_percent: Annotated[int, Field(ge=101, le=1000)] = 150  # of what is usual
    company_minutes: Annotated[int, Field(ge=1, le=480)] = 60  # that an accompanied visit takes at least


class Display(Group):
    target_line_percent: Percent = 85


class RuleBook(Group):
    """One version of the rules. `effective_from` is absent in the built-in defaults."""

    effective_from: Monday | None = None
    targets: Targets = Targets()
    manager_targets: ManagerTargets = ManagerTargets()
    deadlines: Deadlines = Deadlines()
    calls: Calls = Calls()
    enrichment: Enrichment = Enrichment()
    assessment: Assessment = Assessment()
    fines: Fines = Fines()
    accompaniment: Accompaniment = Accompaniment()
    major_projects: MajorProjects = MajorProjects()
    protection: Protection = Protection()
    key_dates: KeyDates = KeyDates()
    referrals: Referrals = Referrals()
    consultation: Consultation = Consultation()
    spot_checks: SpotChecks = SpotChecks()
    star: Star = Star()
    manager_check: ManagerCheck = ManagerCheck()
    plan_hints: PlanHints = PlanHints()
    display: Display = Display()

    @classmethod
    def read(cls, data: object) -> Self:
        """From JSON, parsed or as text; a ValidationError is put into words by org.rules.problems."""
        return cls.model_validate_json(data if isinstance(data, str | bytes) else json.dumps(data))

    @property
    def standard(self) -> tuple[int, int, int, int]:
        """Calls, visits, prospects, studies of one working day."""
        return self.targets.standard

    @property
    def times(self) -> DayTimes:
        return DayTimes(**self.deadlines.model_dump(exclude={"plan_draft_due"}))

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """What `rules export` prints; `read` takes it back."""
        return self.model_dump(mode="json", exclude={"effective_from"} if self.effective_from is None else None)

    def canonical(self) -> str:
        """The one spelling of this rule book, whatever the order and blanks of the file that it came from."""
        return json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
