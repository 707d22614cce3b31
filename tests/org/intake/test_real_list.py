"""The recorded list of a city's clients through the pages (issue 4, Acceptance): six rows, six reasons."""

import pytest

from clients.prospects.models import Contact, Prospect
from org.intake.models import ImportBatch
from org.people.models import Person
from org.posts import Post
from org.units.models import Unit, UnitKind
from org.workbooks import importing
from tests import factories as make
from tests.activity.test_acceptance import WORKBOOKS
from tests.org.intake.conftest import NOW, Desk, words


@pytest.fixture
def desk(desk_of):
    importing.run(importing.importers()["roster"](), WORKBOOKS / "roster.xlsx", at=NOW)
    city = Unit.objects.get(kind=UnitKind.CITY)
    return desk_of(make.person(Post.HQ_STAFF, unit=city, name="业务部"))


def problems(desk):
    return {one["row"]: one for one in desk.batch.result["problems"]}


@pytest.mark.long
def test_six_rows_are_corrected_or_dropped_and_the_import_is_taken_back(desk):
    answer = desk.upload(WORKBOOKS / "prospects.xlsx")
    batch = desk.batch
    assert (batch.state, batch.result["rows"], batch.result["bad"]) == ("checked", 902, 6)
    assert "要修改 6" in words(answer)
    assert list(problems(desk)) == [19, 43, 79, 122, 902, 903]
    assert len({one["errors"][0][1] for one in problems(desk).values()}) == 6

    # the tab is closed in the middle: another device goes on where this one was
    desk.post("fix", **{"c.0.19.0": ""})
    desk = Desk(type(desk.client)(), desk.folder, desk.who)
    assert "要修改 5" in words(desk.see()) and f"导入 {batch.result['good'] + 1} 行" in words(desk.see())

    owner = Person.objects.filter(prospects=None, appointments__post=Post.CLIENT_MANAGER).first()
    desk.post("fix", **{"c.0.43.10": "缘故"})
    desk.post("fix", **{"c.0.79.15": owner.employee_no})
    desk.post("fix", **{"c.0.122.1": "补上名字有限公司"})
    desk.post("fix", drop="0.902")
    answer = words(desk.post("fix", **{"c.0.903.0": ""}))
    likely = desk.batch.result["likely"]
    assert "要修改 0" in answer and f"可能重复 {likely}" in answer
    if likely:
        desk.post("fix", **{"accept-all": "1"})
    answer = words(desk.run())
    assert "已导入 901 行" in answer and "另弃 1 行" in answer
    assert Prospect.objects.count() == 901 and Contact.objects.count() >= 901

    assert "已整批撤回" in words(desk.post("undo"))
    assert Prospect.objects.count() == Contact.objects.count() == 0
    assert ImportBatch.objects.get().state == "undone"
