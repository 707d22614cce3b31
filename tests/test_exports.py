"""Every list exports (issue 4): the rows of the page as it is filtered, traced, by who may take them along."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from activity.discipline.closing import close_week
from org.absences import actions as absences
from org.absences import relieving
from org.absences.rules import Stretch, Wish
from org.posts import Post
from org.trace.models import Trace
from org.week import Week
from tests import factories as make

WEEK = Week(make.MONDAY).previous


def rows_of(answer):
    """Of the first sheet: the header, the rows, and who took it."""
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    header, *rows = load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
    *rows, mark = rows
    assert mark[0] == "下载"
    return header, rows, mark[1]


def take(client, who, route, *args, **filters):
    client.force_login(who)
    return client.post(reverse(route, args=args), filters)


@pytest.fixture
def elsewhere(city):
    return make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(city, "370203", "市北支公司")))


@pytest.fixture
def fined(zhou, department, elsewhere, clock_at):
    make.rules()
    noon = make.at(make.MONDAY.replace(day=make.MONDAY.day + 1), 12)
    clock_at(noon)
    for week in (WEEK.previous, WEEK):
        close_week(department.city, week, due_at=noon, at=noon)
    return zhou


def test_fines_of_the_chosen_week_by_headquarters_alone(client, fined, hq, deputy, elsewhere):
    header, rows, taken = rows_of(take(client, hq, "fines-export"))
    assert header[:4] == ("工号", "姓名", "单位代码", "单位")
    assert {row[0] for row in rows} == {fined.employee_no, elsewhere.employee_no}
    assert hq.employee_no in taken
    branch = fined.appointments.get().unit.code[:6]
    filtered = rows_of(take(client, hq, "fines-export", branch=branch))[1]
    assert [(row[0], row[1], row[7], row[8]) for row in filtered] == [(fined.employee_no, fined.name, "¥50", "待确认")]
    assert take(client, deputy, "fines-export").status_code == 403
    assert Trace.objects.filter(verb="export_list", by=hq).count() == 2


def test_the_week_of_a_unit_with_everybody_of_it(client, fined, hq, manager, department):
    given = ("week-results-export", WEEK, department.city.code)
    _header, rows, _taken = rows_of(take(client, hq, *given))
    (row,) = [row for row in rows if row[0] == fined.employee_no]
    assert row[3:13] == ("未达", 0, 30, 0, 15, 0, 5, 0, 5, row[12]) and "电话" in row[12]
    assert take(client, manager, *given).status_code == 403


def test_people_without_their_numbers(client, zhou, department, stranger):
    admin = make.person(Post.SYSTEM_ADMIN, unit=department.city)
    zhou.phone = "13800001234"
    zhou.save()
    answer = take(client, admin, "people-export", q=zhou.employee_no)
    _header, rows, _taken = rows_of(answer)
    assert [row[:3] for row in rows] == [(zhou.employee_no, zhou.name, "客户经理")]
    assert stranger.employee_no in {row[0] for row in rows_of(take(client, admin, "people-export"))[1]}
    elsewhere = make.person(Post.SYSTEM_ADMIN, unit=make.city("3706", "烟台市公司"))
    assert zhou.employee_no not in {row[0] for row in rows_of(take(client, elsewhere, "people-export"))[1]}


def test_leave_and_relief_without_the_reasons_of_people(client, zhou, hq, manager, department, clock_at):
    make.rules()
    clock_at(make.at(make.THURSDAY, 9))
    wish = Wish("leave", Stretch(make.THURSDAY, "pm", make.THURSDAY, "pm"), "看病")
    absences.ask(zhou, wish, at=make.at(make.THURSDAY, 9), key=make.uuid4())
    morning = Stretch(make.THURSDAY, "am", make.THURSDAY, "am")
    at = make.at(make.THURSDAY, 9)
    relieving.grant_relief([department], morning, key=make.uuid4(), reason="停电", by=hq, at=at)
    _header, rows, _taken = rows_of(take(client, hq, "absence-queue-export"))
    assert [(row[0], row[4], row[7], row[8]) for row in rows] == [(zhou.employee_no, "请假", 1, "待批")]
    assert "看病" not in str(rows)
    ((units, _when, reason, by, _at, _withdrawn),) = rows_of(take(client, hq, "relief-export"))[1]
    assert (reason, by) == ("停电", hq.name) and department.name in units
    assert take(client, manager, "absence-queue-export").status_code == 403
    assert take(client, manager, "relief-export").status_code == 403
