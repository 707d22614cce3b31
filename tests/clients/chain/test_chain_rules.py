"""The chain of accompanied visits as domain.md 3 and 5 have it, against an oracle that was written from there alone."""

from datetime import date, datetime
from decimal import Decimal
from itertools import product

import pytest

from clients.chain import rules
from clients.chain.rules import Answer, Asked, Chain, Held, VisitFact, take
from org.posts import Post
from org.rules.schema import Accompaniment, MajorProjects
from org.working_days.rules import SHANGHAI, WorkingCalendar
from tests.oracle import chain as oracle

OWNER = 1
PERSON = {post: n for n, post in enumerate(rules.RANKS, start=10)}  # one holder a post
CHINESE = dict(zip(rules.RANKS, oracle.LADDER, strict=True))
DAY = date(2026, 11, 19)
REMIND, REFUSE = Accompaniment(), Accompaniment(card_before_fourth="refuse")
SAID = {"谢绝": Answer.DECLINED, "沉默": Answer.SILENT, "接受": Answer.ACCEPTED, "改时间": Answer.PROPOSED}
CALENDAR = WorkingCalendar({})


def line(*missing):
    return (
        Held(OWNER, "client_manager"),
        *(Held(PERSON[post], post) for post in rules.RANKS[1:] if post not in missing),
    )


def visit(level, companion=None, *, asked=None, missing=(), book=REMIND, settled=False, **more):
    """What a visit does to a chain that has reached `level`."""
    fact = VisitFact(
        "v", DAY, OWNER, line(*missing), (PERSON[companion],) if companion else (), (asked,) if asked else (), **more
    )
    return take(Chain(level=level, accompanied={rules.quarter(DAY)} if settled else set()), fact, book)


def test_the_words_are_those_of_the_house():
    assert set(rules.RANKS) < set(Post.values)
    assert [Post(post).label for post in rules.RANKS] == list(oracle.LADDER)
    assert not {rules.rank(post) for post in Post.values if post not in rules.RANKS} - {0}


@pytest.mark.parametrize(
    ("said", "did", "after", "flagged", "whose"),
    [
        ("2 with 组长", visit(1, "team_leader"), 2, False, None),
        ("2 with 科长", visit(1, "section_chief"), 2, False, None),
        ("3 with 组长", visit(2, "team_leader"), 2, True, OWNER),
        (
            "3 alone, 科长 asked and silent",
            visit(2, asked=Asked(PERSON["section_chief"], Answer.SILENT, True)), 3, True, PERSON["section_chief"],
        ),
        ("a service visit", visit(2, development=False), 2, False, None),
        ("major with 总经理室 at 1", visit(0, "gm_office", major=True), 4, False, None),
        ("one that is not effective", visit(2, "section_chief", counts=False), 2, False, None),
        ("the first, alone", visit(0), 1, False, None),
        ("asked too late", visit(2, asked=Asked(PERSON["section_chief"], Answer.SILENT, False)), 2, True, OWNER),
        ("a leader at an ordinary project", visit(0, "gm_office"), 1, False, None),
        ("nobody above him", visit(1, missing=rules.RANKS[1:]), 2, False, None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_vectors(said, did, after, flagged, whose):
    assert (did.after, did.missing, did.missed_by) == (after, flagged, whose), said


def test_the_fourth_visit_without_the_card_is_flagged_or_refused():
    assert visit(3, "branch_deputy_gm", card=False)[:9] == (1, 3, 4, "branch_deputy_gm", False, None, True, False)
    refused = visit(3, "branch_deputy_gm", card=False, book=REFUSE)
    assert (refused.after, refused.refused, refused.card_missing) == (3, True, True)


def _missing():
    """Which of 组长, 科长, 团体部经理, 分管总 and the leaders nobody holds."""
    for flags in product((False, True), repeat=5):
        gone = [post for post, is_gone in zip(rules.RANKS[1:5], flags[:4], strict=True) if is_gone]
        yield tuple(gone) + (rules.LEADERS if flags[4] else ())


def _asked(missing):
    yield None
    for post in ("team_leader", "section_chief", "department_manager", "branch_deputy_gm", "gm_office"):
        if post not in missing:
            yield from ((post, in_time, said) for in_time in (True, False) for said in SAID)


def _differences(kinds=("开拓", "维护")):
    """Every level × companion × missing posts × asked × kind × major × card × C, where the product says otherwise."""
    seen = 0
    for missing in _missing():
        companions = ("", *(post for post in rules.RANKS[1:] if post not in missing), "hq_staff")
        others = frozenset(CHINESE[post] for post in rules.RANKS[1:] if post not in missing)
        for level, companion, asked, kind, major, card, book, sections, settled in product(
            range(5), companions, _asked(missing), kinds, (False, True), (True, False), (REMIND, REFUSE),
            (True, False), (False, True),
        ):  # fmt: skip
            if (settled and level < 4) or (not card and level != 3) or (book is REFUSE and card):
                continue  # said of other levels already
            seen += 1
            ask = Asked(PERSON[asked[0]], SAID[asked[2]], asked[1]) if asked else None
            came = companion if companion in rules.RANKS else None
            did = visit(
                level, came, asked=ask, missing=missing, book=book, settled=settled, development=kind == "开拓",
                major=major, card=card, sections=sections,
            )  # fmt: skip
            due = oracle.visit_does(
                level, companion=CHINESE.get(companion, ""), others=others, kind=kind, major=major, card=card,
                asked=(CHINESE[asked[0]], asked[1], asked[2]) if asked else None,
                refuse_without_card=book is REFUSE, sections=sections, quarter_done=settled,
            )  # fmt: skip
            whose = {"": None, "owner": OWNER}.get(due.whose, ask.person if ask else None)
            said = (did.after, did.missing, did.missed_by, did.card_missing, did.refused)
            if said != (due.level, due.flagged, whose, due.no_card, due.refused):
                yield level, companion, missing, asked, kind, major, card, did, due
    assert seen > 50_000


def test_every_combination_does_what_the_regulation_says():
    assert next(_differences(), None) is None


def test_the_table_sees_a_wrong_rule(monkeypatch):
    """Control: with a lower companion let through, it is not silent."""
    monkeypatch.setitem(rules.POST_OF, 3, "team_leader")
    assert next(_differences(("开拓",)), None) is not None


def test_a_level_that_only_the_owner_holds_passes_to_the_next_higher():
    posts = (Held(OWNER, "client_manager"), Held(OWNER, "team_leader"), Held(2, "department_manager"))
    need = rules.needed(1, posts, OWNER, REMIND)
    assert (need.level, need.post, need.people, need.least) == (2, "department_manager", (2,), "team_leader")


def test_a_branch_without_sections_has_its_manager_for_the_third_visit():
    posts = (Held(2, "section_chief"), Held(3, "department_manager"))
    assert rules.needed(2, posts, OWNER, REMIND, sections=False).people == (3,)
    assert rules.needed(2, posts, OWNER, REMIND, sections=True).people == (2,)
    next_higher = Accompaniment(section_chief_without_sections="next_higher")
    assert rules.needed(2, posts, OWNER, next_higher, sections=False).people == (2,)


def test_after_the_fourth_the_manager_comes_once_a_quarter():
    book, came = REMIND, {}
    chain = Chain(level=4)
    for day, companion in (
        (date(2026, 10, 9), None), (date(2026, 11, 3), "department_manager"), (date(2026, 12, 1), None),
        (date(2027, 1, 5), None), (date(2027, 1, 6), "team_leader"), (date(2027, 2, 2), "city_leader"),
    ):  # fmt: skip
        fact = VisitFact(day, day, OWNER, line(), (PERSON[companion],) if companion else ())
        came[day] = take(chain, fact, book).missing
    assert list(came.values()) == [True, False, False, True, True, False]
    assert not take(Chain(level=4), VisitFact(0, DAY, OWNER, line()), Accompaniment(after_fourth="never")).missing


def test_two_numbers_the_actual_visit_and_the_level():
    facts = [VisitFact(n, DAY, OWNER, line(), (PERSON[post],) if post else ()) for n, post in
             enumerate((None, None, "team_leader", "section_chief", "branch_deputy_gm"))]  # fmt: skip
    chain, did = rules.replay(facts, REMIND)
    assert [(one.number, one.after, one.missing) for one in did] == [
        (1, 1, False), (2, 1, True), (3, 2, False), (4, 3, False), (5, 4, False),
    ]  # fmt: skip
    assert (chain.visits, chain.level) == (5, 4)
    assert rules.replay(facts[-1:], REMIND, start_level=3)[0].level == 4


def test_whom_the_owner_may_take_along():
    posts = (*line("gm_office"), Held(PERSON["team_leader"], "section_chief"), Held(77, "hq_staff"))
    assert [held.post for held in rules.may_accompany(posts, OWNER)] == [
        "section_chief", "section_chief", "department_manager", "branch_deputy_gm", "city_deputy_gm", "city_leader",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked_at", "day", "in_time"),
    [
        (datetime(2026, 11, 18, 23, 59, 59), date(2026, 11, 19), True),
        (datetime(2026, 11, 19, 0, 0), date(2026, 11, 19), False),
        (datetime(2026, 11, 20, 9, 0), date(2026, 11, 23), True),  # Friday for Monday
        (datetime(2026, 11, 21, 9, 0), date(2026, 11, 23), False),  # Saturday for Monday
    ],
)
def test_asked_at_least_one_working_day_before(asked_at, day, in_time):
    assert rules.asked_in_time(asked_at.replace(tzinfo=SHANGHAI), day, CALENDAR, REMIND) is in_time


def test_silence_and_feedback_have_whole_working_days():
    friday = date(2026, 11, 20)
    assert rules.silent_from(friday, CALENDAR, REMIND) == datetime(2026, 11, 25, tzinfo=SHANGHAI)
    assert rules.feedback_before(friday, CALENDAR, REMIND) == datetime(2026, 11, 24, tzinfo=SHANGHAI)
    assert [post for post in rules.RANKS if rules.writes_feedback(post)] == [
        "team_leader", "section_chief", "department_manager",
    ]  # fmt: skip


def test_what_an_invitation_had_come_to_when_the_visit_began():
    starts = datetime(2026, 11, 19, 10, tzinfo=SHANGHAI)
    before, after = datetime(2026, 11, 18, tzinfo=SHANGHAI), datetime(2026, 11, 19, 11, tzinfo=SHANGHAI)
    assert rules.answer_to("declined", before, starts) is Answer.DECLINED
    assert rules.answer_to("declined", after, starts) is Answer.SILENT
    assert rules.answer_to("asked", None, starts) is Answer.SILENT
    assert rules.answer_to("withdrawn", before, starts) is None


@pytest.mark.parametrize(
    ("premium", "insured", "is_major"),
    [("499999.99", 299, False), ("500000", 0, True), (None, 300, True), (None, None, False)],
)
def test_a_major_project_declares_itself(premium, insured, is_major):
    given = Decimal(premium) if premium else None
    assert rules.major_by_itself(given, insured, MajorProjects()) is is_major
