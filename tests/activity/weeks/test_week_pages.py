"""我的一周 as the regulation says it: required, done and missing, what the close does, and who reads it."""

from datetime import date, timedelta

import pytest
from lxml import html

from activity.assessment.models import WeekAssessment
from org.absences.models import AbsenceRequest
from org.posts import Post
from org.trials.models import TrialRun
from tests import factories as make
from tests.activity.weeks.reading import CLOSED, FRIDAY, LAST, NOW, WEEK, a_full_week, close, did, of

# While the week runs


def test_what_is_required_done_and_missing(rules, read, zhou):
    did(zhou, make.MONDAY, 6, 3, 1, 1)
    said = read("/week/")
    assert "应完成 5 天" in said
    assert "电话 6 /30 还差 24 每天 6 × 5 天 = 30" in said
    assert "有效拜访 3 /15 还差 12" in said


def test_half_a_day_owes_13_5_visits_and_14_are_needed(rules, read, zhou):
    make.absence(zhou, make.MONDAY, "pm")
    a_full_week(zhou, visits=2)
    said = read(of(zhou))
    assert "应完成 4 天半" in said and "不要求：请假 半天" in said
    assert "每天 3 × 4 天半 = 13.5，整数算 14" in said
    assert "有效拜访 13 /14 还差 1" in said
    assert "按现在的数，11月24日 12:00 关账会记为未达，差 1 拜访" in said


def test_what_the_close_would_do_is_said_without_threats(rules, read, zhou):
    said = read("/week/")
    assert "上一个考核周也未达" not in said
    assert "连续第 1 周未达；连续满两周才会提议扣 ¥50" in said


def test_while_days_remain_it_says_what_is_left_to_do_and_no_more(rules, read, client, zhou, clock_at):
    zhou.appointments.update(starts_on=LAST.monday - timedelta(weeks=2))
    for at in (make.at(make.MONDAY, 0), make.at(make.THURSDAY, 23)):
        said = read("/week/", at=at)
        assert "暂计 进行中" in said and "还差 30 电话 15 拜访 5 准客户 5 学习" in said
        assert not [word for word in ("按现在的数", "扣 ¥", "这一周未达", "连续第 4 周未达") if word in said]
        page = html.fromstring(client.get("/week/").content)
        assert not page.xpath(
            "//h2[.='暂计']/ancestor::section//*[contains(@class, 'pill') and contains(@class, 'warn')]"
        )
    said = read("/week/", at=make.at(FRIDAY, 0))
    assert "暂计 未达" in said and "按现在的数" in said and "连续满两周才会提议扣 ¥50" in said


def test_it_is_late_enough_when_no_day_that_is_left_requires_anything(rules, read, zhou):
    for half in ("am", "pm"):
        make.absence(zhou, FRIDAY, half)
    assert "按现在的数，11月24日 12:00 关账会记为未达" in read("/week/", at=make.at(make.THURSDAY, 0))


def test_of_a_week_before_that_is_open_it_says_so_far(rules, read, zhou):
    zhou.appointments.update(starts_on=LAST.monday)
    for day in WEEK.days[2:5]:
        for half in ("am", "pm"):
            make.absence(zhou, day, half)
    said = read("/week/", at=make.at(WEEK.days[1], 9))
    assert "上周暂计未达，按现在的数是连续第 2 周未达，满两周；如果到关账时还不够，会提议扣 ¥50，由分管总确认" in said


def test_after_a_short_week_the_second_would_propose(rules, read, zhou, clock_at):
    zhou.appointments.update(starts_on=LAST.monday)
    close(clock_at, make.at(WEEK.monday + timedelta(days=1), 12, 1))
    said = read("/week/")
    assert "连续第 2 周未达，满两周；如果到关账时还不够，会提议扣 ¥50，由分管总确认" in said
    assert "11.9–11.15（第 46 周） 未达 连续第 1 周，差 30 电话 15 拜访 5 准客户 5 学习" in said


def test_on_monday_the_week_before_is_still_open_and_counts_as_it_stands(rules, read, zhou):
    zhou.appointments.update(starts_on=LAST.monday)
    said = read("/week/", at=make.at(make.MONDAY, 9))
    assert "还差 30 电话" in said and "暂计未达 还没关账，连续第 1 周" in said


@pytest.mark.parametrize(
    ("fines", "said"),
    [
        ({"effect": "record"}, "提议扣罚（只记录，不涉及金额）"),
        ({"effect": "points"}, "提议扣 50 分"),
        ({"label": "绩效扣减", "two_short_weeks_yuan": 30}, "提议绩效扣减 ¥30"),
    ],
)
def test_label_and_effect_are_those_of_the_rules(read, zhou, fines, said):
    make.rules(date(2026, 9, 14), fines=fines)
    assert said in read("/week/")


def test_a_fine_of_nothing_is_not_spoken_of(read, zhou):
    make.rules(date(2026, 9, 14), fines={"two_short_weeks_yuan": 0})
    said = read("/week/")
    assert "连续第 1 周未达" in said and "扣罚" not in said


def test_what_is_written_and_not_handed_in_is_said_beside_it(rules, read, zhou, manager):
    make.call(zhou)
    make.call(zhou)
    assert "还没提交或没被接受的日志里另有 2 电话，提交、接受后才计入" in read("/week/")
    assert "另有" not in read(of(zhou), manager)  # a draft is hers alone


def test_a_met_week(rules, read, zhou):
    a_full_week(zhou)
    said = read("/week/")
    assert "按现在的数，11月24日 12:00 关账会记为达标" in said and "还差" not in said


def test_less_than_two_days_are_exempt(rules, read, zhou):
    for day in WEEK.days[:4]:
        make.absence(zhou, day, "am")
        make.absence(zhou, day, "pm", kind="duty")
    said = read("/week/")
    assert "会记为免考核：应完成 1 天，不足 2 天" in said
    assert "不要求：请假 2 天，公务 2 天" in said


def test_a_trial_run_shows_everything_and_proposes_nothing(rules, read, zhou, hq, department):
    TrialRun.objects.create(
        unit=department, starts_on=WEEK.monday, ends_on=None, reason="试点", by=hq, at=make.at(WEEK.monday)
    )
    said = read("/week/")
    assert "试运行：照常统计和显示，不提出扣罚，连续未达跳过这一周" in said
    assert "差 30 电话" in said and "扣 ¥" not in said


def test_a_newcomer_owes_his_share(read, zhou):
    make.rules(date(2026, 9, 14), assessment={"newcomers": {"ramp": ({"until_week": 4, "percent": 50},)}})
    type(zhou).objects.filter(pk=zhou.pk).update(joined_on=LAST.monday)
    said = read("/week/")
    assert "入职第 2 周，新人目标按 50% 算" in said
    assert "每天 3 × 5 天 × 50% = 7.5，整数算 8" in said and "有效拜访 0 /8" in said
    assert "0/7.5" in said  # the sums of the days, too


def test_each_day_names_the_days_that_are_short(read, zhou):
    make.rules(date(2026, 9, 14), assessment={"mode": "each_day"})
    a_full_week(zhou, calls=2)
    did(zhou, WEEK.saturday, calls=9)  # a day more does not help
    said = read("/week/")
    assert "规则要求每个应完成的日子四项都够" in said
    assert "电话 37 /30 还差 2" in said and "11月20日差 2" in said


def test_weighted_says_the_score(read, zhou):
    make.rules(date(2026, 9, 14), assessment={"mode": "weighted", "threshold_percent": 90})
    a_full_week(zhou, visits=3)
    said = read("/week/")
    assert "规则按四项加权计分，90 分达标，共得 95 分" in said
    assert "权重 25，得 20 分" in said and "关账会记为达标" in said


def test_a_week_before_the_first_rules_and_one_without_the_post(read, zhou, deputy):
    assert "这一周早于第一版规则的生效日，不考核。" in read("/week/")
    make.rules(date(2026, 9, 14))
    assert "这一周不任客户经理，不考核。" in read(of(deputy), deputy)


# Days and absences beside it


def test_a_day_that_is_not_handed_in_says_that_it_does_not_count(rules, read, zhou):
    make.call(zhou, make.THURSDAY)
    assert "未交 未提交，不计入 1 0 0 0" in read("/week/")
    assert "进行， 未提交，不计入" in read("/week/", at=make.at(make.THURSDAY, 18))
    assert "11月18日 周三 未交 –" in read("/week/")


def test_what_is_asked_for_and_not_decided_stands_beside_what_is_required(rules, read, client, zhou, manager):
    request = AbsenceRequest.objects.create(
        person=zhou, unit=zhou.appointments.get().unit, kind="duty", first=WEEK.days[3], last=WEEK.days[5],
        reason="驻场", entered_by=zhou, asked_at=NOW,
    )  # fmt: skip
    for address in ("/week/", f"/week/{WEEK}/figures/required/"):
        assert "另有 4 个半天公务待批 批准之前照常要求" in read(address)
        links = html.fromstring(client.get(address).content).xpath("//main//a/@href")
        assert f"/absences/{request.pk}/" in links and "/absences/new/" in links
    assert "另有 4 个半天公务待批" in read(of(zhou), manager) and "请假、公务 " not in read(of(zhou), manager)
    leader = make.person(Post.TEAM_LEADER, unit=make.home_of(Post.TEAM_LEADER, manager.appointments.get().unit))
    said = read(of(zhou), leader)
    assert isinstance(said, int) or "待批" not in said
    assert "待批" not in read(of(zhou, LAST))


def test_who_owes_nothing_has_no_table_of_nothing(rules, read, deputy, zhou):
    assert "各天" not in read(of(deputy), deputy)
    assert "各天" in read(of(zhou))


def test_the_printed_head_names_whose_week_it_is(rules, read, client, zhou):
    read("/week/")
    [head] = html.fromstring(client.get("/week/").content).xpath("//p[contains(@class, 'only-print')]")
    assert head.text_content() == f"周婷 {zhou.employee_no} 市南支公司 团体部 · 11.16–11.22（第 47 周）"


def test_past_weeks_light_the_tab_of_today(rules, read, client, zhou):
    read(of(zhou, LAST))
    page = html.fromstring(client.get(of(zhou, LAST)).content)
    assert {one.text_content().strip() for one in page.xpath("//nav//a[@aria-current='page']")} == {"今日"}


# Who reads


def test_strangers_find_nothing(rules, read, zhou, stranger):
    for rest in ("", "figures/calls/", "figures/required/"):
        assert read(of(zhou, rest=rest), stranger) == 404


def test_the_unit_that_does_not_assess_reads_its_days_alone(rules, read, zhou, manager, city):
    zhou.appointments.update(ends_on=WEEK.monday)
    elsewhere = make.department(make.branch(city, "370209", "另一支公司"))
    make.appoint(zhou, Post.CLIENT_MANAGER, elsewhere, starts_on=WEEK.days[1])
    did(zhou, WEEK.days[2], calls=6)
    said = read(of(zhou), manager)
    assert "这一周由别的单位考核" in said and "考核结果" not in said and "暂计" not in said
    new = make.person(Post.DEPARTMENT_MANAGER, unit=elsewhere)
    assert "应完成 5 天" in read(of(zhou), new)
    assert "电话 6 /30" in read(of(zhou), new)


def test_the_page_costs_the_same_however_much_there_is(
    rules, client, zhou, deputy, clock_at, django_assert_max_num_queries
):
    zhou.appointments.update(starts_on=WEEK.monday - timedelta(weeks=8))
    for week in (LAST.previous, LAST):
        a_full_week(zhou, week)
    for n in range(5):
        make.call(zhou, client=f"客户{n}")
    close(clock_at)
    for at, who in ((NOW, zhou), (CLOSED, zhou), (CLOSED, deputy)):
        clock_at(at)
        client.force_login(who)
        with django_assert_max_num_queries(26):
            assert client.get(of(zhou)).status_code == 200
    assert WeekAssessment.objects.filter(person=zhou).count() == 9


def test_who_left_the_post_is_not_sent_to_ask_for_leave(rules, read, zhou):
    zhou.appointments.update(ends_on=date(2026, 11, 17))
    make.appoint(zhou, Post.BRANCH_DEPUTY_GM, zhou.appointments.get().unit.get_parent(), starts_on=date(2026, 11, 18))
    assert "请假、公务 在这里申请" in read(of(zhou), at=make.at(date(2026, 11, 17), 9))
    assert "在这里申请" not in read(of(zhou), at=make.at(date(2026, 11, 19), 9))
