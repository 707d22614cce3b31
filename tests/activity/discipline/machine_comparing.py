"""What every example of the machine begins with, and what must be true after each of its steps."""

from itertools import pairwise

from django.db import transaction
from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from activity.assessment.models import WeekAssessment
from activity.discipline.adjusting import settle
from activity.discipline.models import Fine, LedgerEntry
from activity.discipline.verifying import faults
from org import clock
from org.rules.actions import publish
from org.rules.schema import RuleBook
from tests import factories as make
from tests.activity.discipline.machine_city import START, VISITS_ALONE, Facts

BOOKS = st.fixed_dictionaries(
    {
        "targets": st.just(VISITS_ALONE),
        "assessment": st.fixed_dictionaries(
            {
                "mode": st.sampled_from(["each_item", "each_day", "weighted"]),
                "threshold_percent": st.sampled_from([95, 100]),
                "exempt_below_days": st.sampled_from([0, 2, 3]),
                "unassessed_weeks": st.sampled_from(["skip", "break"]),
                "short_weeks": st.sampled_from(["pairs", "rolling"]),
                "duty_half_days_a_month": st.sampled_from([None, 2, 3]),
                "newcomers": st.sampled_from(
                    [
                        {"ramp": (), "weeks_without_fines": 2},
                        {"ramp": ({"until_week": 3, "percent": 50},), "weeks_without_fines": 0},
                    ]
                ),
            }
        ),
        "fines": st.fixed_dictionaries({"two_short_weeks_yuan": st.sampled_from([50, 60])}),
    }
)


class Compared(RuleBasedStateMachine):
    """One example is one transaction, rolled back at its end."""

    city = None  # the rows that all examples begin with

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.facts = Facts(self.city)
        self.fines = {}  # (工号, Monday) -> states of its rounds
        clock.shift_clock(to=make.at(START, 8))

    def teardown(self):
        self.no_version_repeats_its_predecessor()
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    def new_rules(self, monday, book):
        publish(RuleBook.model_validate({"effective_from": monday, **book}), by=None, at=clock.now())
        self.facts.publish(monday, book)

    def weeks(self):
        return [*self.facts.closed, self.facts.this_week]

    @invariant()
    def everything_is_as_the_oracle_says(self):
        settle(at=clock.now())
        links = self.facts.chains()
        assert assessed() == {key: expected(link) for key, link in links.items()}
        for key, link in links.items():
            rounds = self.fines.get(key, [])
            if link.fine and (not rounds or rounds[-1] == "reversed"):
                self.fines.setdefault(key, []).append("proposed")
            elif not link.fine and rounds and rounds[-1] in ("proposed", "confirmed"):
                rounds[-1] = "reversed"
        rows = Fine.objects.values_list("person__employee_no", "week", "round", "state", "yuan")
        assert sorted(rows) == sorted(
            (*key, number, state, links[key].assessment.rules.fine_yuan)
            for key, rounds in self.fines.items()
            for number, state in enumerate(rounds, 1)
        )
        self.the_sums_are_those_of_the_states(rows)
        assert not [*faults()]

    def the_sums_are_those_of_the_states(self, rows):
        sums = LedgerEntry.objects.aggregate(proposed=Sum("proposed", default=0), owed=Sum("owed", default=0))
        assert sums == {
            "proposed": sum(row[4] for row in rows if row[3] == "proposed"),
            "owed": sum(row[4] for row in rows if row[3] == "confirmed"),
        }

    def no_version_repeats_its_predecessor(self):
        rows = WeekAssessment.objects.order_by("person", "week", "version").values()
        for before, after in pairwise(rows):
            if (before["person_id"], before["week"]) == (after["person_id"], after["week"]):
                assert after["version"] == before["version"] + 1
                assert substance(before) != substance(after)


def assessed():
    """The versions in force, by (工号, Monday)."""
    columns = ("unit__code", "required_half_days", "percent", "visits", "status", "spared", "streak")
    rows = WeekAssessment.objects.current().values_list("person__employee_no", "week", *columns, "proposes")
    return {(who, week): tuple(values) for who, week, *values in rows}


def expected(link):
    one = link.assessment
    counted = (one.unit, one.half_days, one.percent, one.done["visits"])
    return (*counted, one.status, one.spared, link.streak, link.fine)


def substance(row):
    of_the_version = {"id", "version", "at", "cause", "cause_note", "by_id"}
    return {name: value for name, value in row.items() if name not in of_the_version}
