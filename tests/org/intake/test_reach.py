"""Who may import what: kinds by post, rows by reach, and nothing of somebody out of reach is touched."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.limits.models import Spent
from clients.policies.models import Policy
from clients.profiles.models import Stakeholder
from clients.prospects.models import Prospect
from clients.referrals.models import Thanks
from org.people.models import Appointment, Person
from org.posts import Post
from org.trace.models import Trace
from org.units.models import Unit
from org.workbooks.reading import read
from tests import factories as make
from tests.org.intake.conftest import NOW, row, words
from tests.org.workbooks.books import columns, save


@pytest.mark.parametrize(
    ("post", "kinds"),
    [
        (Post.CLIENT_MANAGER, ["准客户"]),
        (Post.DEPARTMENT_MANAGER, ["准客户"]),
        (Post.BRANCH_CLERK, ["准客户", "承保清单"]),
        (Post.HQ_STAFF, ["准客户", "承保清单", "活动量"]),
        (Post.SYSTEM_ADMIN, ["花名册"]),
        (Post.TEAM_LEADER, None),
        (Post.BRANCH_DEPUTY_GM, None),
        (Post.AUDITOR, None),
    ],
)
def test_kinds_by_post(desk_of, department, post, kinds):
    desk = desk_of(make.person(post, unit=make.home_of(post, department)))
    answer = desk.client.get("/imports/")
    if kinds is None:
        assert answer.status_code == 403
    else:
        assert [kind for kind in ("准客户", "承保清单", "活动量", "花名册") if f"{kind}模板" in words(answer)] == kinds


def test_another_kind_than_ones_own_is_not_taken(desk, zhou, tmp_path):
    answer = desk.rows(row(zhou), kind="roster")
    assert answer.status_code == 422 and "不在可用的选项中" in words(answer)


def test_a_row_for_somebody_of_another_branch_is_refused(desk, zhou, stranger):
    answer = desk.rows(row(zhou), row(stranger, 单位名称="远山旅行社"))
    assert f"工号「{stranger.employee_no}」不在你可以导入的范围内" in words(answer)
    desk.run()
    assert set(Prospect.objects.values_list("name", flat=True)) == {"恒信五金"}


def test_a_client_manager_imports_his_own(desk_of, zhou, department):
    other = make.person(Post.CLIENT_MANAGER, unit=department)
    answer = desk_of(zhou).rows(row(zhou), row(other, 单位名称="远山旅行社"))
    assert "可导入 1" in words(answer) and "要修改 1" in words(answer)


def test_a_manager_imports_for_his_department_only(desk_of, manager, zhou, branch):
    other = make.person(Post.CLIENT_MANAGER, unit=make.department(branch, "370202S"))
    answer = desk_of(manager).rows(row(zhou), row(other, 单位名称="远山旅行社"))
    assert "可导入 1" in words(answer) and "不在你可以导入的范围内" in words(answer)


def test_a_client_of_another_branch_is_not_taken_over_by_its_code(desk, zhou, stranger):
    theirs = make.prospect(stranger, "远山旅行社", uscc="91350211M000100Y46")
    answer = desk.rows(row(zhou, 单位名称="远山旅行社", 统一社会信用代码="91350211M000100Y46"))
    assert "这家单位已有人报备，不能由你导入" in words(answer) and stranger.name not in words(answer)
    desk.run()
    theirs.refresh_from_db()
    assert theirs.owner == stranger


def policy(seller, number="P1", **more):
    given = {"保单号": number, "投保单位": "恒信五金", "险种": "团意险", "新保续保": "新保", "保费": 10_000}
    return {**given, "承保日期": "2026-11-02", "工号": seller.employee_no, **more}


def test_policies_of_another_branch_are_not_touched(desk, zhou, stranger):
    desk.rows(policy(zhou), sheet="承保", kind="policies")
    desk.run()
    Policy.objects.update(seller=stranger, unit=stranger.appointments.get().unit)
    answer = desk.rows(policy(zhou), policy(stranger, "P2"), sheet="承保", kind="policies")
    assert "这张保单在别的单位名下" in words(answer) and "不在你可以导入的范围内" in words(answer)


def test_policies_are_taken_back(desk, zhou):
    desk.rows(policy(zhou), sheet="承保", kind="policies")
    desk.run()
    desk.rows(policy(zhou, 保费=20_000), policy(zhou, "P2"), sheet="承保", kind="policies")
    desk.run()
    assert {one.number: one.premium for one in Policy.objects.all()} == {"P1": 20_000, "P2": 10_000}
    desk.post("undo")
    assert {one.number: one.premium for one in Policy.objects.all()} == {"P1": 10_000}


def person_row(number, name="新人"):
    return {"工号": number, "姓名": name, "入司日期": "2026-11-01"}


def roster(folder, **sheets):
    return save(folder / "花名册.xlsx", {name: columns(rows) for name, rows in sheets.items()})


@pytest.fixture
def admin(desk_of, city):
    return desk_of(make.person(Post.SYSTEM_ADMIN, unit=city))


def test_a_roster_is_imported_and_taken_back(admin, branch, zhou, tmp_path):
    make.rules()
    path = roster(
        tmp_path,
        单位=[{"单位代码": "370202X", "名称": "新团体部", "类型": "团体部", "上级代码": branch.code}],
        人员=[person_row("E70001"), {"工号": zhou.employee_no, "姓名": "周婷婷", "入司日期": "2020-01-01"}],
        任职=[{"工号": "E70001", "单位代码": "370202X", "岗位": "客户经理", "起": "2026-11-01"}],
    )
    assert "可导入 4" in words(admin.upload(path, "roster"))
    admin.run()
    zhou.refresh_from_db()
    assert zhou.name == "周婷婷" and Appointment.objects.get(person__employee_no="E70001").unit.name == "新团体部"
    assert "已整批撤回" in words(admin.post("undo"))
    zhou.refresh_from_db()
    assert zhou.name == "周婷" and not Unit.objects.filter(code="370202X").exists()
    assert not Person.objects.filter(employee_no="E70001").exists()


def test_a_roster_reaches_no_other_city(admin, branch, tmp_path):
    other = make.branch(make.city("3706", "烟台市公司"), "370602", "芝罘支公司")
    theirs = make.person(Post.CLIENT_MANAGER, unit=make.department(other))
    path = roster(
        tmp_path,
        单位=[
            {"单位代码": "370602", "名称": "改了名", "类型": "基层单位", "上级代码": "3706"},
            {"单位代码": "370602", "名称": "搬了家", "类型": "基层单位", "上级代码": "3702"},
            {"单位代码": "370202", "名称": "搬出去", "类型": "基层单位", "上级代码": "3706"},
            {"单位代码": "3799", "名称": "新市公司", "类型": "市公司"},
        ],
        人员=[person_row(theirs.employee_no, "改了名")],
        任职=[{"工号": theirs.employee_no, "单位代码": "370602", "岗位": "客户经理", "起": "2026-11-01"}],
    )
    answer = admin.upload(path, "roster")
    assert "可导入 0" in words(answer)
    assert words(answer).count("不在你可以导入的范围内") == 5


def test_a_branch_is_not_lifted_out_of_its_city(admin, city, branch, tmp_path):
    path = roster(
        tmp_path,
        单位=[
            {"单位代码": branch.code, "名称": "自立门户", "类型": "市公司"},
            {"单位代码": city.code, "名称": "改名的市公司", "类型": "市公司"},
        ],
    )
    assert "可导入 1" in words(admin.upload(path, "roster"))


def post_row(who, unit, post="客户经理", **more):
    return {"工号": who.employee_no, "单位代码": unit.code, "岗位": post, "起": "2026-11-01", **more}


def test_nobody_is_pulled_over_from_another_city(admin, department, zhou, tmp_path):
    other = make.branch(make.city("3706", "烟台市公司"), "370602", "芝罘支公司")
    theirs = make.person(Post.CLIENT_MANAGER, unit=make.department(other))
    path = roster(tmp_path, 任职=[post_row(theirs, department), post_row(zhou, department, "组长")])
    answer = words(admin.upload(path, "roster"))
    assert "可导入 1" in answer and answer.count("不在你可以导入的范围内") == 1


def test_two_persons_for_oneself_and_for_who_leads(admin, city, branch, department, deputy, zhou, tmp_path):
    stands = deputy.appointments.get()
    path = roster(
        tmp_path,
        任职=[
            post_row(admin.who, department),
            post_row(zhou, branch, "分管总"),
            post_row(zhou, city, "市公司领导"),
            post_row(deputy, branch, "分管总", 起=stands.starts_on.isoformat(), 止="2026-12-31"),
            post_row(zhou, department, "组长"),
        ],
    )
    answer = words(admin.upload(path, "roster"))
    assert "可导入 2" in answer and answer.count("自己的任职要由别人导入") == 1
    assert answer.count("分管总以上的任职要市公司分管总同意") == 2
    admin.run()
    stands.refresh_from_db()
    assert stands.ends_on.isoformat() == "2026-12-31"
    assert not admin.who.appointments.exclude(post=Post.SYSTEM_ADMIN).exists()
    (tmp_path / "problems.xlsx").write_bytes(admin.client.get(f"{admin.address}problems/").content)
    assert len(read(tmp_path / "problems.xlsx")[0].rows) == 3


def test_a_name_is_not_taken_from_a_colleague_by_a_list(desk_of, zhou, department):
    colleague = make.person(Post.CLIENT_MANAGER, unit=department)
    make.prospect(colleague, "恒信五金", uscc="91370213MH5NGAEKEM")
    rows = row(zhou, 单位名称="恒信 五金"), row(zhou, 统一社会信用代码="91370283AB20WDX7H2"), row(zhou, 单位名称="安泰")
    answer = words(desk_of(zhou).rows(*rows))
    assert "可导入 2" in answer and answer.count("这家单位已有人报备，不能由你导入") == 1


@pytest.fixture
def three_taken(zhou, department):
    """Three companies of a colleague, and the limit of two a day."""
    make.rules(protection={"collisions_a_day": 2})
    colleague = make.person(Post.CLIENT_MANAGER, unit=department)
    return [make.prospect(colleague, f"客户{number}").name for number in range(3)]


def collisions(who):
    return sum(Spent.objects.filter(person=who, kind=Spent.Kind.COLLISION).values_list("times", flat=True))


def test_asking_by_a_list_that_is_only_checked_ends_with_the_days_limit(desk_of, zhou, three_taken):
    """A check that is rolled back counts too; the same rows checked or imported again are told once."""
    desk = desk_of(zhou)
    answer = words(desk.rows(row(zhou, 单位名称="客户0"), row(zhou, 单位名称="客户1"), row(zhou)))
    assert answer.count("这家单位已有人报备，不能由你导入") == 2 and "可导入 1" in answer
    assert collisions(zhou) == 2 and not Prospect.objects.filter(owner=zhou).exists()
    desk.run()
    assert collisions(zhou) == 2 and Prospect.objects.filter(owner=zhou).count() == 1
    for asked in ("客户2", "没人要的"):
        answer = words(desk.rows(row(zhou, 单位名称=asked)))
        assert "今天不再核对" in answer and "已有人报备，不能由你" not in answer and "可导入" not in answer
        assert desk.batch.state == "columns" and not desk.batch.result.get("problems")
    assert collisions(zhou) == 2
    told = [one.changes for one in Trace.objects.filter(by=zhou, verb="collide")]
    said = sorted((one["by_list"], one["answered"]) for one in told)
    assert said == [([], False), (["客户0", "客户1"], True), (["客户2"], False)]


def test_a_list_of_more_taken_than_a_days_limit_says_nothing_of_any(desk_of, zhou, three_taken):
    answer = words(desk_of(zhou).rows(*[row(zhou, 单位名称=name) for name in three_taken], row(zhou)))
    assert "超过一天 2 次" in answer and "客户1" not in answer
    assert collisions(zhou) == 2


def test_who_vouches_for_his_department_is_not_counted(desk_of, manager, zhou, three_taken):
    answer = words(desk_of(manager).rows(*[row(zhou, 单位名称=name) for name in three_taken]))
    assert "可能重复 3" in answer and collisions(manager) == 0


def test_a_client_in_the_pool_is_claimed_not_imported(desk_of, clerk, zhou, department):
    gone = make.prospect(zhou, "恒信五金", released_at=make.at(make.MONDAY))
    other, code = make.person(Post.CLIENT_MANAGER, unit=department), "91370213MH5NGAEKEM"
    coded = make.prospect(other, "安泰", uscc=code, released_at=make.at(make.MONDAY))
    mine = desk_of(zhou).rows(row(zhou))
    assert "可导入 0" in words(mine) and "这家单位在公海，先领取再导入" in words(mine)
    desk = desk_of(clerk)
    answer = words(desk.rows(row(zhou), row(zhou, 单位名称="安泰", 统一社会信用代码=code), row(zhou, 单位名称="远山")))
    assert answer.count("这家单位在公海，先领取再导入") == 2 and "可导入 1" in answer
    desk.run()
    for one, owner in ((gone, zhou), (coded, other)):
        one.refresh_from_db()
        assert one.owner == owner and one.released_at
    assert Prospect.objects.filter(name="远山", owner=zhou).exists()


def test_a_manager_sees_the_same_name_as_a_possible_double(desk, zhou, department):
    make.prospect(make.person(Post.CLIENT_MANAGER, unit=department), "恒信五金")
    assert "可能重复 1" in words(desk.rows(row(zhou)))


def test_nobody_dates_his_own_registrations_back(desk_of, manager, zhou):
    rows = row(zhou, 登记日期="2026-08-02"), row(zhou, 单位名称="安泰", 陪访级次=3), row(zhou, 单位名称="新禾")
    answer = words(desk_of(zhou).rows(*rows))
    assert "可导入 1" in answer
    assert "早于今天的登记日期由团体部经理导入" in answer and "陪访级次由团体部经理导入" in answer
    assert "可导入 3" in words(desk_of(manager).rows(*rows))


def card_of(one, *names):
    key = {"单位名称": one.name, "负责人工号": one.owner.employee_no}
    return {"干系人": columns([{**key, "姓名": name, "角色": "决策人"} for name in names])}


GONE = "1 家客户已回到公海、已合并或不在你可以导入的范围内"


def test_the_card_of_a_client_that_was_handed_on_is_not_taken_back(desk_of, zhou, stranger, tmp_path):
    mine = make.prospect(zhou, "恒信五金")
    desk = desk_of(zhou)
    desk.upload(save(tmp_path / "a.xlsx", card_of(mine, "李总", "王总")), "cards")
    desk.run()
    home = stranger.appointments.get().unit
    for changes in (
        {"owner": stranger, "unit": home},
        {"released_at": NOW},
        {"merged_into": make.prospect(zhou, "恒信")},
    ):
        was = {name: getattr(mine, name) for name in changes}
        Prospect.everything.filter(pk=mine.pk).update(**changes)
        assert GONE in words(desk.post("undo")), changes
        assert Stakeholder.objects.filter(prospect=mine.pk).count() == 2
        Prospect.everything.filter(pk=mine.pk).update(**was)
    assert "已整批撤回" in words(desk.post("undo")) and not Stakeholder.objects.exists()


def test_nor_the_thanks_for_a_request_that_was_known(desk_of, zhou, stranger, tmp_path):
    """What hangs on a client by another row."""
    mine = make.prospect(zhou, "恒信五金")
    asked = make.referral(mine)
    key = {"单位名称": mine.name, "负责人工号": zhou.employee_no, "日期": make.THURSDAY.isoformat()}
    said = {**key, "请了谁": asked.contact, "致谢日期": make.THURSDAY.isoformat(), "告诉了什么": "成了"}
    desk = desk_of(zhou)
    desk.upload(save(tmp_path / "a.xlsx", {"致谢": columns([said])}), "referrals")
    desk.run()
    Prospect.objects.filter(pk=mine.pk).update(owner=stranger)
    assert GONE in words(desk.post("undo")) and Thanks.objects.exists()


def test_who_takes_back_holds_the_rows_before_comparing_them(desk_of, zhou, tmp_path):
    """An edit that is committed between the comparison and the deletion would be lost."""
    mine = make.prospect(zhou, "恒信五金")
    make.stakeholder(mine, "王总", role="pays")
    desk = desk_of(zhou)
    desk.upload(save(tmp_path / "a.xlsx", card_of(mine, "李总", "王总")), "cards")
    desk.run()
    with CaptureQueriesContext(connection) as asked:
        assert "已整批撤回" in words(desk.post("undo"))
    told = [one["sql"] for one in asked.captured_queries]

    def place(*parts):
        return [n for n, sql in enumerate(told) if all(part in sql for part in parts)]

    held = place("FOR UPDATE", 'FROM "clients_stakeholder"')
    (client,) = place("FOR UPDATE", 'FROM "clients_prospect"', '"owner_id"')
    compared = place("to_jsonb", "clients_stakeholder") + place("SELECT", 'FROM "clients_stakeholder"', '"role"')
    assert len(held) == 2 and len(compared) >= 2
    assert client < min(held) and max(held) < min(n for n in compared if n > client)
