"""What counts in a day's log (domain.md "What counts", workbooks.md "How history is read"), read aloud."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activity.daily_log.reasons import SENTENCES, sentence, still_missing
from activity.daily_log.rules import (
    CallFact,
    EnrichmentFact,
    RegistrationFact,
    StudyFact,
    Tally,
    VisitFact,
    WhyNot,
    count_day,
    due,
    is_quiet,
    log_counts,
)
from org.rules.schema import RuleBook
from org.working_days.rules import SHANGHAI, LogLimits

BOOK = RuleBook()
STANDARD = BOOK.standard


def book(**groups):
    return RuleBook.read(groups)


def call(key, at="10:00", whom="宏达机械 张工", answered=True, **more):
    client, contact = whom.split()
    facts = {"purpose": "约访", "outcome": "周三见"} | more
    return CallFact(key, time.fromisoformat(at), client, contact, answered, **facts)


def visit(key, at="10:00", client="宏达机械", contact="张工", development=False, **more):
    facts = {"purpose": "送保单", "outcome": "已收"} | more
    return VisitFact(key, time.fromisoformat(at), client, contact, development=development, **facts)


def reasons(verdicts):
    return {key: why and why.value for key, why in verdicts.items()}


# ---- a call: purpose and outcome; not to 勿扰, not at night


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({}, None),
        ({"answered": False, "outcome": "未接"}, None),
        ({"purpose": " "}, "no_purpose"),
        ({"outcome": ""}, "no_outcome"),
        ({"do_not_disturb": True}, "do_not_disturb"),
        ({"at": "08:59:59"}, "quiet_hours"),
        ({"at": "09:00"}, None),
        ({"at": "20:59:59"}, None),
        ({"at": "21:00"}, "quiet_hours"),
        ({"at": "00:00"}, "quiet_hours"),
    ],
)
def test_a_call(facts, why):
    counted = count_day(calls=[call("a", **facts)], rules=BOOK)
    assert reasons(counted.calls) == {"a": why}
    assert (counted.tally.calls, counted.excluded) == ((1, 0) if why is None else (0, 1))


@pytest.mark.parametrize(
    ("quiet_from", "quiet_until", "at", "quiet"),
    [
        ("12:00", "14:00", "11:59", False),
        ("12:00", "14:00", "12:00", True),
        ("12:00", "14:00", "13:59", True),
        ("12:00", "14:00", "14:00", False),
        ("12:00", "12:00", "12:00", False),
        ("21:00", "09:00", "23:00", True),
        ("21:00", "09:00", "03:00", True),
        ("21:00", "09:00", "12:00", False),
    ],
)
def test_the_quiet_hours_are_configured(quiet_from, quiet_until, at, quiet):
    rules = book(calls={"quiet_from": quiet_from, "quiet_until": quiet_until})
    assert is_quiet(time.fromisoformat(at), rules.calls) is quiet


# ---- one per contact and day, the answered before the unanswered; then at most two unanswered


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        # the first of two answered ones
        ([call("a", "11:00"), call("b", "10:00")], {"a": "same_contact", "b": None}),
        # an answered one before an earlier unanswered one
        ([call("a", "10:00", answered=False), call("b", "15:00")], {"a": "same_contact", "b": None}),
        # two contacts of one client are two
        ([call("a"), call("b", whom="宏达机械 李工")], {"a": None, "b": None}),
        # one name at two clients is two
        ([call("a"), call("b", whom="瑞丰食品 张工")], {"a": None, "b": None}),
        # spelling makes no second contact
        ([call("a", whom="ＡＢＣ 张工"), call("b", "11:00", "abc 张工")], {"a": None, "b": "same_contact"}),
        # a call that does not count takes nobody's place
        ([call("a", "08:00"), call("b", "10:00")], {"a": "quiet_hours", "b": None}),
        ([call("a", "10:00", outcome=""), call("b", "11:00")], {"a": "no_outcome", "b": None}),
        # equal times: the smaller key
        ([call("b"), call("a")], {"a": None, "b": "same_contact"}),
    ],
)
def test_one_call_per_contact(calls, expected):
    assert reasons(count_day(calls=calls, rules=BOOK).calls) == expected


def test_only_the_first_two_unanswered_of_a_day():
    calls = [
        call("d", "16:00", "丁 某", answered=False),
        call("c", "15:00", "丙 某", answered=False),
        call("a", "10:00", "甲 某", answered=False),
        call("b", "11:00", "乙 某", answered=False),
        call("e", "17:00", "戊 某"),
    ]
    counted = count_day(calls=calls, rules=BOOK)
    assert reasons(counted.calls) == {
        "a": None,
        "b": None,
        "c": "unanswered_limit",
        "d": "unanswered_limit",
        "e": None,
    }
    assert (counted.tally.calls, counted.unanswered) == (3, 2)


def test_an_unanswered_call_to_somebody_reached_later_leaves_its_place():
    calls = [
        call("a", "10:00", "甲 某", answered=False),
        call("b", "11:00", "乙 某", answered=False),
        call("c", "12:00", "丙 某", answered=False),
        call("d", "16:00", "甲 某"),
    ]
    assert reasons(count_day(calls=calls, rules=BOOK).calls) == {
        "a": "same_contact",
        "b": None,
        "c": None,
        "d": None,
    }


@pytest.mark.parametrize(
    ("rules", "counted"),
    [
        ({}, 2),
        ({"unanswered_a_day": 0}, 0),
        ({"unanswered_a_day": 1}, 1),
        ({"unanswered_a_day": None}, 3),
        ({"one_per_contact": False, "unanswered_a_day": None}, 4),
        ({"one_per_contact": False}, 2),
    ],
)
def test_the_limits_of_calls_are_configured(rules, counted):
    calls = [call(n, whom=f"{name} 某", answered=False) for n, name in enumerate("甲乙丙丙")]
    assert count_day(calls=calls, rules=book(calls=rules)).tally.calls == counted


# ---- an effective visit


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({}, None),
        ({"development": True, "next_step_on": date(2026, 11, 20)}, None),
        ({"development": True}, "no_next_step"),
        ({"held": False}, "not_held"),
        ({"contact": "　"}, "no_contact"),
        ({"purpose": ""}, "no_purpose"),
        ({"outcome": " "}, "no_outcome"),
        ({"ineffective": True}, "ineffective"),
        ({"at": "06:00"}, None),
    ],
)
def test_an_effective_visit(facts, why):
    counted = count_day(visits=[visit("a", **facts)], rules=BOOK)
    assert reasons(counted.visits) == {"a": why}
    assert (counted.tally.visits, counted.excluded) == ((1, 0) if why is None else (0, 1))


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        ([visit("a", "14:00"), visit("b", "09:00")], {"a": "same_client", "b": None}),
        # another contact of the same client is no second visit
        ([visit("a"), visit("b", "11:00", contact="李工")], {"a": None, "b": "same_client"}),
        # of two the effective one counts, though it came later
        ([visit("a", "09:00", outcome=""), visit("b", "16:00")], {"a": "no_outcome", "b": None}),
        ([visit("a", "09:00", development=True), visit("b", "16:00")], {"a": "no_next_step", "b": None}),
        ([visit("a"), visit("b", client="瑞丰食品")], {"a": None, "b": None}),
    ],
)
def test_one_visit_per_client(visits, expected):
    assert reasons(count_day(visits=visits, rules=BOOK).visits) == expected


# ---- a prospect registered, or an old one enriched


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        (RegistrationFact("a"), None),
        (RegistrationFact("a", complete=False), "incomplete"),
        (RegistrationFact("a", duplicate=True), "duplicate"),
    ],
)
def test_a_registered_prospect(fact, why):
    counted = count_day(registrations=[fact], rules=BOOK)
    assert reasons(counted.registrations) == {"a": why}
    assert counted.tally.prospects == (why is None)


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        (EnrichmentFact("a", facts=3, key_fact=True), None),
        (EnrichmentFact("a", facts=2, key_fact=True), "too_few_facts"),
        (EnrichmentFact("a", facts=5, key_fact=False), "no_key_fact"),
        (EnrichmentFact("a", facts=3, key_fact=True, old=False), "not_old"),
    ],
)
def test_an_enriched_prospect(fact, why):
    counted = count_day(enrichments=[fact], rules=BOOK)
    assert reasons(counted.enrichments) == {"a": why}
    assert counted.tally.prospects == (why is None)


@pytest.mark.parametrize(("before", "counted"), [(0, 3), (1, 2), (2, 1), (3, 0), (4, 0)])
def test_at_most_three_enrichments_a_week(before, counted):
    enough = [EnrichmentFact(n, facts=3, key_fact=True) for n in range(4)]
    day = count_day(enrichments=enough, rules=BOOK, enriched_before=before)
    assert day.tally.prospects == counted
    assert list(reasons(day.enrichments).values()) == [None] * counted + ["weekly_limit"] * (4 - counted)


def test_what_enriches_is_configured():
    rules = book(enrichment={"facts": 1, "person_or_expiry": False, "a_week": 1})
    facts = [EnrichmentFact(n, facts=1, key_fact=False) for n in range(2)]
    assert count_day(enrichments=facts, rules=rules).tally.prospects == 1


def test_registered_and_enriched_add_up():
    day = count_day(
        registrations=[RegistrationFact(1)],
        enrichments=[EnrichmentFact(1, facts=3, key_fact=True)],
        rules=BOOK,
    )
    assert day.tally == Tally(prospects=2)


# ---- a study


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        (StudyFact("a", "problem", "三人起投"), None),
        (StudyFact("a", "product", "四类以上附清单"), None),
        (StudyFact("a", "", "三人起投"), "no_topic"),
        (StudyFact("a", "product", " "), "nothing_learnt"),
    ],
)
def test_a_study(fact, why):
    counted = count_day(studies=[fact], rules=BOOK)
    assert reasons(counted.studies) == {"a": why}
    assert counted.tally.studies == (why is None)


def test_a_whole_day():
    day = count_day(
        calls=[call(n, whom=f"{name} 某") for n, name in enumerate("甲乙丙丁戊己")],
        visits=[visit(n, client=client) for n, client in enumerate("甲乙丙")],
        registrations=[RegistrationFact(1)],
        studies=[StudyFact(1, "product", "三人起投")],
        rules=BOOK,
    )
    assert day.tally == (6, 3, 1, 1)
    assert day.tally.meets(STANDARD, half_days=2)
    assert day.excluded == 0


def test_an_empty_day_is_zero():
    assert count_day(rules=BOOK).tally == (0, 0, 0, 0)


# ---- whatever the order, and whatever is added

TIMES = st.sampled_from([time(8, 59), time(9), time(10), time(20, 59), time(21)])
NAMES = st.sampled_from("甲乙丙")
TEXTS = st.sampled_from(["", "约访"])


def keyed(rows, make):
    return [make(key, row) for key, row in enumerate(rows)]


CALLS = st.lists(st.tuples(TIMES, NAMES, NAMES, st.booleans(), TEXTS, TEXTS, st.booleans()), max_size=9).map(
    lambda rows: keyed(rows, lambda key, row: CallFact(key, *row))
)
VISITS = st.lists(
    st.tuples(TIMES, NAMES, NAMES, TEXTS, TEXTS, st.booleans(), st.sampled_from([None, date(2026, 11, 20)])),
    max_size=7,
).map(lambda rows: keyed(rows, lambda key, row: VisitFact(key, *row)))
ENRICHMENTS = st.lists(st.tuples(st.integers(2, 4), st.booleans(), st.booleans()), max_size=5).map(
    lambda rows: keyed(rows, lambda key, row: EnrichmentFact(key, *row))
)
REGISTRATIONS = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=3).map(
    lambda rows: keyed(rows, lambda key, row: RegistrationFact(key, *row))
)
STUDIES = st.lists(st.tuples(st.sampled_from(["", "problem"]), TEXTS), max_size=3).map(
    lambda rows: keyed(rows, lambda key, row: StudyFact(key, *row))
)
DAYS = st.fixed_dictionaries(
    {
        "calls": CALLS,
        "visits": VISITS,
        "registrations": REGISTRATIONS,
        "enrichments": ENRICHMENTS,
        "studies": STUDIES,
        "enriched_before": st.integers(0, 3),
        "rules": st.sampled_from(
            [BOOK, book(calls={"one_per_contact": False}), book(calls={"unanswered_a_day": None})]
        ),
    }
)
KINDS = ("calls", "visits", "registrations", "enrichments", "studies")


@given(DAYS, st.randoms())
def test_the_order_of_entries_decides_nothing(day, random):
    counted = count_day(**day)
    for kind in KINDS:
        random.shuffle(day[kind])
    assert count_day(**day) == counted


@given(DAYS)
def test_counted_and_excluded_are_all(day):
    counted = count_day(**day)
    assert sum(counted.tally) + counted.excluded == sum(len(day[kind]) for kind in KINDS)
    assert all(getattr(counted, kind).keys() == {fact.key for fact in day[kind]} for kind in KINDS)


@given(DAYS, st.data())
def test_one_more_entry_never_takes_a_figure_away(day, data):
    before = count_day(**day).tally
    kind = data.draw(st.sampled_from([kind for kind in KINDS if day[kind]] or ["none"]))
    if kind != "none":
        whole = day[kind]
        day[kind] = [fact for fact in whole if fact is not data.draw(st.sampled_from(whole))]
        fewer = count_day(**day).tally
        assert all(less <= more for less, more in zip(fewer, before, strict=True))


@given(CALLS)
def test_no_contact_counts_twice_and_at_most_two_unanswered(calls):
    verdicts = count_day(calls=calls, rules=BOOK).calls
    counting = [one for one in calls if verdicts[one.key] is None]
    assert len({(one.client, one.contact) for one in counting}) == len(counting)
    assert sum(not one.answered for one in counting) <= 2
    assert all(one.purpose and one.outcome and not one.do_not_disturb for one in counting)
    assert all(time(9) <= one.at < time(21) for one in counting)


# ---- whole numbers: due, short, 完成率


@pytest.mark.parametrize(
    ("done", "half_days", "short", "missing", "met"),
    [
        (Tally(6, 3, 1, 1), 2, (0, 0, 0, 0), (0, 0, 0, 0), True),
        (Tally(4, 2, 1, 1), 2, (4, 2, 0, 0), (2, 1, 0, 0), False),
        (Tally(30, 14, 5, 5), 10, (0, 2, 0, 0), (0, 1, 0, 0), False),  # visits 14 of 15
        (Tally(30, 15, 7, 4), 10, (0, 0, 0, 2), (0, 0, 0, 1), False),  # prospects 7 with study 4
        (Tally(24, 12, 4, 4), 8, (0, 0, 0, 0), (0, 0, 0, 0), True),  # one leave day
        (Tally(27, 13, 5, 5), 9, (0, 1, 0, 0), (0, 1, 0, 0), False),  # half a day: 13.5 visits, 13 short
        (Tally(27, 14, 5, 5), 9, (0, 0, 0, 0), (0, 0, 0, 0), True),  # 14 met
        (Tally(), 0, (0, 0, 0, 0), (0, 0, 0, 0), True),
    ],
)
def test_the_shortfall_of_a_week(done, half_days, short, missing, met):
    assert done.shortfall(STANDARD, half_days=half_days) == short
    assert done.missing(STANDARD, half_days=half_days) == missing
    assert done.meets(STANDARD, half_days=half_days) is met


@pytest.mark.parametrize(
    ("half_days", "doubled"),
    [
        (12, (72, 36, 12, 12)),
        (10, (60, 30, 10, 10)),
        (8, (48, 24, 8, 8)),
        (6, (36, 18, 6, 6)),
        (9, (54, 27, 9, 9)),
        (0, (0, 0, 0, 0)),
    ],
)
def test_what_half_days_owe_is_kept_doubled(half_days, doubled):
    assert due(STANDARD, half_days=half_days) == doubled


def test_days_compensate_each_other_within_an_item():
    assert Tally.total([Tally(6, 0, 1, 1), Tally(0, 3, 1, 0), Tally(1, 1, 0, 0)]) == (7, 4, 2, 1)
    assert Tally.total([]) == (0, 0, 0, 0)


# ---- which logs count

WEDNESDAY = LogLimits(*(datetime(2026, 11, *at, tzinfo=SHANGHAI) for at in ((18, 20), (19, 8, 30), (20, 12))))
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("handed_in_at", "accepted", "timeliness", "why"),
    [
        (None, False, None, "not_handed_in"),
        (None, True, None, "not_handed_in"),
        (WEDNESDAY.due - SECOND, False, "on_time", None),
        (WEDNESDAY.due, False, "late", None),
        (WEDNESDAY.late_until - SECOND, False, "late", None),
        (WEDNESDAY.late_until, False, "back", "back_not_accepted"),
        (WEDNESDAY.late_until, True, "back", None),
        (WEDNESDAY.lock_at - SECOND, True, "back", None),
        (WEDNESDAY.lock_at, False, "too_late", "too_late"),
        (WEDNESDAY.lock_at, True, "too_late", "too_late"),
    ],
)
def test_which_logs_count(handed_in_at, accepted, timeliness, why):
    standing = log_counts(handed_in_at, WEDNESDAY, back_accepted=accepted)
    assert standing == (timeliness, why)
    assert standing.counts is (why is None)


# ---- in words


def test_every_reason_has_its_sentence():
    assert SENTENCES.keys() == set(WhyNot)
    assert len({str(text) for text in SENTENCES.values()}) == len(WhyNot)
    assert max(len(code) for code in WhyNot) <= 20
    assert sentence("no_next_step") == "开拓拜访没有下一步日期"
    assert sentence("") == ""


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (Tally(4, 2, 1, 1), "还差 2 电话 1 拜访"),
        (Tally(4, 2, 1, 0), "还差 2 电话 1 拜访 1 学习"),
        (Tally(), "还差 6 电话 3 拜访 1 准客户 1 学习"),
        (Tally(7, 3, 1, 1), ""),
    ],
)
def test_what_the_day_still_lacks(done, words):
    assert still_missing(done.missing(STANDARD)) == words
