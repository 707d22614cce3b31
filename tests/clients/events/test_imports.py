"""客户活动 from a workbook: two of a day and a title, and nothing that the page would refuse."""

from datetime import time, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.events.models import ClientEvent, Guest
from org.workbooks.importing import checked, importers, run
from org.workbooks.reading import read
from tests import factories as make
from tests.org.workbooks.books import columns, counts, imported, save

NOW = make.at(make.THURSDAY, 14)
DAY = make.THURSDAY + timedelta(days=2)


@pytest.fixture(autouse=True)
def thursday(clock_at):
    clock_at(NOW)


@pytest.fixture
def mine(zhou):
    return make.prospect(zhou, "恒信五金")


def event(host, **more):
    return {
        "工号": host.employee_no, "日期": DAY.isoformat(), "主题": "雇主责任沙龙", "类别": "沙龙", "地点": "二楼会议室",
        "主持人": host.name, "状态": "筹备中", **more,
    }  # fmt: skip


def guest(one, name, **more):
    key = {"工号": one.owner.employee_no, "日期": DAY.isoformat(), "主题": "雇主责任沙龙"}
    return {**key, "单位名称": one.name, "负责人工号": one.owner.employee_no, "姓名": name, "到场": "已邀请", **more}


def said(outcome):
    return [(one.row, one.column, one.message) for one in outcome.errors]


def test_two_of_a_day_and_a_title_come_back_as_they_left(db, zhou, hq, mine, tmp_path):
    for at in (time(9), time(14, 30), None):
        make.client_event(zhou, DAY, when=NOW, starts_at=at, guests=[mine])
    call_command("export", "events", str(tmp_path / "out.xlsx"), "--as", hq.employee_no)

    def again():
        outcome = run(importers()["events"](), tmp_path / "out.xlsx", at=NOW)
        return (*counts(outcome), said(outcome))

    assert again() == (0, 0, 6, 0, [])
    ClientEvent.objects.all().delete()
    assert again() == (6, 0, 0, 0, [])
    assert again() == (0, 0, 6, 0, [])
    assert ClientEvent.objects.count() == 3 and Guest.objects.count() == 3


def test_a_row_without_a_start_means_the_only_one(db, zhou, mine, tmp_path):
    made = make.client_event(zhou, DAY, when=NOW)

    def take(*events, guests=()):
        sheets = {"客户活动": [event(zhou, **one) for one in events], "嘉宾": list(guests)}
        return imported(tmp_path, "events", {name: rows for name, rows in sheets.items() if rows})

    assert counts(take({"开始": "09:00", "地点": "三楼"}, guests=[guest(mine, "李总")])) == (1, 1, 0, 0)
    made.refresh_from_db()
    assert (made.starts_at, made.place, made.guests.get().name) == (time(9), "三楼", "李总")
    assert counts(take({"地点": "三楼"}, guests=[guest(mine, "李总", 开始="09:00")])) == (0, 0, 2, 0)
    assert counts(take({"开始": "14:00"}, guests=[guest(mine, "王总", 开始="14:00")])) == (2, 0, 0, 0)
    outcome = take({}, guests=[guest(mine, "赵总"), guest(mine, "赵总", 开始="16:00")])
    several = "这一天有几场同名的活动，写上开始的时间；开始也一样的在页面上改"
    assert said(outcome)[:2] == [(2, "开始", several), (2, "开始", several)]
    assert "没有这一天的这场活动" in said(outcome)[2][2]
    ClientEvent.objects.update(starts_at=time(9))  # nothing tells them apart
    assert counts(take({"开始": "09:00"}, guests=[guest(mine, "李总", 开始="09:00")])) == (0, 0, 0, 2)
    assert ClientEvent.objects.count() == 2 and Guest.objects.count() == 2
    twice = take({"主题": "年会", "开始": "09:00"}, {"主题": "年会", "开始": "9:00"})
    assert counts(twice) == (1, 0, 0, 1)


def test_what_is_over_is_not_changed_and_nobody_is_invited_to_what_is_cancelled(db, zhou, mine, tmp_path):
    made = make.client_event(zhou, DAY, when=NOW, guests=[mine], note="原来\r\n两行")
    known = made.guests.get().name
    ClientEvent.objects.update(state="cancelled", reason="下雪")
    same = event(zhou, 状态="已取消", 取消原因="下雪", 备注="原来\n两行")
    sheets = {"客户活动": [same], "嘉宾": [guest(mine, known), guest(mine, "李总")]}
    outcome = imported(tmp_path, "events", sheets)
    assert said(outcome) == [(3, "姓名", "活动已经取消，不能再邀请")] and counts(outcome) == (0, 0, 2, 1)
    for column, word in {"地点": "三楼", "备注": "新的", "取消原因": "别的", "预算": 5}.items():
        outcome = imported(tmp_path, "events", {"客户活动": [{**same, column: word}]})
        assert said(outcome) == [(2, column, "这场活动已经举办或取消，不能再改")]
    ClientEvent.objects.update(state="held", reason="")
    held = event(zhou, 状态="已举办")
    assert imported(tmp_path, "events", {"嘉宾": [guest(mine, "李总", 到场="到场")]}).tally.created == 1
    assert imported(tmp_path, "events", {"客户活动": [{**held, "地点": "三楼"}]}).refused == 1


def test_events_and_guests_are_held_and_looked_at_again_before_they_are_written(db, zhou, mine, tmp_path):
    made = make.client_event(zhou, DAY, when=NOW, guests=[mine])
    known = made.guests.get().name
    sheets = {"客户活动": [event(zhou, 地点="三楼")], "嘉宾": [guest(mine, known), guest(mine, "李总")]}
    importer = importers()["events"]()
    path = save(tmp_path / "表.xlsx", {name: columns(rows) for name, rows in sheets.items()})
    book = checked(importer, read(path))
    assert not book.errors
    ClientEvent.objects.update(state="cancelled", reason="下雪", host="别人")
    with CaptureQueriesContext(connection) as queries:
        tally = importer.write(book, at=NOW)
    made.refresh_from_db()
    assert (made.place, made.host, made.state) == ("二楼会议室", "别人", "cancelled")
    assert (vars(tally), made.guests.count()) == ({"created": 0, "updated": 0, "unchanged": 1}, 1)
    held = [one["sql"].split(" FROM ")[1].split('"')[1] for one in queries if "FOR UPDATE" in one["sql"]]
    assert held == ["clients_clientevent", "clients_prospect", "clients_guest"]
