"""The frame of every import, seen through the roster."""

import openpyxl
import pytest

from org.people.models import Person
from org.roster.imports import RosterImporter
from org.trace.models import Trace
from org.units.models import Unit
from org.workbooks import importing
from org.workbooks.reading import Unusable, read
from org.workbooks.templates import template
from org.workbooks.writing import write_returned
from tests.org.workbooks.books import IMPORTED_AT, command, counts, imported, members, pack, refusals, save

CITY = {"单位代码": "3702", "名称": "青岛市公司", "类型": "市公司", "上级代码": None, "信箱": "hq@example.com"}
BAD = {**CITY, "单位代码": "3703", "类型": "公司"}
ONE = {"工号": "1", "姓名": "单雄信", "入司日期": "2020-01-01"}


def test_all_kinds_are_found():
    assert {"roster", "prospects", "policies", "activity"} <= importing.importers().keys()


def test_good_rows_are_not_held_up_by_bad_ones(db, tmp_path):
    outcome = imported(tmp_path, "roster", {"单位": [BAD, CITY]})
    assert counts(outcome) == (1, 0, 0, 1)
    assert refusals(outcome) == [("单位", 2, "类型")]
    assert Unit.objects.filter(code="3702").exists()


def test_all_or_nothing(db, tmp_path):
    outcome = imported(tmp_path, "roster", {"单位": [BAD, CITY]}, all_or_nothing=True)
    assert counts(outcome) == (0, 0, 0, 1)
    assert not Unit.objects.filter(code="3702").exists()


def test_all_or_nothing_takes_a_good_file(db, tmp_path):
    assert counts(imported(tmp_path, "roster", {"单位": [CITY]}, all_or_nothing=True)) == (1, 0, 0, 0)


def test_a_dry_run_counts_and_writes_nothing(db, tmp_path):
    outcome = imported(tmp_path, "roster", {"单位": [BAD, CITY]}, dry_run=True)
    assert counts(outcome) == (1, 0, 0, 1)
    assert not Unit.objects.exists()
    assert not Trace.objects.exists()


def test_the_second_row_of_a_key_is_refused_whatever_is_wrong_with_the_first(db, tmp_path):
    outcome = imported(tmp_path, "roster", {"人员": [{**ONE, "姓名": None}, ONE, ONE]})
    assert [(error.row, error.column, error.message) for error in outcome.errors] == [
        (2, "姓名", "不能为空"),
        (3, "工号", "重复：与第 2 行是同一条"),
        (4, "工号", "重复：与第 2 行是同一条"),
    ]


def test_several_faults_of_a_row_are_all_named_and_it_is_refused_once(db, tmp_path):
    outcome = imported(tmp_path, "roster", {"人员": [{**ONE, "姓名": None, "入司日期": "昨天"}]})
    assert refusals(outcome) == [("人员", 2, "姓名"), ("人员", 2, "入司日期")]
    assert outcome.refused == 1
    assert importing.reasons(outcome.errors) == {
        ("人员", 2): "姓名：不能为空；入司日期：「昨天」不是日期，应写成 YYYY-MM-DD"
    }


def test_unknown_columns_are_ignored_and_returned(db, tmp_path):
    outcome = imported(tmp_path, "roster", {"人员": [{**ONE, "备注": "=1"}, {"备注": "只有备注"}]})
    write_returned(tmp_path / "out.xlsx", outcome.sheets, importing.reasons(outcome.errors))
    assert counts(outcome) == (1, 0, 0, 0)
    assert outcome.rows == 1
    [sheet] = read(tmp_path / "out.xlsx")
    assert sheet.header == ["工号", "姓名", "入司日期", "备注", "错误原因"]
    assert sheet.rows[0][1] == ["1", "单雄信", "2020-01-01", "=1"]


def test_a_missing_required_column_is_unusable(db, tmp_path):
    with pytest.raises(Unusable, match="缺少必填列：姓名、入司日期"):
        imported(tmp_path, "roster", {"人员": [{"工号": "1"}]})


def test_a_column_twice_is_unusable(db, tmp_path):
    path = save(tmp_path / "a.xlsx", {"人员": [["工号", "姓名", "入司日期", "姓名"]]})
    with pytest.raises(Unusable, match="「姓名」出现了两次"):
        importing.run(RosterImporter(), path, at=IMPORTED_AT)


def test_a_workbook_of_another_kind_is_unusable(db, tmp_path):
    with pytest.raises(Unusable, match="没有这些工作表：单位、人员、任职"):
        imported(tmp_path, "roster", {"承保": [{"保单号": 1}]})


@pytest.mark.parametrize("kind", ["roster", "prospects", "policies", "activity"])
def test_the_template_is_taken_as_it_is_and_has_drop_downs(kind, db, tmp_path):
    importer = importing.importers()[kind]()
    (tmp_path / "a.xlsx").write_bytes(template(importer))
    assert counts(importing.run(importer, tmp_path / "a.xlsx", at=IMPORTED_AT)) == (0, 0, 0, 0)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for table in importer.tables:
        lists = {
            str(rule.sqref).split(":")[0]: rule.formula1
            for rule in book[table.sheet].data_validations.dataValidation
            if rule.type == "list"
        }
        assert len(lists) == sum(bool(column.choices) for column in table.columns)
        assert all("," in choices for choices in lists.values())


# the command


def test_the_command_prints_one_object_and_traces_the_operator(db, tmp_path):
    path = save(tmp_path / "a.xlsx", {"人员": [["工号", "姓名", "入司日期"], ["1", "单雄信", "2020-01-01"]]})
    assert command("roster", path) == (
        0,
        {"rows": 1, "created": 1, "updated": 0, "unchanged": 0, "refused": 0, "errors": []},
        "",
    )
    assert set(Trace.objects.values_list("actor", "verb", "about")) == {
        ("operator", "import", "org.person"),
        ("operator", "import", "workbook"),
    }
    line = Trace.objects.get(about="workbook")
    assert (line.about_id, line.changes["file"], line.changes["created"]) == ("roster", "a.xlsx", 1)
    assert Person.objects.count() == 1


def test_the_command_exits_1_and_returns_the_file_when_a_row_is_refused(db, tmp_path):
    path = save(tmp_path / "a.xlsx", {"人员": [["工号", "姓名", "入司日期"], ["1", None, "2020-01-01"]]})
    code, said, _ = command("roster", path, "--errors", tmp_path / "out.xlsx")
    assert code == 1
    assert said["errors"] == [{"sheet": "人员", "row": 2, "column": "姓名", "message": "不能为空"}]
    assert read(tmp_path / "out.xlsx")[0].rows == [(2, ["1", None, "2020-01-01", "姓名：不能为空"])]


@pytest.mark.parametrize("hostile", ["missing", "far"])
def test_the_command_exits_2_with_a_sentence_when_the_file_is_unusable(hostile, db, tmp_path):
    path = tmp_path / f"{hostile}.xlsx"
    if hostile == "far":
        pack(path, members('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'))
    code, said, err = command("roster", path)
    assert code == 2
    assert said["rows"] == 0
    assert said["errors"][0]["message"] == err.strip()


def test_the_command_says_before_importing_that_it_cannot_write_the_errors(db, tmp_path):
    path = save(tmp_path / "a.xlsx", {"人员": [["工号", "姓名", "入司日期"], ["1", "单雄信", "2020-01-01"]]})
    code, _, err = command("roster", path, "--errors", tmp_path / "no" / "out.xlsx")
    assert code == 2
    assert "不能写到" in err
    assert not Person.objects.exists()
