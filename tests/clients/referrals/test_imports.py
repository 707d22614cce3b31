"""转介绍 from a workbook: twice on one day, clients of one name, and who gave thanks."""

import pytest

from clients.referrals.models import Referral, ReferredName, Thanks
from org.posts import Post
from org.workbooks.account import Account, on_account_of
from tests import factories as make
from tests.org.workbooks.books import counts, imported

DAY = make.THURSDAY.isoformat()
CODE = "91370213MH5NGAEKEM"
FAMILIES = "名下有几个同名的家庭，表里分不出来：是同一家的先合并，不是的在页面上填"


@pytest.fixture
def mine(zhou):
    return make.prospect(zhou, "恒信五金")


def of(one, **more):
    return {"单位名称": one.name, "负责人工号": one.owner.employee_no, "日期": DAY, "请了谁": "张经理", **more}


def request(one, **more):
    title = make.talk_track(one.city).versions.get().title
    return of(one, 工号=one.owner.employee_no, 话术=title, **{"结果": "给了名字", **more})


def name(one, **more):
    return of(one, **{"姓名": "李总", "单位": "甲公司", "同意联系": DAY, **more})


def said(outcome):
    return [error.message for error in outcome.errors]


def test_a_second_request_of_a_day_follows_a_first(mine, tmp_path):
    lonely = {"转介绍": [request(mine, 第几次=3), request(mine, 第几次=1)]}
    outcome = imported(tmp_path, "referrals", lonely)
    assert set(said(outcome)) == {"「1」应是 2 到 99 的整数", "这一天还没有第 2 次"}
    twice = {
        "转介绍": [request(mine, 第几次=2), request(mine, 结果="以后再说")],
        "被介绍人": [name(mine, 第几次=2)],
        "致谢": [of(mine, 第几次=2, 致谢日期=DAY, 告诉了什么="成了")],
    }
    assert counts(imported(tmp_path, "referrals", twice)) == (4, 0, 0, 0)
    first, second = Referral.objects.order_by("recorded_at")
    assert (first.result, second.result, second.names.count(), second.thanks.count()) == ("later", "names", 1, 1)
    assert counts(imported(tmp_path, "referrals", twice)) == (0, 0, 4, 0)
    assert said(imported(tmp_path, "referrals", {"被介绍人": [name(mine)]})) == ["这一次的结果不是「给了名字」"]


def test_a_name_became_the_one_whose_code_stands_beside_it(mine, zhou, tmp_path):
    plain, coded = make.prospect(zhou, "瑞丰"), make.prospect(zhou, "瑞丰", uscc=CODE)
    rows = [name(mine, 登记为客户="瑞丰", 登记客户代码=CODE), name(mine, 姓名="王总", 登记为客户="瑞丰")]
    imported(tmp_path, "referrals", {"转介绍": [request(mine)], "被介绍人": rows})
    assert {one.name: one.prospect for one in ReferredName.objects.all()} == {"李总": coded, "王总": plain}


def test_of_two_with_one_name_none_is_chosen(mine, zhou, tmp_path):
    for kind in ("organisation", "household"):
        for _n in range(2):
            make.prospect(zhou, f"同名的{kind}", kind=kind)
    company, family = (make.prospect(zhou, f"同名的{kind}", kind=kind) for kind in ("organisation", "household"))
    rows = [name(mine, 姓名=one.name, 登记为客户=one.name) for one in (company, family)]
    told = said(imported(tmp_path, "referrals", {"转介绍": [request(mine)], "被介绍人": rows}))
    assert told == ["名下有几家同名的，写上登记客户代码", FAMILIES]
    told = said(imported(tmp_path, "cards", {"档案卡": [of(company), of(family)]}))
    assert told == ["名下有几家同名的，写上统一社会信用代码", FAMILIES]


def test_thanks_are_of_who_had_asked(mine, zhou, branch, tmp_path):
    keeper = Account()
    keeper.by = make.person(Post.BRANCH_CLERK, unit=branch)
    with on_account_of(keeper):
        thanks = [of(mine, 致谢日期=DAY, 告诉了什么="成了")]
        imported(tmp_path, "referrals", {"转介绍": [request(mine)], "致谢": thanks})
    assert Thanks.objects.get().by == zhou
