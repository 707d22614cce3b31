"""The work of a batch is in its row: a lost message, a dead worker, a cancel in the middle, the night's tidying."""

from datetime import timedelta

import pytest

from activity.daily_log.models import DailyLog, LogEntry
from clients.prospects.models import Prospect
from org.corrections.models import Correction
from org.intake import actions, working
from org.periods.due import run_due
from org.posts import Post
from org.week import Week
from org.workbooks import importing
from org.workflow import Refused
from tests import factories as make
from tests.org.intake.conftest import NOW, row, words
from tests.org.workbooks.books import columns, save


@pytest.fixture
def nobody_works(monkeypatch):
    """As if every file were large and Redis had lost the message."""
    monkeypatch.setattr(working, "SMALL_FILE", 0)
    monkeypatch.setattr("org.intake.tasks._ring", lambda pk: None)


def test_what_a_lost_message_left_is_done_by_the_sweeper(desk, zhou, nobody_works, clock_at):
    assert "正在读取" in words(desk.rows(row(zhou)))
    run_due()
    assert desk.batch.state == "reading"  # the worker may be at it
    clock_at(NOW + timedelta(seconds=62))
    run_due()
    assert desk.batch.state == "checked"
    desk.run()
    assert "正在导入" in words(desk.see()) and not Prospect.objects.exists()
    clock_at(NOW + timedelta(minutes=5))
    run_due()
    assert desk.batch.state == "done" and Prospect.objects.exists()
    assert desk.who.notices.filter(kind="import_done").count() == 1


def test_an_import_that_is_stopped_writes_nothing(desk, zhou, nobody_works):
    desk.rows(row(zhou))
    working.work(desk.batch.pk)
    desk.run()
    desk.post("cancel")
    working.work(desk.batch.pk)
    assert desk.batch.state == "checked" and not Prospect.objects.exists()
    assert "已停下，什么都没有写入" in words(desk.see())


def test_an_import_that_breaks_gives_up_with_a_sentence(desk, zhou, nobody_works, monkeypatch, caplog):
    desk.rows(row(zhou))
    working.work(desk.batch.pk)
    desk.run()

    def broken(*args, **kwargs):
        raise ValueError("broken")

    monkeypatch.setattr(importing.importers()["prospects"], "write", broken)
    working.work(desk.batch.pk)
    assert desk.batch.state == "checked"
    assert "系统没能办成，已停下，什么都没有写入" in words(desk.see())
    caplog.clear()


def test_the_bar_goes_on_without_a_script_and_ends_by_itself(desk, zhou, nobody_works):
    page = desk.rows(row(zhou)).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    fragment = desk.client.get(desk.address, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="bar")
    assert "every 2s" in fragment.content.decode()
    working.work(desk.batch.pk)
    assert desk.client.get(desk.address, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="bar")["HX-Refresh"] == "true"


def test_two_workers_are_one(desk, zhou, nobody_works):
    desk.rows(row(zhou))
    other = working.connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [working.LOCK, desk.batch.pk.int & 0x7FFFFFFF])
        working.work(desk.batch.pk)
        assert desk.batch.state == "reading"
    other.close()
    working.work(desk.batch.pk)
    assert desk.batch.state == "checked"


def test_files_are_forgotten_a_day_after_the_end(desk, zhou, clock_at):
    desk.rows(row(zhou), row(zhou, 单位名称="安泰建材", 员工人数="约60"))
    desk.run()
    over = desk.batch.ended_at + timedelta(hours=24)
    assert actions.forget_files(over - timedelta(seconds=1)) == 0
    assert actions.forget_files(over) == 1
    batch = desk.batch
    assert (batch.content, batch.journal, batch.fixes) == (None, None, {})
    assert "约60" not in str(batch.result) and batch.result["good"] == 1
    clock_at(over)
    assert "已导入 1 行" in words(desk.see())


def test_who_never_goes_on_uploads_again_after_a_week(desk, zhou):
    desk.rows(row(zhou))
    assert actions.forget_files(NOW + timedelta(days=6)) == 0
    assert actions.forget_files(NOW + timedelta(days=8)) == 1
    assert "放了一周，文件已删除" in words(desk.see())


@pytest.fixture
def headquarters(desk_of, city):
    return desk_of(make.person(Post.HQ_STAFF, unit=city))


def test_history_is_taken_back_and_the_days_are_counted_again(headquarters, zhou, tmp_path):
    make.rules()
    on = {"工号": zhou.employee_no, "日期": "2026-11-17"}
    call = {**on, "时间": "09:30", "客户": "恒信", "联系人": "胡先生", "类别": "维护", "目的": "续保", "结果": "再联系"}
    sheets = {
        "日志": [{**on, "提交时间": "2026-11-17 18:00"}],
        "电话": [call, {**call, "时间": "10:30", "联系人": "徐"}],
    }
    desk = headquarters
    desk.upload(save(tmp_path / "a.xlsx", {name: columns(rows) for name, rows in sheets.items()}), "activity")
    assert "已导入 3 行" in words(desk.run())
    assert DailyLog.objects.get().calls == 2
    more = [{**call, "时间": "11:30", "联系人": "林"}]
    desk.upload(save(tmp_path / "b.xlsx", {"电话": columns(more)}), "activity")
    desk.run()
    assert DailyLog.objects.get().calls == 3
    noted = Correction.objects.count()
    assert "已整批撤回" in words(desk.post("undo"))
    assert DailyLog.objects.get().calls == LogEntry.objects.count() == 2
    assert Correction.objects.count() > noted
    assert set(Correction.objects.values_list("actor", flat=True)) == {desk.who.employee_no}


def test_who_lost_the_post_takes_nothing_back(desk, zhou, nobody_works):
    desk.rows(row(zhou))
    working.work(desk.batch.pk)
    desk.run()
    working.work(desk.batch.pk)
    desk.post("undo")
    desk.who.appointments.update(ends_on=NOW.date() - timedelta(days=1))
    working.work(desk.batch.pk)
    batch = desk.batch
    assert (batch.state, batch.reason) == ("done", "你现在的岗位不能撤回这类工作簿")
    assert Prospect.objects.exists()


def test_a_client_that_a_plan_names_is_not_taken_back(desk, zhou, department):
    make.rules()
    desk.rows(row(zhou))
    desk.run()
    target = make.target(make.plan(department, Week.of(NOW.date()), at=NOW), zhou)
    target.key_prospects.add(Prospect.objects.get())
    desk.post("undo")
    assert desk.batch.state == "done" and "准客户已有 1 条" in desk.batch.reason
    assert target.key_prospects.count() == 1
    target.key_prospects.clear()
    desk.post("undo")
    assert desk.batch.state == "undone"


def test_who_waits_for_another_import_is_not_told_of_a_fault(desk, zhou, caplog):
    desk.rows(row(zhou))
    other = working.connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [importing.ONE_IMPORT_AT_A_TIME])
        with working.connection.cursor() as mine:
            mine.execute("SET statement_timeout = '300ms'")
        assert "正在导入" in words(desk.run())
        with working.connection.cursor() as mine:
            mine.execute("RESET statement_timeout")
    other.close()
    working.work(desk.batch.pk)
    assert desk.batch.state == "done"


def test_rows_that_changed_meanwhile_are_not_imported(desk, zhou):
    desk.rows(row(zhou))
    seen = desk.batch
    type(seen).objects.filter(pk=seen.pk).update(version=seen.version + 1)
    with pytest.raises(Refused):
        actions.begin(seen, version=seen.version, by=desk.who, at=NOW)
    assert desk.batch.state == "checked"
