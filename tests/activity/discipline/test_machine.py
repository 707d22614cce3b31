"""Whatever happens after a close, ledger = fold(oracle) (reliability.md F16): a machine that tries all orders.

Each step goes through the product's own verbs, then the sweep settles, and everything is compared with what the
oracle makes of the facts in memory.
"""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from activity.assessment import excusing
from activity.assessment.models import WeekAssessment, WeekExcuse
from activity.daily_log import reviewing
from activity.discipline import actions, adjusting
from activity.discipline.models import Fine, LedgerEntry
from org import clock
from org.absences import actions as absences
from org.absences import relieving
from org.absences.models import AbsenceRequest
from org.absences.rules import Stretch, Wish
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.periods import due
from org.periods.due import run_due
from org.periods.models import Period
from org.trials import actions as trials
from org.trials.models import TrialRun
from org.week import Week
from tests import factories as make
from tests.activity.discipline.machine_city import CALENDAR, PLANS, START, make_city, visits_of, work
from tests.activity.discipline.machine_comparing import BOOKS, Compared
from tests.oracle.calendar import days_of
from tests.oracle.decisions import Excuse, Relief, Trial

STEPS = Counter()
EVERYBODY = ("e1", "e2", "e3", "e4")
WHO = st.sampled_from(EVERYBODY)
HALF = st.sampled_from(["am", "pm"])


class Discipline(Compared):
    """Everything that people may do about weeks and fines."""

    @initialize(book=BOOKS, poor=st.lists(st.sampled_from(PLANS[1:]), min_size=2, max_size=4))
    def begin(self, book, poor):
        """Some weeks are closed already, so that there is something to correct."""
        self.new_rules(START, book)
        for plan in poor:
            self.a_week_passes(dict.fromkeys(EVERYBODY, plan))

    @rule(book=BOOKS, next_week=st.booleans())
    def publish_rules(self, book, next_week):
        monday = self.facts.this_week + timedelta(weeks=next_week)
        if monday > self.facts.versions[-1].monday:
            self.new_rules(monday, book)
            STEPS["publish"] += 1

    # A week passes.

    @rule(plans=st.fixed_dictionaries(dict.fromkeys(EVERYBODY, st.sampled_from(PLANS))))
    def a_week_passes(self, plans):
        monday = self.facts.this_week
        for who, plan in plans.items():
            done = visits_of(plan, self.facts.held_days(who, monday))
            rows = work(self.city.people[who], done)
            self.facts.visits.update({(who, day): visits for day, visits in rows.items()})
        instant = CALENDAR.week_close(monday)
        clock.shift_clock(to=make.at(instant.date(), instant.hour, 1))
        assert run_due() == [{"kind": "close", "unit": "3702", "week": str(monday)}]
        self.facts.closed.append(monday)
        STEPS["week"] += 1

    @rule(plan=st.sampled_from(PLANS[1:3]))
    def a_poor_week_passes(self, plan):
        self.a_week_passes(dict.fromkeys(EVERYBODY, plan))

    # Leave and duty, entered late or in time; and taken back.

    @rule(data=st.data(), who=WHO)
    def on_duty_twice(self, data, who):
        """In one month: by its cap the earlier one is taken off and the later one is not, whichever is told first."""
        for _ in range(2):
            self.away(data, who, "duty", 1)

    @rule(data=st.data(), who=WHO, kind=st.sampled_from(["leave", "duty"]), days=st.integers(1, 4))
    def away(self, data, who, kind, days):
        first = data.draw(st.sampled_from(self.weeks())) + timedelta(days=data.draw(st.integers(0, 6)))
        stretch = Stretch(first, data.draw(HALF), first + timedelta(days=days - 1), "pm")
        halves = {(who, day, half) for day, half in stretch.halves}
        if halves & self.facts.absences:
            return
        wish, clerk = Wish(kind, stretch, "家里有事"), self.city.clerks[who]
        absences.record(self.city.people[who], wish, by=clerk, at=clock.now(), key=uuid4())
        self.facts.absences |= halves
        self.facts.duties |= halves if kind == "duty" else set()
        STEPS[kind] += 1

    @precondition(lambda self: self.facts.absences)
    @rule(data=st.data())
    def not_away(self, data):
        granted = AbsenceRequest.objects.filter(state="granted").select_related("person", "unit").order_by("asked_at")
        request = data.draw(st.sampled_from([*granted]))
        who = request.person.employee_no
        absences.revoke(request, by=self.city.clerks[who], at=clock.now(), reason="没有请假")
        halves = {(who, day, half) for day, half in request.stretch.halves}
        self.facts.absences -= halves
        self.facts.duties -= halves
        STEPS["revoke"] += 1

    # Relief of units.

    @rule(data=st.data(), half=HALF)
    def relieve(self, data, half):
        code = data.draw(st.sampled_from([*self.city.units]))
        day = data.draw(st.sampled_from(self.weeks())) + timedelta(days=data.draw(st.integers(0, 4)))
        reliefs = [Relief(code, day, one) for one in (("am", "pm") if half == "am" else ("pm",))]
        if any(one in batch for one in reliefs for batch in self.facts.reliefs.values()):
            return
        stretch, unit = Stretch(day, half, day, "pm"), self.city.units[code]
        told = relieving.grant_relief([unit], stretch, reason="台风", by=self.city.hq, at=clock.now(), key=uuid4())
        self.facts.reliefs[str(told["batch"])] = reliefs
        STEPS["relief"] += 1

    @precondition(lambda self: self.facts.reliefs)
    @rule(data=st.data())
    def take_relief_back(self, data):
        batch = data.draw(st.sampled_from([*self.facts.reliefs]))
        relieving.withdraw_relief(batch, by=self.city.hq, at=clock.now())
        del self.facts.reliefs[batch]
        STEPS["withdraw relief"] += 1

    # 免责

    @rule(data=st.data(), who=WHO)
    def excuse(self, data, who):
        monday = data.draw(st.sampled_from(self.weeks()))
        link = self.facts.chains().get((who, monday))
        standing = any((one.employee, one.monday) == (who, monday) for one in self.facts.excuses.values())
        short = link.assessment.status == "short" if link else monday not in self.facts.closed
        if standing or not short or not self.facts.held_days(who, monday):
            return
        by, week = self.city.deputies[who], Week(monday)
        excusing.excuse(self.city.people[who], week, by=by, at=clock.now(), key=uuid4(), reason="住院")
        row = WeekExcuse.objects.latest("pk")
        self.facts.excuses[row.pk] = Excuse(who, monday, "住院")
        STEPS["excuse"] += 1

    @precondition(lambda self: self.facts.excuses)
    @rule(data=st.data())
    def withdraw_excuse(self, data):
        pk = data.draw(st.sampled_from([*self.facts.excuses]))
        row = WeekExcuse.objects.select_related("person").get(pk=pk)
        excusing.withdraw_excuse(row, by=self.city.deputies[row.person.employee_no], at=clock.now(), key=uuid4())
        del self.facts.excuses[pk]
        STEPS["withdraw excuse"] += 1

    # A visit of a closed week is judged ineffective.

    @precondition(lambda self: any(self.facts.visits.values()))
    @rule(data=st.data())
    def judge_a_visit(self, data):
        who, day = data.draw(st.sampled_from([key for key, visits in self.facts.visits.items() if visits]))
        visit = self.facts.visits[who, day].pop()
        reviewing.mark_ineffective(visit, by=self.city.managers[who], at=clock.now(), reason="没见到")
        STEPS["ineffective"] += 1

    # Trial runs, from this week on.

    @rule(data=st.data(), weeks=st.sampled_from([0, 1, None]))
    def start_trial(self, data, weeks):
        code, first = data.draw(st.sampled_from([*self.city.units])), self.facts.this_week
        if any(one.unit == code and one.sunday > first for one in self.facts.trials.values()):
            return
        last = None if weeks is None else Week(first + timedelta(weeks=weeks))
        told = trials.start_trial(
            self.city.units[code], first=Week(first), last=last, reason="新单位", by=self.city.hq, at=clock.now(),
            key=uuid4(),
        )  # fmt: skip
        self.facts.trials[told["run"]] = Trial(code, first, last.sunday if last else days_of(first)[0].max)
        STEPS["trial"] += 1

    @rule(data=st.data())
    @precondition(lambda self: any(one.sunday.year == 9999 for one in self.facts.trials.values()))
    def end_trial(self, data):
        pk = data.draw(st.sampled_from([pk for pk, one in self.facts.trials.items() if one.sunday.year == 9999]))
        this = Week(self.facts.this_week)
        run = TrialRun.objects.get(pk=pk)
        trials.end_trial(run, last=this, by=self.city.hq, at=clock.now())
        self.facts.trials[pk] = self.facts.trials[pk]._replace(sunday=this.sunday)
        STEPS["end trial"] += 1

    # 分管总 decides.

    @precondition(lambda self: any(rounds[-1] == "proposed" for rounds in self.fines.values()))
    @rule(data=st.data(), confirm=st.booleans())
    def decide(self, data, confirm):
        waiting = [key for key, rounds in self.fines.items() if rounds[-1] == "proposed"]
        who, monday = data.draw(st.sampled_from(waiting))
        fine = Fine.objects.select_related("ledger__city", "person", "unit").get(
            person__employee_no=who, week=monday, state="proposed"
        )
        step = actions.confirm if confirm else actions.dismiss
        step(fine, by=self.city.deputies[who], at=clock.now(), key=uuid4(), reason="核实")
        self.fines[who, monday][-1] = "confirmed" if confirm else "dismissed"
        STEPS[self.fines[who, monday][-1]] += 1

    # What changes nothing.

    @rule(data=st.data(), who=WHO)
    def look_again(self, data, who):
        before = WeekAssessment.objects.count(), LedgerEntry.objects.count()
        last, person = data.draw(st.sampled_from(self.weeks())), self.city.people[who]
        corrections.note(Correction.Cause.IMPORT, first=START, last=last, at=clock.now(), person=person)
        assert run_due() == []
        assert (WeekAssessment.objects.count(), LedgerEntry.objects.count()) == before
        STEPS["look again"] += 1


@pytest.fixture
def machine(db, monkeypatch):
    """Only closes fall due; the reports have tests of their own."""
    monkeypatch.delitem(due.HANDLERS, Period.Kind.REPORT)
    monkeypatch.setattr(Discipline, "city", make_city())
    return Discipline


def run(machine, examples):
    """How many steps were taken."""
    STEPS.clear()
    given = settings(
        max_examples=examples,
        stateful_step_count=30,
        deadline=None,
        database=None,
        print_blob=True,
        phases=[Phase.generate],  # a shorter example would take minutes
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=given)
    print(f"{STEPS.total()} steps: {dict(STEPS)}")
    return STEPS.total()


@pytest.mark.race
def test_the_ledger_is_the_fold_of_the_oracle(machine, rounds):
    assert run(machine, examples=rounds(2, 220)) >= rounds(25, 5_000)


@pytest.mark.race
@pytest.mark.long
def test_without_reversals_it_would_not_be(machine, monkeypatch):
    """The control: the machine sees a fine that stays."""
    monkeypatch.setattr(adjusting, "reverse", lambda *given, **at: 0)
    with pytest.raises(AssertionError):
        run(machine, examples=20)
