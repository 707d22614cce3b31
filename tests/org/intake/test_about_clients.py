"""Cards, referrals, events and the ten items on the import pages: whose clients, in which words, and taken back."""

import json
import resource
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from clients.checklist.models import Answer, ConsultationChecklist, HealthAnswer
from clients.events.models import ClientEvent, Guest
from clients.profiles.models import CardConsent, ClientProfile, Stakeholder
from clients.prospects.models import Contact
from clients.prospects.named import AboutClients
from clients.referrals.models import Referral, ReferredName
from org.posts import Post
from org.trace.models import Trace
from org.workbooks.importing import importers
from tests import factories as make
from tests.org.intake.conftest import NOW, words
from tests.org.workbooks.books import columns, save

NOBODY = "没有这家客户，或者它不在你可以导入的范围内"
YESTERDAY = (make.THURSDAY - timedelta(days=1)).isoformat()


def of(one, **more):
    return {"统一社会信用代码": one.uscc, "单位名称": one.name, "负责人工号": one.owner.employee_no, **more}


def book(desk, kind, **sheets):
    path = save(desk.folder / "表.xlsx", {name: columns(rows) for name, rows in sheets.items()})
    return words(desk.upload(path, kind))


def person(one, name="李总", **more):
    return of(one, **{"姓名": name, "角色": "决策人", **more})


@pytest.fixture
def mine(zhou):
    return make.prospect(zhou, "恒信五金")


def test_a_client_out_of_reach_is_answered_like_one_that_is_not_there(desk_of, zhou, stranger, department, mine):
    colleague = make.person(Post.CLIENT_MANAGER, unit=department)
    others = [make.prospect(colleague, "同事的", uscc="91370213MH5NGAEKEM"), make.prospect(stranger, "外支的")]
    pooled = make.prospect(zhou, "公海的", released_at=make.at(make.MONDAY))
    nowhere = [of(others[0], 单位名称="没有的", 统一社会信用代码=""), of(mine, 负责人工号="E99999")]
    rows = [*(of(one) for one in (*others, pooled)), *nowhere, of(others[0], 负责人工号=zhou.employee_no)]
    desk = desk_of(zhou)
    answer = book(desk, "cards", 干系人=[{**one, "姓名": "李总", "角色": "决策人"} for one in (*rows, of(mine))])
    assert answer.count(NOBODY) == len(rows) == 6 and "可导入 1" in answer
    assert {tuple(one[1] for one in row["errors"]) for row in desk.batch.result["problems"]} == {(NOBODY,)}
    desk.run()
    assert [one.prospect for one in Stakeholder.objects.all()] == [mine]
    given = load_workbook(BytesIO(desk.client.get(f"{desk.address}problems/").content)).active
    assert [row[-1] for row in given.iter_rows(min_row=2, values_only=True)] == [f"单位名称：{NOBODY}"] * 6


def test_who_looked_further_would_be_seen(desk_of, zhou, stranger, monkeypatch):
    """The control of the test above."""
    theirs = make.prospect(stranger, "外支的")
    assert "可导入 0" in book(desk_of(zhou), "cards", 干系人=[person(theirs)])
    monkeypatch.setattr(AboutClients, "reaching", lambda *given: None)
    assert "可导入 1" in book(desk_of(zhou), "cards", 干系人=[person(theirs)])


def test_the_clerk_brings_the_cards_of_the_branch_and_takes_them_back(desk, clerk, zhou, stranger, mine):
    theirs = make.prospect(stranger, "外支的")
    known = make.stakeholder(mine, "王总", title="经理", attitude="for")
    told = {"法定代表人": "欧阳", "社保": "城镇社保", "年度预算": 48600.5, "1 类": 40}
    sheets = {
        "档案卡": [of(mine, **told), of(theirs)],
        "干系人": [person(mine), person(mine, "王总", 职务="总经理"), person(mine, "赵总", 角色="老板")],
        "现有保障与竞争": [of(mine, 公司="太保", 险种="团意", 类别="现保")] * 2,
        "知情同意": [of(mine, 用途="电话和信息联系", 同意人="李总", 同意日期="2026-01-01")],
    }
    assert "可导入 5" in book(desk, "cards", **sheets) and "要修改 2" in words(desk.see())
    desk.run()
    mine.refresh_from_db()
    known.refresh_from_db()
    card = ClientProfile.objects.get()
    assert (card.legal_representative, card.class_1, card.changed_by) == ("欧阳", 40, clerk)
    assert (mine.social_insurance, mine.budget, mine.card_made_at) == ("城镇社保", 48600.5, mine.card_made_at)
    assert mine.card_made_at and (known.title, known.attitude, known.changed_by) == ("总经理", "for", clerk)
    assert mine.card_covers.count() == 2 and not CardConsent.objects.exists()
    book(desk, "cards", **sheets)
    desk.run()
    assert desk.batch.result["tally"] == {"created": 0, "updated": 0, "unchanged": 5}
    first = type(desk.batch).objects.filter(person=clerk).earliest("created_at")
    answer = desk.client.post(f"/imports/{first.pk}/undo/", follow=True)
    assert "已整批撤回" in words(answer), words(answer)
    mine.refresh_from_db()
    known.refresh_from_db()
    assert not ClientProfile.objects.exists() and not mine.card_covers.exists()
    assert (mine.social_insurance, mine.budget, mine.card_made_at) == ("", None, None)
    assert (known.title, known.changed_by, known.changed_at) == ("经理", zhou, make.at(make.THURSDAY))


def test_a_cell_is_corrected_in_place(desk, mine):
    assert "要修改 1" in book(desk, "cards", 干系人=[person(mine, 角色="老板")])
    column = [one.name for one in importers()["cards"].tables[1].columns].index("角色")
    assert "可导入 1" in words(desk.fix(**{f"c_1_2_{column}": "决策人"}))
    desk.run()
    assert Stakeholder.objects.get().role == "decides"


def test_referrals_bring_no_name_that_did_not_agree(desk_of, zhou, stranger, mine):
    title = make.talk_track(mine.city).versions.get().title
    theirs = make.prospect(stranger, "外支的")
    asked = {"日期": YESTERDAY, "请了谁": "张经理"}
    request = of(
        mine, **asked, 工号=zhou.employee_no, 话术=title, 结果="给了名字", 没同意联系的人数=2, 说到的步骤="1、6、99"
    )
    names = [
        of(mine, **asked, 姓名="李总", 单位="甲公司", 同意联系=YESTERDAY, 电话="13812345521"),
        of(mine, **asked, 姓名="王总", 单位="乙公司"),
        of(mine, **asked, 姓名="赵总", 单位="丙公司", 同意联系="2026-12-01"),
        of(
            mine,
            **asked,
            姓名="钱总",
            单位="外支的",
            同意联系=YESTERDAY,
            登记为客户="外支的",
            登记客户负责人=stranger.employee_no,
        ),
        of(mine, 日期=YESTERDAY, 请了谁="没请过", 姓名="孙总", 单位="丁公司", 同意联系=YESTERDAY),
    ]
    other = {**request, "请了谁": "别人", "工号": stranger.employee_no}
    desk = desk_of(zhou)
    answer = book(
        desk, "referrals", 转介绍=[request, other, {**request, "请了谁": "X", "话术": "没有的"}], 被介绍人=names
    )
    assert "可导入 2" in answer and "要修改 6" in answer
    for said in (
        "不能为空",
        "同意的日期在请他介绍那天到今天之间",
        NOBODY,
        "没有这一天请过他的记录",
        "话术库里没有「没有的」",
    ):
        assert said in answer, said
    desk.run()
    made = Referral.objects.get()
    assert (made.asked_on.isoformat(), made.withheld, made.steps_done) == (YESTERDAY, 2, [0, 5])
    assert [(one.name, one.phone) for one in ReferredName.objects.all()] == [("李总", "13812345521")]
    assert theirs.referrals.count() == 0
    assert "已整批撤回" in words(desk.post("undo")) and not Referral.objects.exists()


def test_who_wants_to_be_left_alone_is_not_invited_by_a_list(desk_of, zhou, stranger, mine):
    Contact.objects.filter(prospect=mine).update(do_not_disturb_since=make.MONDAY)
    quiet = mine.contacts.get().name
    event = {"工号": zhou.employee_no, "日期": "2026-12-01", "主题": "年会"}
    given = {"类别": "答谢会", "地点": "二楼", "主持人": "周婷", "状态": "筹备中"}
    guests = [
        {**event, **of(mine), "姓名": quiet, "到场": "已邀请"},
        {**event, **of(mine), "姓名": "李总", "到场": "已邀请"},
        {**event, **of(mine), "姓名": "王总", "到场": "到场"},
        {**event, **of(make.prospect(stranger, "外支的")), "姓名": "赵总", "到场": "已邀请"},
    ]
    desk = desk_of(zhou)
    theirs = {**event, **given, "工号": stranger.employee_no}
    answer = book(desk, "events", 客户活动=[{**event, **given}, theirs], 嘉宾=guests)
    assert "可导入 2" in answer and "标了勿扰，不能邀请" in answer and NOBODY in answer
    assert "活动举办以后才能写到场和跟进" in answer
    desk.run()
    assert [one.name for one in Guest.objects.all()] == ["李总"]
    ClientEvent.objects.update(state="held")
    assert "状态不能再改" in book(desk, "events", 客户活动=[{**event, **given}])


@pytest.fixture
def family(zhou):
    return make.household(zhou)


def test_the_ten_items_of_ones_own_families_without_children_and_health(
    desk_of, zhou, manager, department, family, mine
):
    colleague = make.household(make.person(Post.CLIENT_MANAGER, unit=department), "王女士一家")
    sheets = {
        "十项资料": [of(family, 所在城市="青岛", 存款=1000), of(colleague, 所在城市="济南"), of(mine, 所在城市="烟台")],
        "家庭成员": [of(family, 是谁="本人", 年龄=30), of(family, 是谁="子女", 年龄=2), of(family, 是谁="子女")],
        "收入": [of(family, 是谁="本人", 一年收入="96000.00"), of(family, 是谁="子女", 一年收入=1)],
        "健康状况": [of(family, 健康="高血压")],
    }
    desk = desk_of(zhou)
    answer = book(desk, "checklists", **sheets)
    assert "可导入 1" in answer and answer.count(NOBODY) == 2 and answer.count("孩子的资料不能导入") == 3
    for place in ("1.3", "1.4", "2.3"):
        answer = words(desk.post("fix", drop=place))
    assert "可导入 3" in answer
    desk.run()
    answers = dict(Answer.objects.values_list("item", "value"))
    assert answers == {
        "family": {"city": "青岛", "members": [{"relation": "self", "age": 30}]},
        "assets": {"deposits": "1000"},
        "income": {"earners": [{"who": "self", "yearly": "96000"}]},
    }
    assert not HealthAnswer.objects.exists() and ConsultationChecklist.objects.get().guardian_agreed_at is None
    assert "青岛" not in str(list(Trace.objects.values_list("changes", flat=True)))
    assert desk_of(manager).upload(desk.folder / "表.xlsx", "checklists").status_code == 422


def test_what_is_known_of_a_child_stays_in_the_list_of_the_family(desk_of, zhou, family):
    child = {"relation": "child", "age": 2}
    made = ConsultationChecklist.objects.create(
        prospect=family, person=zhou, guardian_agreed_at=NOW, created_at=NOW, changed_at=NOW
    )
    given = {"city": "青岛", "members": [child, {"relation": "self", "age": 30}]}
    Answer.objects.create(checklist=made, item="family", value=given, source="client", at=NOW)
    desk = desk_of(zhou)
    book(desk, "checklists", 家庭成员=[of(family, 是谁="本人", 年龄=31)])
    desk.run()
    answer = Answer.objects.get()
    assert answer.value == {"city": "青岛", "members": [{"relation": "self", "age": 31}, child]}
    assert answer.source == "client"
    taken = desk.client.post(f"/clients/{family.pk}/checklist/export/")
    book_taken = load_workbook(BytesIO(taken.content))  # his own words rest on his consent alone
    assert book_taken["家庭成员"].max_row == 1 and "青岛" not in str([list(one.values) for one in book_taken])
    assert "已整批撤回" in words(desk.post("undo"))
    answer.refresh_from_db()
    assert answer.value == given


def exported(*args):
    out = StringIO()
    call_command("export", *map(str, args), stdout=out)
    return out.getvalue()


def test_the_command_exports_in_the_name_of_who_may(db, clock_at, tmp_path, zhou, hq, manager, mine, family, capsys):
    clock_at(NOW)
    for kind in ("prospects", "policies", "cards", "referrals", "events"):
        exported(kind, tmp_path / "out.xlsx", "--as", hq.employee_no)
        book = load_workbook(tmp_path / "out.xlsx")
        assert hq.employee_no in (mark := book.worksheets[0].oddHeader.right.text) and "经命令行" in mark
        assert f"{hq.name} {hq.employee_no}" in str(list(book["说明"].values))
        with pytest.raises(CommandError, match="不能导出这类工作簿") as refused:
            exported(kind, tmp_path / "no.xlsx", "--as", manager.employee_no)
        assert refused.value.returncode == 2
    taken = Trace.objects.filter(verb="export_list")
    assert taken.filter(actor="operator", by=None, changes__for=hq.employee_no).count() == taken.count() == 5
    assert not (tmp_path / "no.xlsx").exists()
    exported("checklists", "--out", tmp_path / "own.xlsx", "--as", zhou.employee_no)
    for wrong in (["cards"], ["cards", "--as", "E99999", "x.xlsx"], ["fines", "--as", hq.employee_no], ["prospects"]):
        with pytest.raises(CommandError):
            exported(*wrong)
    exported("prospects", "--from", "1990-01-01", "--to", "2026-11-30")
    rows = json.loads(capsys.readouterr().out)
    assert {one["name"] for one in rows} == {mine.name, family.name} and "13812345521" not in str(rows)
    assert taken.filter(actor="operator").exclude(changes__has_key="for").count() == 1


def test_a_target_that_cannot_be_written_is_refused_and_nothing_is_traced(db, clock_at, tmp_path, hq, mine):
    clock_at(NOW)
    nowhere, weeks = tmp_path / "nowhere", ("--from", "1990-01-01", "--to", "2026-11-30")
    nowhere.symlink_to(tmp_path / "missing" / "x")
    for given in (
        ("cards", nowhere, "--as", hq.employee_no),
        *(("prospects", nowhere, *weeks, "--format", one) for one in ("json", "csv", "xlsx")),
        ("prospects", tmp_path / "a.json", "--out", tmp_path / "b.json", *weeks),
        ("cards", tmp_path / "a.csv", "--as", hq.employee_no),
    ):
        with pytest.raises(CommandError) as refused:
            exported(*given)
        assert refused.value.returncode == 2, given
    assert not Trace.objects.filter(verb="export_list").exists()
    assert [one.name for one in tmp_path.iterdir()] == ["nowhere"]


def test_the_name_of_the_file_says_its_format(db, clock_at, tmp_path, mine):
    clock_at(NOW)
    begins = {"a.xlsx": b"PK", "a.CSV": b"\xef\xbb\xbfregistered_on,", "a.json": b"[", "a.txt": b"["}
    for name, begin in begins.items():
        exported("prospects", tmp_path / name, "--from", "1990-01-01", "--to", "2026-11-30")
        assert (tmp_path / name).read_bytes().startswith(begin), name


@pytest.fixture
def full_disk():
    """Of any file not more than ten bytes are taken."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_that_broke_off_is_taken_away(db, clock_at, tmp_path, mine, full_disk):
    clock_at(NOW)
    kept = tmp_path / "b.json"
    kept.write_text("before")
    for path in (tmp_path / "a.json", kept):
        with pytest.raises(CommandError, match="不能写到"):
            exported("prospects", path, "--from", "1990-01-01", "--to", "2026-11-30")
    assert not any(tmp_path.iterdir()) and not Trace.objects.filter(verb="export_list").exists()
