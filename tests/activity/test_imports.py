"""What an import changes of weeks that may be closed: of the people in the file, and of others."""

from datetime import date

import pytest

from activity.assessment.models import ManagerAssessment, WeekAssessment
from org.corrections.models import Correction
from org.periods.due import run_due
from org.posts import Post
from tests import factories as make
from tests.activity.discipline.conftest import CLOSED, FIRST
from tests.org.workbooks.books import imported

TUESDAY, WEDNESDAY = date(2026, 11, 3), date(2026, 11, 4)


@pytest.fixture
def history(db, tmp_path):
    return lambda **sheets: imported(tmp_path, "activity", sheets)


@pytest.fixture
def wang(department):
    """王磊, of the same city."""
    return make.person(Post.CLIENT_MANAGER, unit=department, name="王磊")


def close(clock_at):
    make.rules(FIRST)
    clock_at(CLOSED)
    run_due()


def noted():
    rows = Correction.objects.order_by("person__name")
    return [(one.cause, one.person.name, one.first, one.last) for one in rows]


def of(who, day, **cells):
    return {"工号": who.employee_no, "日期": str(day), **cells}


def log(who, day):
    return of(who, day, 提交时间=f"{day} 18:00", 明日计划="拜访三家")


def registration(who, day):
    return of(who, day, 单位名称="东方机械有限公司", 经办人="李主任", 来源="陌生")


def test_a_file_notes_each_person_once_from_his_first_week_to_his_last(history, zhou, wang):
    later = date(2026, 11, 18)
    history(日志=[log(zhou, TUESDAY), log(wang, later), log(zhou, later), log(zhou, WEDNESDAY)])
    assert noted() == [
        ("import", "周婷", date(2026, 11, 2), date(2026, 11, 22)),
        ("import", "王磊", date(2026, 11, 16), date(2026, 11, 22)),
    ]


def test_whose_registration_becomes_a_duplicate_by_it_is_assessed_again(history, zhou, wang, clock_at):
    clock_at(make.at(WEDNESDAY))
    make.registration(zhou, WEDNESDAY, name="东方机械有限公司", when=make.at(WEDNESDAY))
    make.submit(zhou, WEDNESDAY, when=make.at(WEDNESDAY, 18))
    close(clock_at)
    assert prospects(zhou) == 1
    history(日志=[log(wang, TUESDAY)], 积累=[registration(wang, TUESDAY)])
    run_due()
    assert (prospects(zhou), prospects(wang)) == (0, 1)


def prospects(who):
    return WeekAssessment.objects.current().get(person=who, week=FIRST).prospects


def test_who_came_along_by_the_file_is_assessed_again(history, zhou, manager, clock_at):
    close(clock_at)
    assert accompaniments(manager) == 0
    visit = of(zhou, TUESDAY, 开始="10:00", 类别="维护", 客户="青岛宏达", 联系人="王敏", 目的="送单", 结果="签收")
    history(日志=[log(zhou, TUESDAY)], 拜访=[{**visit, "陪访人工号": manager.employee_no}, visit])
    run_due()
    assert accompaniments(manager) == 1


def accompaniments(who):
    return ManagerAssessment.objects.current().get(person=who, week=FIRST).accompaniments
