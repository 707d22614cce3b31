"""The list of clients leaves the house: as filtered, without numbers, marked and traced, by headquarters only."""

import pytest

from clients.prospects.models import Contact
from org.posts import Post
from org.trace.models import Trace
from org.workbooks.importing import importers, run
from org.workbooks.reading import read
from tests import factories as make


@pytest.fixture
def listed(zhou, stranger, tmp_path, clock_at):
    clock_at(make.at(make.THURSDAY))
    make.prospect(zhou, "宏达机械有限公司")
    make.prospect(stranger, "=远山旅行社")

    def listed(answer):
        path = tmp_path / "list.xlsx"
        path.write_bytes(answer.content)
        return read(path)

    return listed


def test_the_list_as_it_is_filtered(client, hq, listed):
    client.force_login(hq)
    assert "导出" in client.get("/clients/").content.decode()
    whole, about = listed(client.post("/clients/export/"))
    assert [cells[1] for _row, cells in whole.rows] == ["=远山旅行社", "宏达机械有限公司", None]
    assert whole.rows[-1][1][-1].startswith(f"袁欣 {hq.employee_no} 2026-11-19")
    some, about = listed(client.post("/clients/export/", {"q": "机械"}))
    assert len(some.rows) == 2 and about.rows[0][1] == ["名称、拼音、首字母、信用代码", "机械"]
    assert "13812345521" not in str(some.rows)
    assert Trace.objects.filter(verb="export_list", by=hq).count() == 2


def test_nobody_else_takes_it(client, zhou, manager, deputy, listed):
    for who in (zhou, manager, deputy):
        client.force_login(who)
        assert client.post("/clients/export/").status_code == 403
        assert "client-export" not in client.get("/clients/").content.decode()


def test_of_another_city_there_is_nothing(client, listed, zhou):
    other = make.person(Post.HQ_STAFF, unit=make.city("3706", "烟台市公司"))
    client.force_login(other)
    whole, _about = listed(client.post("/clients/export/"))
    assert len(whole.rows) == 1 and "下载" in whole.rows[0][1]


def test_an_odd_word_to_filter_by_is_no_fault(client, hq, listed):
    client.force_login(hq)
    some, about = listed(client.post("/clients/export/", {"q": " 机\0械" + "长" * 500}))
    assert about.rows[0][1][1] == "机械" + "长" * 98
    assert client.get("/clients/", {"q": "机\0械"}).status_code == 200


def test_what_leaves_comes_back_as_the_same_list(client, hq, zhou, listed, tmp_path):
    """The columns of the import: nothing is new, nothing changed, no number lost, and the mark is passed over."""
    client.force_login(hq)
    path = tmp_path / "again.xlsx"
    path.write_bytes(client.post("/clients/export/").content)
    outcome = run(importers()["prospects"](), path, at=make.at(make.THURSDAY))
    assert (outcome.rows, outcome.refused, vars(outcome.tally)) == (
        2, 0, {"created": 0, "updated": 0, "unchanged": 2}
    ), outcome.errors  # fmt: skip
    assert set(Contact.objects.values_list("phone", flat=True)) == {"13812345521"}
