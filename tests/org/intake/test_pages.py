"""A list of clients goes through the pages: file, columns, check, done, undo."""

from datetime import timedelta
from uuid import uuid4

import pytest

from clients.prospects.models import Contact, Prospect
from org.intake.models import ImportBatch
from org.posts import Post
from org.trace.models import Trace
from org.workbooks.reading import read
from tests import factories as make
from tests.org.intake.conftest import NOW, Desk, row, words
from tests.org.workbooks.books import save

BAD = {"员工人数": "约60"}


def names():
    return set(Prospect.objects.values_list("name", flat=True))


def test_good_rows_go_in_and_bad_ones_wait(desk, zhou):
    answer = desk.rows(row(zhou), row(zhou, 单位名称="安泰建材", **BAD))
    assert "可导入 1" in words(answer) and "要修改 1" in words(answer) and "可能重复 0" in words(answer)
    assert "「约60」不是数字" in words(answer)
    assert names() == set()
    answer = desk.run()
    assert "已导入 1 行" in words(answer) and "没有导入1" in words(answer)
    assert names() == {"恒信五金"}
    assert Contact.objects.get().name == "胡先生"


def test_a_cell_is_corrected_in_place_and_checked_at_once(desk, zhou):
    desk.rows(row(zhou), row(zhou, 单位名称="安泰建材", **BAD))
    assert "不是数字" in words(desk.fix(c_0_3_5="六十"))
    assert "可导入 2" in words(desk.fix(c_0_3_5="60"))
    desk.run()
    assert Prospect.objects.get(name="安泰建材").headcount == 60


@pytest.mark.parametrize(
    ("column", "said", "meant"),
    [("来源", "朋友", "缘故"), ("员工人数", "约60", "60"), ("到期日", "2026/9/3", "2026-09-03")],
)
def test_what_was_meant_is_one_tap(desk, zhou, column, said, meant):
    answer = desk.rows(row(zhou, **{column: said}))
    assert f"改为{meant}" in words(answer)
    place = {"来源": 10, "员工人数": 5, "到期日": 12}[column]
    assert "可导入 1" in words(desk.post("fix", meant=f"0.2.{place}.{meant}"))


def test_a_row_is_dropped_and_taken_back(desk, zhou):
    desk.rows(row(zhou), row(zhou, 单位名称="安泰建材", **BAD))
    assert "要修改 0" in words(desk.post("fix", drop="0.3")) and "已弃 1" in words(desk.see())
    assert "要修改 1" in words(desk.post("fix", restore="0.3"))


def test_a_possible_double_waits_until_it_is_accepted(desk, zhou):
    make.prospect(zhou, "恒信五金", uscc="91350211M000100Y46")
    answer = desk.rows(row(zhou))
    assert "可导入 0" in words(answer) and "可能重复 1" in words(answer) and "已有同名单位报备" in words(answer)
    assert "可导入 1" in words(desk.post("fix", accept="0.2"))
    desk.run()
    assert Prospect.objects.filter(name="恒信五金").count() == 2


def test_a_second_import_of_the_same_list_changes_nothing(desk, zhou):
    desk.rows(row(zhou))
    desk.run()
    assert "其中新增 0，更新 0，不变 1" in words(desk.rows(row(zhou)))


def test_a_column_by_another_name_is_matched(desk, zhou):
    answer = desk.rows({"公司": "恒信五金", "备注": "x", **row(zhou, 单位名称=None)})
    assert "缺必填列单位名称" in words(answer) and "公司、备注" in words(answer)
    assert "缺少必填列：单位名称" in words(desk.post("columns"))
    answer = desk.post("columns", **{"m.0.0": "公司"})
    assert "可导入 1" in words(answer)
    desk.run()
    assert names() == {"恒信五金"}


def test_the_problem_rows_come_back_with_their_reasons(desk, zhou, tmp_path):
    desk.rows(row(zhou), row(zhou, 单位名称="安泰建材", **BAD))
    path = tmp_path / "problems.xlsx"
    path.write_bytes(desk.client.get(f"{desk.address}problems/").content)
    [sheet] = read(path)
    assert sheet.header[-2:] == ["原行号", "错误原因"]
    assert [cells[-2:] for _row, cells in sheet.rows] == [[3, "员工人数：「约60」不是数字"]]
    assert Trace.objects.filter(verb="export_problems", by=desk.who).exists()


def test_the_import_can_be_taken_back_for_24_hours(desk, zhou, clock_at):
    old = make.prospect(zhou, "安泰建材", handler="老王", uscc="")
    desk.rows(row(zhou), row(zhou, 单位名称="安泰建材", 行业="建材"))
    desk.run()
    old.refresh_from_db()
    assert (old.industry, old.source, names()) == ("建材", "cold", {"安泰建材", "恒信五金"})
    clock_at(NOW + timedelta(hours=23, minutes=59))
    assert "已整批撤回" in words(desk.post("undo"))
    old.refresh_from_db()
    assert (old.industry, names()) == ("", {"安泰建材"})
    assert {one.name: one.is_handler for one in old.contacts.all()} == {"老王": True}


def test_a_day_later_it_stays(desk, zhou, clock_at):
    desk.rows(row(zhou))
    desk.run()
    clock_at(desk.batch.finished_at + timedelta(hours=24))
    assert "导入已超过 24 小时" in words(desk.post("undo"))
    assert names() == {"恒信五金"}


def test_what_something_rests_on_is_not_taken_back(desk, zhou):
    desk.rows(row(zhou), row(zhou, 单位名称="安泰建材"))
    desk.run()
    make.visit(zhou, client="恒信五金", when=NOW)
    answer = words(desk.post("undo"))
    assert "不能撤回：准客户已有 1 条拜访" in answer
    assert names() == {"恒信五金", "安泰建材"}


def test_what_was_changed_since_is_not_taken_back(desk, zhou):
    desk.rows(row(zhou))
    desk.run()
    Prospect.objects.update(address="福州路 1 号")
    assert "1 条准客户后来有改动" in words(desk.post("undo"))


def test_a_double_tap_is_one_batch(desk, zhou, tmp_path):
    path, key = save(tmp_path / "a.xlsx", {"准客户": [list(row(zhou)), list(row(zhou).values())]}), uuid4()
    desk.upload(path, key=key)
    desk.upload(path, key=key)
    assert ImportBatch.objects.count() == 1


def test_everybody_sees_his_own_batches(desk, zhou, branch, client):
    desk.rows(row(zhou))
    address = desk.address
    Desk(client, desk.folder, make.person(Post.BRANCH_CLERK, unit=branch))
    assert client.get(address).status_code == 404
    assert "登记表.xlsx" not in words(client.get("/imports/"))
    assert {client.post(f"{address}{verb}/").status_code for verb in ("fix", "run", "cancel", "undo", "columns")} == {
        404
    }


def test_two_tabs_do_not_import_what_only_one_has_seen(desk, zhou):
    desk.rows(row(zhou), row(zhou, 单位名称="安泰建材", **BAD))
    seen = desk.batch.version
    desk.post("fix", drop="0.2")
    assert "核对结果变了" in words(desk.post("run", version=seen))
    assert names() == set()


def test_a_cell_that_was_not_checked_is_checked_before_the_import(desk, zhou):
    desk.rows(row(zhou), row(zhou, 单位名称="安泰建材", **BAD))
    answer = desk.post("run", version=desk.batch.version, **{"c.0.3.5": "60"})
    assert "刚改的格子已重新核对" in words(answer) and "可导入 2" in words(answer)
    assert names() == set()


@pytest.mark.parametrize("number", ["", "-1", "9" * 30, "x", "0.9.99", "²"])
def test_odd_names_of_rows_and_cells_do_nothing(desk, zhou, number):
    desk.rows(row(zhou))
    for body in ({"drop": number}, {"meant": f"{number}.缘故"}, {f"c.{number}": "x"}, {"accept": number}):
        assert desk.post("fix", **body).status_code == 200
    assert desk.post("run", version=number).status_code == 200
    assert ImportBatch.objects.get().fixes.get("cells", {}) == {}


def test_a_cancelled_batch_writes_nothing(desk, zhou):
    desk.rows(row(zhou))
    assert "已取消，什么都没有写入" in words(desk.post("cancel"))
    desk.run()
    assert names() == set() and "已取消" in words(desk.see())


def test_who_imports_is_in_the_trace(desk, zhou):
    desk.rows(row(zhou))
    desk.run()
    verbs = set(Trace.objects.filter(by=desk.who).values_list("verb", flat=True))
    assert {"upload_import", "import_workbook", "import"} <= verbs


def test_templates(desk):
    assert desk.client.get("/imports/template/?kind=prospects").status_code == 200
    assert desk.client.get("/imports/template/?kind=roster").status_code == 302


def test_half_a_file_in_a_cell_is_no_fault_of_the_server(desk, zhou):
    desk.rows(row(zhou, **BAD))
    assert desk.fix(c_0_2_5="6\x000").status_code == 200
    assert desk.batch.fixes["cells"] == {"准客户\t2": {"员工人数": "60"}}


def test_the_list_of_files_names_their_rows(desk, zhou):
    desk.rows(row(zhou), row(zhou, 单位名称="安泰建材"))
    page = desk.client.get("/imports/")
    assert "登记表.xlsx准客户待导入2" in words(page).replace(" ", "")
