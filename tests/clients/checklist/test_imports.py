"""The ten items from a workbook: a sheet's rows are the whole list of a family, so it comes whole or not at all."""

from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from clients.checklist.actions import fill_known
from clients.checklist.forms import MOST_ROWS
from clients.checklist.models import Answer, ConsultationChecklist
from org.workbooks.importing import checked, importers
from org.workbooks.reading import Sheet
from tests import factories as make
from tests.org.intake.conftest import NOW, Desk, words
from tests.org.workbooks.books import columns, counts, imported, save

BEFORE = make.at(make.MONDAY)
ASKED, WHOLE = "policies", "同一家庭这张表有一行要改，先不导入"


@pytest.fixture
def desk(clock_at, tmp_path, client, zhou):
    clock_at(NOW)
    return Desk(client, tmp_path, zhou)


def of(family, **more):
    return {"单位名称": family.name, "负责人工号": family.owner.employee_no, **more}


def policies(family, *companies, **amounts):
    return [of(family, 是谁="本人", 保险公司=one, 保额=amounts.get(one, "1000")) for one in companies]


def known(family, value, item=ASKED, source="told"):
    one, _new = ConsultationChecklist.objects.get_or_create(
        prospect=family, person=family.owner, defaults={"created_at": BEFORE, "changed_at": BEFORE}
    )
    return Answer.objects.create(checklist=one, item=item, value=value, source=source, at=BEFORE)


def held(*companies, **more):
    return {"held": [{"who": "self", "company": one, "sum_insured": "1000", **more} for one in companies]}


def stored(item=ASKED):
    return Answer.objects.get(item=item).value


def handed_in(desk, rows):
    return words(desk.upload(save(desk.folder / "表.xlsx", {"已购保险": columns(rows)}), "checklists"))


def test_a_row_to_be_corrected_holds_up_the_list_of_its_family(desk, zhou, family):
    other = make.household(zhou, "王女士一家")
    before = held("甲", "乙", "丙")
    known(family, before)
    page = handed_in(desk, [*policies(family, "甲", "乙", "丙", 乙="一百"), *policies(other, "丁")])
    assert "可导入 1" in page and "要修改 3" in page and page.count(WHOLE) == 2
    desk.run()
    assert Answer.objects.get(checklist__prospect=family).value == before
    given = load_workbook(BytesIO(desk.client.get(f"{desk.address}problems/").content)).active
    header, *lines = given.iter_rows(values_only=True)
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    assert [one["保险公司"] for one in rows] == ["甲", "乙", "丙"]
    rows[1]["保额"] = "2000"
    handed_in(desk, rows)
    desk.post("columns")  # two that nobody knows: 原行号, 错误原因
    desk.run()
    after = Answer.objects.get(checklist__prospect=family).value["held"]
    assert [(one["company"], one["sum_insured"]) for one in after] == [("甲", "1000"), ("乙", "2000"), ("丙", "1000")]


def test_the_page_says_before_it_that_a_dropped_row_leaves_the_list(desk, family):
    page = handed_in(desk, policies(family, "甲", "乙", 乙="一百"))
    assert "弃掉的行会从这个家庭的表里删去" in page and "也不会影响其他行" not in page
    assert "可导入 1" in words(desk.post("fix", drop="4.3"))


def test_a_row_of_the_same_name_that_is_nobodys_holds_it_up_too(db, tmp_path, family):
    rows = [*policies(family, "甲"), {**policies(family, "乙")[0], "负责人工号": "E99999"}]
    assert counts(imported(tmp_path, "checklists", {"已购保险": rows})) == (0, 0, 0, 2)


def test_rows_about_a_child_that_stay_count_towards_the_most(db, tmp_path, family):
    child = {"who": "child", "company": "子"}
    known(family, {"held": [child, child]})
    full = policies(family, *(f"司{n}" for n in range(MOST_ROWS - 1)))
    outcome = imported(tmp_path, "checklists", {"已购保险": full})
    assert outcome.refused == len(full) and len(stored()["held"]) == 2
    assert "孩子的 2 行也算" in str([one.message for one in outcome.errors])
    assert imported(tmp_path, "checklists", {"已购保险": full[1:]}).refused == 0
    assert len(stored()["held"]) == MOST_ROWS


def test_no_means_no_and_yes_does_not_fit_what_is_known(db, tmp_path, family):
    def say(word, **more):
        return counts(imported(tmp_path, "checklists", {"十项资料": [of(family, 没有买过保险=word)], **more}))

    assert say("否") == (0, 0, 1, 0) and not Answer.objects.exists()
    assert say("是") == (1, 0, 0, 0) and stored() == {"none": True}
    assert say("") == (0, 0, 1, 0) and stored() == {"none": True}
    assert say("否") == (0, 1, 0, 0) and not stored()
    assert fill_known(family, by=family.owner, at=NOW, key=uuid4())["items"] == 0
    Answer.objects.update(value=held("甲"))
    assert say("是") == (0, 0, 0, 1) and stored() == held("甲")
    assert say("是", 已购保险=policies(family, "乙", 乙="一百")) == (0, 0, 0, 2)


def test_what_the_page_says_meanwhile_is_looked_at_again_before_writing(db, family):
    importer = importers()["checklists"]()
    header, *rows = columns(policies(family, *(f"司{n}" for n in range(MOST_ROWS))))
    book = checked(importer, [Sheet("已购保险", header, list(enumerate(rows, start=2)))])
    assert book.refused == 0
    known(family, {"held": [{"who": "child", "company": "子"}]})
    assert importer.write(book, at=NOW).updated == 0 and book.refused == MOST_ROWS


def test_the_line_ends_of_a_browser_are_no_change(db, tmp_path, family):
    answer = known(family, {"covers": ["life"], "words": "怕断供\r\n怕生病"}, item="concerns")
    told = [of(family, 最关心="身故", 具体担心="怕断供\n怕生病")]
    assert counts(imported(tmp_path, "checklists", {"十项资料": told})) == (0, 0, 1, 0)
    answer.checklist.refresh_from_db()
    assert answer.checklist.changed_at == BEFORE
