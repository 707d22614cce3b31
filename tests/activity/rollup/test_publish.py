"""The frozen report reaches headquarters: a workbook, a mail for each address, a notice for each reader."""

from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from django.core import mail
from openpyxl import load_workbook

from activity.rollup import actions
from activity.rollup.exports import workbook
from activity.rollup.models import RollUp
from org.notices.models import Letter, Notice
from org.periods.due import run_due
from org.posts import Post
from tests import factories as make
from tests.activity.rollup.test_freeze import FRI, MON, SAT, log

NOON = make.at(SAT, 12)


@pytest.fixture(autouse=True)
def saturday_noon(zhou, clock_at):
    make.rules(MON)
    clock_at(NOON + timedelta(minutes=1))


@pytest.fixture
def city_deputy(city):
    return make.person(Post.CITY_DEPUTY_GM, unit=city, name="王总")


def addresses():
    return sorted(Letter.objects.values_list("to", flat=True))


def sheets():
    return sheets_of(bytes(RollUp.objects.get().file.content))


def sheets_of(content):
    return {sheet.title: list(sheet.values) for sheet in load_workbook(BytesIO(content))}


def test_mailed_to_the_mailbox_and_the_deputy_and_told_in_the_app(city, hq, city_deputy):
    assert run_due() == [{"kind": "rollup", "unit": "3702", "week": MON.isoformat()}]
    assert addresses() == sorted([city.mailbox, city_deputy.email])
    assert sorted(message.to[0] for message in mail.outbox) == addresses()
    assert set(Notice.objects.values_list("to", "link")) == {
        (reader.pk, "/report/2026-W47/") for reader in (hq, city_deputy)
    }
    assert {letter.subject for letter in Letter.objects.all()} == {"【6311】青岛市公司 11.16–11.22（第 47 周） 周报"}


def test_who_has_no_address_gets_it_in_the_app(city, city_deputy):
    type(city_deputy).objects.filter(pk=city_deputy.pk).update(email="")
    run_due()
    assert addresses() == [city.mailbox]
    assert Notice.objects.filter(to=city_deputy).exists()


def test_without_any_address_the_report_is_published_all_the_same(city, hq):
    type(city).objects.filter(pk=city.pk).update(mailbox="")
    run_due()
    assert addresses() == []
    assert RollUp.objects.get().published_at is not None
    assert Notice.objects.filter(to=hq).exists()


def test_one_mail_where_two_share_an_address(city, city_deputy):
    type(city_deputy).objects.filter(pk=city_deputy.pk).update(email=city.mailbox.upper())
    run_due()
    assert len(addresses()) == 1


def test_who_no_longer_holds_the_post_gets_nothing(city):
    make.person(Post.CITY_DEPUTY_GM, unit=city, ends_on=FRI)
    make.person(Post.CITY_DEPUTY_GM, unit=city, left_on=FRI)
    make.person(Post.CITY_DEPUTY_GM, unit=make.city("3706", "烟台市公司"))
    run_due()
    assert city.mailbox in addresses()
    assert len(Letter.objects.filter(unit=city)) == 1


def test_the_workbook_is_kept_as_it_was_mailed(city):
    run_due()
    rollup = RollUp.objects.get()
    assert rollup.file.name == "6311-2026-W47-3702-v1.xlsx"
    assert rollup.file.sha256 == sha256(bytes(rollup.file.content)).hexdigest()
    assert bytes(Letter.objects.get().attachment) == bytes(rollup.file.content)


def test_the_same_rows_give_the_same_bytes(zhou):
    log(zhou, MON, handed_in=make.at(MON, 18))
    run_due()
    rollup = RollUp.objects.get()
    assert workbook(rollup) == workbook(RollUp.objects.get()) == bytes(rollup.file.content)


def test_the_source_of_each_figure(zhou, manager):
    log(zhou, MON, handed_in=make.at(MON, 18), state="passed", reviewed_at=make.at(MON, 19), reviewed_by=manager)
    log(zhou, FRI, handed_in=make.at(SAT, 13), timeliness="late")
    for half in ("am", "pm"):
        make.absence(zhou, MON + timedelta(days=1), half)
    make.absence(zhou, MON + timedelta(days=2), "pm")
    run_due()
    header, *rows = sheets()["日志"]
    days = {row[2].date().day: dict(zip(header, row, strict=True)) for row in rows}
    assert sorted(days) == [16, 18, 19, 20]  # not the day of leave
    assert [days[16][name] for name in ("应出勤半天", "日志应交", "时效", "计入本报告", "电话", "批阅")] == [
        2,
        "是",
        "按时",
        "是",
        6,
        "已批",
    ]
    assert (days[18]["应出勤半天"], days[18]["日志应交"]) == (1, "是")
    assert [days[20][name] for name in ("时效", "计入本报告", "电话")] == ["截至时未交", "否", 0]


def test_units_and_people_with_rates(zhou, city, branch, department):
    for n in range(5):
        log(zhou, MON + timedelta(days=n), handed_in=make.at(MON + timedelta(days=n), 18))
    run_due()
    header, *rows = sheets()["单位"]
    assert [row[0] for row in rows] == [city.code, branch.code, department.code]
    top = dict(zip(header, rows[0], strict=True))
    assert [top[name] for name in ("人力", "电话应完成", "电话完成", "电话完成率", "综合完成率")] == [
        1, 30, 30, "100.0%", "100.0%",
    ]  # fmt: skip
    assert [top[name] for name in ("日志应交", "日志已交", "日志未交")] == [5, 5, 0]
    header, *rows = sheets()["个人"]
    assert [row[:4] for row in rows] == [(zhou.employee_no, "周婷", department.code, "团体部")]
    assert ("截至", "2026-11-21 12:00") in sheets()["汇总"]


def test_a_name_that_looks_like_a_formula_stays_a_name(zhou):
    type(zhou).objects.filter(pk=zhou.pk).update(name='=HYPERLINK("http://x")')
    run_due()
    book = load_workbook(BytesIO(bytes(RollUp.objects.get().file.content)))
    cell = book["个人"]["B2"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x")')


def test_who_dies_between_freeze_and_publishing_loses_nothing(monkeypatch, city):
    with monkeypatch.context() as patch:
        patch.setattr("org.periods.due.AFTERWARDS", [])
        run_due()
    assert (RollUp.objects.get().published_at, Letter.objects.count()) == (None, 0)
    assert run_due() == []
    assert RollUp.objects.get().published_at is not None
    assert len(mail.outbox) == 1


def test_a_report_that_cannot_be_written_leaves_the_others_and_is_tried_again(monkeypatch, city, caplog):
    make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(make.city("3706", "烟台"), "370602")))
    admin = make.person(Post.SYSTEM_ADMIN, unit=city)

    def broken(rollup):
        if rollup.city == city:
            raise ValueError("one bad row")
        return workbook(rollup)

    with monkeypatch.context() as patch:
        patch.setattr(actions, "workbook", broken)
        assert len(run_due()) == 2
    assert addresses() == ["hq3706@example.com"]
    assert Notice.objects.get(kind="alarm").to == admin
    caplog.clear()
    run_due()
    assert addresses() == ["hq3702@example.com", "hq3706@example.com"]


def test_weeks_of_silence_are_caught_up_oldest_first_and_each_is_mailed(city, clock_at):
    clock_at(make.at(date(2026, 12, 20)))
    done = [(one["kind"], one["week"]) for one in run_due()]
    weeks = [(MON + timedelta(weeks=n)).isoformat() for n in range(5)]
    assert [week for kind, week in done if kind == "rollup"] == weeks
    assert [week for kind, week in done if kind == "close"] == weeks[:-1]  # the last one closes on Tuesday
    assert done.index(("close", weeks[0])) < done.index(("rollup", weeks[1]))
    assert [message.subject.split("（")[1][:6] for message in mail.outbox] == [
        "第 47 周",
        "第 48 周",
        "第 49 周",
        "第 50 周",
        "第 51 周",
    ]
    assert run_due() == []
    assert len(mail.outbox) == 5


def test_a_week_before_the_first_rule_set_is_not_reported(clock_at):
    clock_at(make.at(MON - timedelta(days=1)))
    assert run_due() == []


def test_the_number_of_statements_of_the_workbook_does_not_depend_on_people(department, django_assert_max_num_queries):
    for _ in range(30):
        log(make.person(Post.CLIENT_MANAGER, unit=department), MON, handed_in=make.at(MON, 18))
    run_due()
    with django_assert_max_num_queries(12):
        workbook(RollUp.objects.get())
