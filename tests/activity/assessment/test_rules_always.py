"""What holds of the money rules whatever the numbers: order never matters, more work and more leave never hurt."""

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from activity.assessment.rules import (
    NONE,
    Day,
    Link,
    Spared,
    Status,
    assess,
    needed,
    outweighs,
    proposes,
    streak,
    total,
)
from org.rules.schema import RuleBook

MODES = ("each_item", "each_day", "weighted")


def rules(**values):
    return RuleBook.read({"assessment": values}).assessment


def weights(calls, visits, prospects, studies):
    return {"calls": calls, "visits": visits, "prospects": prospects, "studies": studies}


small = st.integers(0, 40)
fours = st.tuples(small, small, small, small)
targets = st.tuples(*[st.integers(0, 7)] * 4)
percents = st.integers(0, 100)
one_day = st.builds(Day, st.integers(0, 2), st.tuples(*[st.integers(0, 12)] * 4))
weeks_of_days = st.lists(one_day, min_size=7, max_size=7)
four_weights = st.lists(percents, min_size=3, max_size=3).map(
    lambda cuts: weights(*(b - a for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), 100], strict=True)))
)
every_rule = st.builds(
    lambda **values: rules(**values),
    mode=st.sampled_from(MODES),
    weights=four_weights,
    threshold_percent=st.integers(1, 100),
    exempt_below_days=st.integers(0, 3),
    unassessed_weeks=st.sampled_from(["skip", "break"]),
    short_weeks=st.sampled_from(["pairs", "rolling"]),
)
links = st.builds(Link, st.sampled_from(Status), st.sampled_from(Spared), st.booleans())
FINE = {Status.MET, Status.EXEMPT, Status.EXCUSED}


@given(weeks_of_days, st.randoms(use_true_random=False), targets, every_rule, percents)
def test_the_order_of_days_never_matters(days, random, standard, book, percent):
    shuffled = random.sample(days, len(days))
    given_all = {"standard": standard, "rules": book, "percent": percent}
    assert assess(days, **given_all) == assess(shuffled, **given_all)


@given(st.lists(fours, max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_entries_never_matters(entries, random):
    assert total(entries) == total(random.sample(entries, len(entries)))


@given(weeks_of_days, st.integers(0, 6), st.integers(0, 3), targets, every_rule, percents, st.booleans())
def test_one_more_counted_entry_never_turns_met_into_short(days, day, item, standard, book, percent, excused):
    given_all = {"standard": standard, "rules": book, "percent": percent, "excused": excused}
    before = assess(days, **given_all)
    done = [count + (n == item) for n, count in enumerate(days[day].done)]
    days[day] = days[day]._replace(done=tuple(done))
    after = assess(days, **given_all)
    assert after.status == before.status or (before.status in {Status.SHORT, Status.EXCUSED})
    assert all(now <= then for now, then in zip(after.short, before.short, strict=True))
    assert sum(after.done) == sum(before.done) + 1


@given(weeks_of_days, st.integers(0, 6), targets, every_rule, percents)
def test_half_a_day_of_leave_never_turns_met_into_short(days, day, standard, book, percent):
    assume(days[day].half_days)
    given_all = {"standard": standard, "rules": book, "percent": percent}
    before = assess(days, **given_all)
    days[day] = days[day]._replace(half_days=days[day].half_days - 1)
    after = assess(days, **given_all)
    assert before.status == Status.SHORT or after.status in FINE
    assert all(now <= then for now, then in zip(after.short, before.short, strict=True))


@given(targets, st.integers(1, 14), percents)
def test_a_leave_day_never_raises_the_requirement(standard, half_days, percent):
    more = needed(standard, half_days=half_days, percent=percent)
    less = needed(standard, half_days=half_days - 1, percent=percent)
    assert all(now <= then for now, then in zip(less, more, strict=True))


@given(targets, st.integers(0, 14), percents)
def test_needed_is_the_least_whole_number_that_reaches_what_is_due(standard, half_days, percent):
    for need, target in zip(needed(standard, half_days=half_days, percent=percent), standard, strict=True):
        due = Fraction(target * half_days * percent, 200)
        assert need >= due > need - 1


@given(weeks_of_days, targets, every_rule, percents)
def test_each_item_is_met_exactly_when_nothing_is_missing(days, standard, book, percent):
    assume(book.mode != "weighted")
    found = assess(days, standard=standard, rules=book, percent=percent)
    if found.status != Status.EXEMPT:
        assert (found.status == Status.MET) == (found.short == NONE)


@given(fours, fours, four_weights, st.integers(1, 100))
def test_weighing_is_the_formula_in_exact_fractions(done, due, weighed, threshold):
    shares = (Fraction(min(has, owes), owes) if owes else 1 for has, owes in zip(done, due, strict=True))
    score = sum(share * weight for share, weight in zip(shares, weighed.values(), strict=True))
    assert outweighs(done, due, tuple(weighed.values()), threshold) == (score >= threshold)


@given(st.lists(links, max_size=12), every_rule)
def test_a_streak_counts_short_weeks_only(weeks, book):
    before, fined = 0, 0
    for link in weeks:
        after = streak(before, link, book)
        counted = link.status == Status.SHORT and not link.spared
        assert after == (0 if link.starts_anew else before) + 1 if counted else after <= before
        assert not proposes(after, link, book, yuan=50) or (counted and after >= 2)
        fined += proposes(after, link, book, yuan=50)
        before = after
    short = sum(link.status == Status.SHORT and not link.spared for link in weeks)
    assert fined <= (short // 2 if book.short_weeks == "pairs" else max(0, short - 1))


@given(st.lists(links, max_size=12), every_rule)
def test_in_pairs_no_week_is_punished_twice(weeks, book):
    """Of every run of weeks rolling proposes at least where pairs do."""
    pairs, rolling = (book.model_copy(update={"short_weeks": way}) for way in ("pairs", "rolling"))
    before = 0
    for link in weeks:
        before = streak(before, link, book)
        assert proposes(before, link, pairs, yuan=50) <= proposes(before, link, rolling, yuan=50)
