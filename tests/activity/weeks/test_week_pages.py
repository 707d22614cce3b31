"""我的一周 as the regulation says it: required, done and missing, what the close does, and every figure opens."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from lxml import html

from activity.assessment.models import WeekAssessment, WeekExcuse
from activity.daily_log.models import DailyLog
from activity.discipline.models import Fine
from org.absences.models import AbsenceRequest, Relief
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.periods.due import run_due
from org.posts import Post
from org.trials.models import TrialRun
from org.week import Week
from tests import factories as make

WEEK = Week(make.MONDAY)
LAST = WEEK.previous
FRIDAY = make.THURSDAY + timedelta(days=1)
NOW = make.at(FRIDAY, 9)
CLOSED = make.at(date(2026, 11, 24), 12, 1)  # of the week of 11-16


@pytest.fixture
def rules(db):
    return make.rules(date(2026, 9, 14))


@pytest.fixture
def read(client, zhou, clock_at):
    """What somebody reads at an address, at some time, as words; its status when it is not 200."""

    def reading(address, who=zhou, at=NOW):
        clock_at(at)
        client.force_login(who)
        answer = client.get(address)
        return words(answer.content.decode()) if answer.status_code == 200 else answer.status_code

    return reading


def words(text):
    main = html.fromstring(text).xpath("//main")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.tostring(main, encoding="unicode")))


def of(person, week=WEEK, rest=""):
    return f"/people/{person.employee_no}/week/{week}/{rest}"


def did(who, day, calls=0, visits=0, prospects=0, studies=0, **more):
    """A log that counts, with those figures in its header."""
    given = {"counts": True, "state": "submitted", "handed_in_at": make.at(day, 18), "timeliness": "on_time", **more}
    return DailyLog.objects.create(
        person=who, unit=who.appointments.first().unit, day=day, created_at=make.at(day), calls=calls, visits=visits,
        prospects=prospects, studies=studies, **given,
    )  # fmt: skip


def a_full_week(who, week=WEEK, **less):
    """5 × 6311, less what is said of the Friday."""
    for n, day in enumerate(week.days[:5]):
        done = {"calls": 6, "visits": 3, "prospects": 1, "studies": 1}
        did(who, day, **{item: count - (less.get(item, 0) if n == 4 else 0) for item, count in done.items()})


def close(clock_at, at=CLOSED):
    clock_at(at)
    run_due()


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


# Figures open


def test_the_required_half_days_open_with_the_reason_of_each_other_one(rules, read, zhou, hq, department):
    make.absence(zhou, make.MONDAY, "pm")
    make.absence(zhou, WEEK.days[1], "am", kind="duty")
    Relief.objects.create(
        batch=uuid4(), unit=department, day=WEEK.days[2], half="am", reason="台风停工", by=hq, at=NOW
    )  # fmt: skip
    said = read(f"/week/{WEEK}/figures/required/")
    assert "应完成 7 个半天 + 不要求 3 个半天 = 工作日 10 个半天" in said
    assert "下午 请假 ，不要求" in said and "上午 公务 ，不要求" in said
    assert "上午 批量减免 （台风停工），不要求" in said
    assert "11月21日 周六 休息日，可以记，不算应完成" in said
    asking = "请假、公务 在这里申请，批准的半天不要求 "  # one's own page alone leads there
    assert read(of(zhou, rest="figures/required/"), hq).replace("周婷 ", "") == said.replace(asking, "")


def test_duty_beyond_the_cap_of_the_month_is_required_and_says_so(read, zhou):
    make.rules(date(2026, 9, 14), assessment={"duty_half_days_a_month": 1})
    make.absence(zhou, make.MONDAY, "am", kind="duty")
    make.absence(zhou, make.MONDAY, "pm", kind="duty")
    said = read(f"/week/{WEEK}/figures/required/")
    assert "下午 应完成（有公务，但本月公务已满 1 个半天，仍要求）" in said


def test_who_joins_in_mid_week_reads_why_it_is_less(rules, read, zhou):
    type(zhou).objects.filter(pk=zhou.pk).update(joined_on=WEEK.days[2])
    assert "不要求：入职前 2 天" in read("/week/")
    assert "全天 入职前 （11月18日入职），不要求" in read(f"/week/{WEEK}/figures/required/")


def test_a_make_up_day_is_required(rules, read, zhou):
    week = Week(date(2026, 9, 14))
    said = read(of(zhou, week), at=make.at(date(2026, 9, 18), 9))
    assert "应完成 6 天" in said and "含调休上班 9.20" in said


def test_a_figure_opens_what_counts_and_what_does_not_and_why(rules, read, zhou):
    for _ in range(6):
        make.call(zhou, make.MONDAY)
    make.call(zhou, make.MONDAY, purpose="")
    make.submit(zhou, make.MONDAY)
    make.call(zhou)  # Thursday: never handed in
    said = read(f"/week/{WEEK}/figures/calls/")
    assert "计入 6 + 不计入 2 = 全部 8" in said
    assert "每天 6 × 5 天 = 30；还差 24" in said
    assert "11月17日 周二 0 没有日志，算 0" in said and "11月19日 周四 0 日志未提交" in said
    assert "没有写目的" in said


@pytest.mark.parametrize("item", ["calls", "visits", "prospects", "studies", "required"])
def test_each_figure_of_the_page_has_its_address(rules, read, client, zhou, item):
    read("/week/")
    page = html.fromstring(client.get("/week/").content)
    links = set(page.xpath("//main//a/@href"))
    assert f"/week/{WEEK}/figures/{item}/" in links
    assert isinstance(read(f"/week/{WEEK}/figures/{item}/"), str)


def test_no_other_figure_has_one(rules, read):
    assert read(f"/week/{WEEK}/figures/other/") == 404


# Closed


def test_the_result_of_record_names_rules_and_close(rules, read, zhou, clock_at):
    a_full_week(zhou, visits=1)
    close(clock_at)
    said = read(of(zhou), at=CLOSED)
    assert "考核结果 未达" in said and "11月24日 12:00 关账" in said
    assert "差 1 拜访" in said and "按第 1 版规则（2026年9月14日起）" in said


def test_a_fine_is_linked_from_its_week(rules, read, client, zhou, clock_at):
    zhou.appointments.update(starts_on=LAST.monday)
    close(clock_at)
    fine = Fine.objects.get()
    said = read(of(zhou), at=CLOSED)
    assert "连续第 2 周未达，满两周 已提议扣 ¥50，待分管总确认" in said
    page = html.fromstring(client.get(of(zhou)).content)
    assert f"/fines/{fine.pk}/" in page.xpath("//main//a/@href")


@pytest.mark.parametrize(
    ("state", "stands"),
    [("confirmed", "提议扣 ¥50，分管总已确认"), ("dismissed", "提议扣 ¥50，分管总决定不予扣罚"),
     ("reversed", "提议扣 ¥50，已冲销")],
)  # fmt: skip
def test_the_sentence_follows_the_fine(rules, read, zhou, deputy, clock_at, state, stands):
    zhou.appointments.update(starts_on=LAST.monday)
    close(clock_at)
    Fine.objects.update(state=state, decided_by=deputy, decided_at=CLOSED)
    said = read(of(zhou), at=CLOSED)
    assert f"连续第 2 周未达，满两周 {stands}" in said and "待分管总确认" not in said


def test_a_corrected_week_says_what_changed_why_when_and_by_whom(rules, read, zhou, manager, clock_at):
    zhou.appointments.update(starts_on=WEEK.monday)
    a_full_week(zhou, calls=6, visits=3, prospects=1, studies=1)
    close(clock_at)
    later = CLOSED + timedelta(hours=2)
    for half in ("am", "pm"):
        make.absence(zhou, FRIDAY, half)
    corrections.note(
        Correction.Cause.LEAVE, first=FRIDAY, last=FRIDAY, at=later, by=manager, note="补登请假", person=zhou
    )
    assert "关账后有更正，这一周马上重新核算" in read(of(zhou), at=later)
    close(clock_at, later)
    said = read(of(zhou), at=later)
    assert "关账后的更正 第 2 版 11月24日 14:01 陈立：补登请假" in said
    assert "结果 未达 → 达标" in said and "应完成 5 天 → 4 天" in said and "连续未达 1 周 → 0 周" in said
    assert "结果第 2 版" in said and "马上重新核算" not in said


def test_skipped_weeks_of_a_streak_are_named(rules, read, zhou, deputy, clock_at):
    first = LAST.previous
    zhou.appointments.update(starts_on=first.monday)
    WeekExcuse.objects.create(person=zhou, week=LAST.monday, reason="驻场投标", by=deputy, at=make.at(LAST.monday))
    close(clock_at)
    said = read(of(zhou), at=CLOSED)
    assert "连续第 2 周未达" in said
    assert "其间跳过 11.9–11.15（第 46 周）（驻场投标），不算也不断开" in said


def test_earlier_weeks_are_a_tap_away(rules, read, client, zhou):
    read(of(zhou))
    page = html.fromstring(client.get(of(zhou)).content)
    assert page.xpath("//a[@rel='prev']/@href") == [of(zhou, LAST)]


# 免责


def send(client, who, address, at, clock_at, **body):
    clock_at(at)
    client.force_login(who)
    return client.post(address, {"key": uuid4(), **body}, follow=body.pop("follow", False))


def test_the_deputy_excuses_a_short_week_with_a_reason(rules, read, client, zhou, deputy, clock_at):
    close(clock_at)
    assert "准予这一周免责" in read(of(zhou), deputy, CLOSED)
    answer = send(client, deputy, of(zhou, rest="excuse/"), CLOSED, clock_at, reason="驻场投标")
    assert answer.status_code == 302
    assert "马上重新核算" in read(of(zhou), at=CLOSED)
    close(clock_at, CLOSED + timedelta(minutes=1))
    said = read(of(zhou), at=CLOSED + timedelta(minutes=2))
    assert "考核结果 已免责" in said and "赵敏准予免责：驻场投标" in said
    answer = send(client, deputy, of(zhou, rest="excuse/withdraw/"), CLOSED, clock_at)
    assert answer.status_code == 302 and "免责已撤回" in read(of(zhou), at=CLOSED)


def test_a_running_week_may_be_excused_too(rules, read, client, zhou, deputy, clock_at):
    send(client, deputy, of(zhou, rest="excuse/"), NOW, clock_at, reason="驻场投标")
    assert "分管总已准予免责，11月24日 12:00 关账会记为已免责" in read(of(zhou))


@pytest.mark.parametrize(("reason", "status"), [("", 422), ("x" * 201, 422)])
def test_without_a_reason_nothing_is_excused(rules, client, zhou, deputy, clock_at, reason, status):
    assert send(client, deputy, of(zhou, rest="excuse/"), NOW, clock_at, reason=reason).status_code == status
    assert not WeekExcuse.objects.exists()


def test_a_met_week_offers_no_excuse_and_refuses_one(rules, read, client, zhou, deputy, clock_at):
    a_full_week(zhou)
    close(clock_at)
    assert "准予这一周免责" not in read(of(zhou), deputy, CLOSED)
    answer = send(client, deputy, of(zhou, rest="excuse/"), CLOSED, clock_at, reason="x", follow=True)
    assert "不用免责" in answer.content.decode() and not WeekExcuse.objects.exists()


def test_nobody_excuses_himself(rules, read, client, deputy, department, clock_at):
    make.appoint(deputy, Post.CLIENT_MANAGER, department)
    assert "准予这一周免责" not in read(of(deputy), deputy)
    answer = send(client, deputy, of(deputy, rest="excuse/"), NOW, clock_at, reason="自己", follow=True)
    assert "自己的一周由别人免责" in answer.content.decode() and not WeekExcuse.objects.exists()


def test_others_neither_see_the_form_nor_may_send_it(rules, read, client, zhou, manager, stranger, branch, clock_at):
    assert "准予这一周免责" not in read(of(zhou), manager)
    other = make.person(Post.BRANCH_DEPUTY_GM, unit=stranger.appointments.get().unit.get_parent())
    for who, status in ((zhou, 403), (manager, 403), (other, 404)):
        assert send(client, who, of(zhou, rest="excuse/"), NOW, clock_at, reason="x").status_code == status
        assert send(client, who, of(zhou, rest="excuse/withdraw/"), NOW, clock_at).status_code == status


def test_the_form_names_the_weeks_that_would_be_proposed_instead(rules, read, zhou, deputy, clock_at):
    first = LAST.previous
    zhou.appointments.update(starts_on=first.monday)
    close(clock_at)
    assert "可能因此另提扣罚：第 47 周将成为连续第 2 周" in read(of(zhou, first), deputy, CLOSED)
    assert "可能因此另提扣罚：第 47 周将成为连续第 2 周" in read(of(zhou, LAST), deputy, CLOSED)
    said = read(of(zhou), deputy, CLOSED)
    assert "之后的周会重新连算，可能因此另提扣罚" in said and "将成为" not in said


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
