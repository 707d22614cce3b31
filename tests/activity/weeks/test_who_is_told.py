"""Who reads a week reads its result; about fines, and what was written about her, only whom that concerns."""

from datetime import timedelta
from uuid import uuid4

import pytest

from activity.assessment.excusing import excuse
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.permissions import GRANTS, Permission
from org.posts import Post
from org.trials.models import TrialRun
from org.week import Week
from tests import factories as make
from tests.activity.weeks.reading import CLOSED, LAST, NOW, WEEK, close, of
from tests.permissions.table import MAY

READERS = [post for post in Post if "log.read" in MAY[post] and MAY[post]["log.read"] != "s"]
MONEY = [post for post in READERS if MAY[post]["fine.read"] != "s"]
LEAVE = [post for post in READERS if "absence.read" in MAY[post]]


@pytest.fixture
def reader(department):
    """Somebody with a post above 周婷."""
    return lambda post: make.person(post, unit=make.home_of(post, department), name="读的人")


@pytest.fixture
def short(rules, zhou, clock_at):  # noqa: F811
    """Two short weeks in a row are closed."""
    zhou.appointments.update(starts_on=LAST.monday)
    close(clock_at)


def test_the_posts_in_question():
    assert {Post.TEAM_LEADER, Post.SECTION_CHIEF} == {*READERS} - {*MONEY} == {*READERS} - {*LEAVE}


def test_what_follows_for_money_is_read_by_who_may_read_fines(short, read, zhou, reader):  # noqa: F811
    for post in READERS:
        said = read(of(zhou), reader(post), CLOSED)
        assert "连续第 2 周未达" in said, post
        assert ("扣" in said) == (post in MONEY), post
    assert "已提议扣 ¥50，待分管总确认" in read(of(zhou), at=CLOSED)


def test_nor_what_would_follow(rules, read, zhou, reader):  # noqa: F811
    for post in READERS:
        said = read(of(zhou), reader(post))
        assert "连续第 1 周未达" in said and ("扣" in said) == (post in MONEY), post


def test_a_trial_run_is_named_without_fines(rules, read, zhou, hq, department, reader):  # noqa: F811
    TrialRun.objects.create(
        unit=department, starts_on=WEEK.monday, ends_on=None, reason="试点", by=hq, at=make.at(WEEK.monday)
    )
    assert "不提出扣罚" in read(of(zhou), hq)
    said = read(of(zhou), reader(Post.TEAM_LEADER))
    assert "试运行：照常统计和显示，连续未达跳过这一周" in said and "扣罚" not in said


def test_why_a_week_was_excused_is_read_by_whom_it_concerns(
    short, read, zhou, deputy, reader, clock_at  # noqa: F811
):  # fmt: skip
    who = {post: reader(post) for post in READERS}
    for week in (LAST, WEEK):
        excuse(zhou, week, by=deputy, at=CLOSED, key=uuid4(), reason="住院手术")
    for post in READERS:  # before the sweep
        assert ("住院手术" in read(of(zhou), who[post], CLOSED)) == (post in MONEY), post
    close(clock_at, CLOSED + timedelta(minutes=1))
    for week in (LAST, WEEK):
        assert "住院手术" in read(of(zhou, week), at=CLOSED + timedelta(minutes=2))
        for post in READERS:
            said = read(of(zhou, week), who[post], CLOSED + timedelta(minutes=2))
            assert "已免责" in said and (post in MONEY or "情况说明" in said), post
            assert ("住院手术" in said) == (post in MONEY), post


@pytest.mark.parametrize("cause", [Correction.Cause.LEAVE, Correction.Cause.IMPORT])
def test_why_she_was_away_is_read_by_who_reads_absences(
    short, read, zhou, manager, reader, clock_at, cause  # noqa: F811
):  # fmt: skip
    make.absence(zhou, WEEK.monday)
    corrections.note(cause, first=WEEK.monday, last=WEEK.monday, at=CLOSED, by=manager, note="化疗半天", person=zhou)
    close(clock_at, CLOSED + timedelta(minutes=1))
    for post in READERS:
        said = read(of(zhou), reader(post), CLOSED + timedelta(minutes=2))
        assert "关账后的更正" in said and "应完成 5 天 → 4 天半" in said, post
        assert ("化疗" in said) == (post in LEAVE), post
        assert post in LEAVE or str(cause.label) in said, post
    assert "化疗" in read(of(zhou), at=CLOSED + timedelta(minutes=2))


def test_another_unit_reads_neither_the_excuse_nor_open_weeks(rules, read, zhou, manager, city, clock_at):  # noqa: F811
    """She spent the Monday here; the branch that assesses the week excuses it."""
    zhou.appointments.update(ends_on=WEEK.monday)
    branch = make.branch(city, "370209", "另一支公司")
    make.appoint(zhou, Post.CLIENT_MANAGER, make.department(branch), starts_on=WEEK.days[1])
    there = make.person(Post.BRANCH_DEPUTY_GM, unit=branch)
    excuse(zhou, WEEK, by=there, at=NOW, key=uuid4(), reason="住院手术")
    said = read(of(zhou), manager)
    assert "这一周由别的单位考核" in said and "住院" not in said and "免责" not in said
    later = Week(WEEK.next.monday)
    assert "住院" in read(of(zhou), there) and "暂计" in read(of(zhou, later), there, make.at(later.monday, 9))


def test_who_grants_absences_reads_them():
    """So that it is enough to ask for one of the two words."""
    assert all(Permission.ABSENCE_READ in words for words in GRANTS.values() if Permission.ABSENCE_GRANT in words)
