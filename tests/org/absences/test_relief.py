"""批量减免: what HQ grants, how many it touches, and what is noted."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from org.absences import relieving
from org.absences.models import Relief
from org.absences.relieving import Touched, topmost, touched
from org.absences.rules import Stretch
from org.corrections.models import Correction
from org.notices.models import Notice
from org.periods.models import Period
from org.posts import Post
from org.workflow import Refused
from tests import factories as make
from tests.org.absences.conftest import NOW, TUESDAY, WEDNESDAY

TYPHOON = Stretch(TUESDAY, "pm", WEDNESDAY, "pm")


def grant(units, by, stretch=TYPHOON, *, reason="台风停工", key=None):
    return relieving.grant_relief(units, stretch, reason=reason, by=by, at=NOW, key=key or uuid4())["batch"]


def test_each_half_day_of_each_unit(hq, branch, department, city, manager, deputy):
    other = make.branch(city, "370203", "市北支公司")
    batch = grant([branch, other, department], hq)
    rows = list(Relief.objects.filter(batch=batch).order_by("unit", "day", "half"))
    assert [(row.unit, row.day, row.half) for row in rows] == [
        (unit, day, half)
        for unit in (branch, other)  # the department lies below
        for day, half in [(TUESDAY, "pm"), (WEDNESDAY, "am"), (WEDNESDAY, "pm")]
    ]
    noted = Correction.objects.order_by("pk").values_list("cause", "unit", "first", "last", "by")
    assert list(noted) == [("relief", unit.pk, TUESDAY, WEDNESDAY, hq.pk) for unit in (branch, other)]
    assert set(Notice.objects.filter(kind="relief").values_list("to", flat=True)) == {manager.pk, deputy.pk}


def test_the_same_form_twice_is_one_decision(hq, branch):
    key = uuid4()
    assert grant([branch], hq, key=key) == grant([branch], hq, key=key)
    assert Relief.objects.count() == 3


def test_withdrawn_whole_and_granted_again(hq, branch):
    batch = grant([branch], hq)
    relieving.withdraw_relief(batch, by=hq, at=NOW)
    assert not Relief.objects.standing().exists()
    assert Correction.objects.filter(cause="relief", unit=branch, first=TUESDAY, last=WEDNESDAY).count() == 2
    with pytest.raises(Refused, match="已经撤回"):
        relieving.withdraw_relief(batch, by=hq, at=NOW)
    grant([branch], hq)
    assert Relief.objects.standing().count() == 3


def test_a_half_day_is_relieved_once(hq, branch):
    grant([branch], hq)
    with pytest.raises(Refused, match="市南支公司 11月25日 下午已经减免过"):
        grant([branch], hq, Stretch(WEDNESDAY, "pm", WEDNESDAY, "pm"))
    grant([branch], hq, Stretch(TUESDAY, "am", TUESDAY, "am"))
    row = Relief.objects.first()
    with pytest.raises(IntegrityError, match="a_half_day_of_a_unit_is_relieved_once"), transaction.atomic():
        Relief.objects.create(batch=uuid4(), unit=row.unit, day=row.day, half=row.half, by=hq, at=NOW)


@pytest.mark.parametrize(
    ("stretch", "reason", "why"),
    [
        (Stretch(WEDNESDAY, "am", TUESDAY, "pm"), "台风", "结束早于开始"),
        (Stretch(date(2028, 1, 3), "am", date(2028, 1, 3), "pm"), "台风", "超过一年"),
        (Stretch(TUESDAY, "am", TUESDAY + timedelta(days=31), "pm"), "台风", "最多减免 31 天"),
        (TYPHOON, " ", "写明原因"),
    ],
)
def test_what_cannot_be_granted(hq, branch, stretch, reason, why):
    with pytest.raises(Refused, match=why):
        grant([branch], hq, stretch, reason=reason)


def test_no_unit_at_all(hq):
    with pytest.raises(Refused, match="至少一个单位"):
        grant([], hq)


@pytest.mark.parametrize("post", sorted(set(Post) - {Post.HQ_STAFF}))
def test_no_other_post_grants_or_withdraws(post, hq, branch, department):
    who = make.person(post, unit=make.home_of(post, department))
    with pytest.raises(Refused, match="市公司团险业务部"):
        grant([department], who)
    batch = grant([branch], hq)
    with pytest.raises(Refused, match="市公司团险业务部"):
        relieving.withdraw_relief(batch, by=who, at=NOW)


def test_another_city_is_out_of_reach(hq, branch):
    theirs = make.branch(make.city("3706", "烟台市公司"), "370602", "芝罘支公司")
    for units in ([theirs], [branch, theirs]):
        with pytest.raises(Refused, match="在本市办"):
            grant(units, hq)
    assert not Relief.objects.visible_to(make.person(Post.HQ_STAFF, unit=theirs.city), TUESDAY).exists()


def test_how_many_it_touches(hq, branch, department, zhou, manager, deputy):
    """Client managers and managers, each once, on working half days that they hold the post; 11-28 is a Saturday."""
    make.appoint(zhou, Post.DEPARTMENT_MANAGER, department)
    make.person(Post.CLIENT_MANAGER, unit=department, starts_on=WEDNESDAY)
    make.person(Post.CLIENT_MANAGER, unit=department, ends_on=TUESDAY - timedelta(days=1))
    assert touched([branch], TYPHOON) == Touched(people=3, half_days=3 + 3 + 2, working=3)
    weekend = Stretch(date(2026, 11, 28), "am", date(2026, 11, 28), "pm")
    assert touched([branch], weekend) == Touched(0, 0, 0)
    assert touched([], TYPHOON) == Touched(0, 0, 3)


@pytest.mark.parametrize(("city_of", "expected"), [("ours", (1, 2)), ("theirs", (0, 0))])
def test_how_many_are_assessed_again_for_closed_weeks(branch, department, zhou, city, city_of, expected):
    """周婷 and a colleague owe something in the closed week, who came after it nothing."""
    monday = date(2026, 11, 23)
    closed_in = city if city_of == "ours" else make.city("3706", "烟台市公司")
    Period.objects.create(kind="close", unit=closed_in, week=monday, due_at=NOW, done_at=NOW)
    Period.objects.create(kind="close", unit=city, week=monday + timedelta(days=7), due_at=NOW)
    make.person(Post.CLIENT_MANAGER, unit=department)
    make.person(Post.CLIENT_MANAGER, unit=department, starts_on=monday + timedelta(days=7))
    found = touched([branch], Stretch(TUESDAY, "pm", monday + timedelta(days=8), "pm"))
    assert (found.people, found.closed, found.assessed_again) == (3, *expected)


def test_what_lies_below_another_is_left_out(city, branch, department):
    assert topmost([department, branch]) == [branch]
    assert topmost([department, branch, city]) == [city]


def test_nobody_relieves_himself(hq, branch, department):
    make.appoint(hq, Post.CLIENT_MANAGER, department)
    with pytest.raises(Refused, match="由别人减免"):
        grant([branch], hq)
