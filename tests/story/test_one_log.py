"""One log, from the phone to headquarters: real pages, real processes, and only the clock is moved."""

import email
import re
from datetime import timedelta
from email.policy import default as modern
from io import BytesIO

from openpyxl import load_workbook
from playwright.sync_api import expect

from activity.daily_log.models import DailyLog
from activity.rollup.models import RollUp
from org import clock
from tests import factories as make
from tests.story.conftest import LAPTOP, PHONE

THURSDAY = make.THURSDAY
FRIDAY, SATURDAY = THURSDAY + timedelta(days=1), THURSDAY + timedelta(days=2)
COMMENT = "昨天下午还去了博远，请补上那次拜访"


def test_from_the_phone_to_headquarters(running, sign_in, zhou, manager, hq):
    running.start("web", "worker", "beat")
    phone = sign_in(zhou, PHONE)
    she_records_a_thin_thursday(phone)
    she_hands_it_in(phone)
    clock.shift_clock(to=make.at(FRIDAY, 8, 12))
    laptop = sign_in(manager, LAPTOP)
    he_annotates_and_returns(laptop)
    clock.shift_clock(to=make.at(FRIDAY, 8, 40))
    she_reads_adds_and_hands_in_again(phone)
    clock.shift_clock(to=make.at(FRIDAY, 9, 5))
    he_passes(laptop)
    phone.reload()
    expect(phone.get_by_text("批阅通过，评分 4")).to_be_visible()

    clock.shift_clock(to=make.at(SATURDAY, 12, 0, 1))
    running.until(lambda: RollUp.objects.exclude(published_at=None).exists(), "the roll-up", patience=90)
    desk = sign_in(hq, LAPTOP)
    report = headquarters_reads_down_to_the_person(desk, zhou)
    headquarters_checks_the_workbook(desk, report, zhou)
    letters = running.until(lambda: len(found := list(running.mailbox.glob("*.eml"))) >= 2 and found, "the letters")
    the_letters_carry_it(letters, zhou)


def test_the_same_log_without_javascript(running, sign_in, zhou, manager):
    running.start("web")
    phone = sign_in(zhou, PHONE, java_script_enabled=False)
    open_sheet(phone, "记一次拜访")
    fill_visit(phone, "宏达机械", "张经理", "送保单", "已签收", at="10:00")
    phone.get_by_role("button", name="保存", exact=True).click()
    expect(phone.get_by_role("link", name="记一次拜访，已完成 1，目标 3")).to_be_visible()
    phone.get_by_role("link", name="提交日志").click()
    phone.get_by_label("明日计划").fill("拜访三家")
    phone.get_by_role("button", name="仍要提交").click()
    expect(phone.get_by_text("待批")).to_be_visible()
    clock.shift_clock(to=make.at(FRIDAY, 8, 12))
    laptop = sign_in(manager, LAPTOP, java_script_enabled=False)
    he_annotates_and_returns(laptop)
    phone.goto(f"/today/{THURSDAY}/")
    expect(phone.get_by_text(COMMENT)).to_be_visible()
    assert DailyLog.objects.get().state == "returned"


def open_sheet(page, name):
    page.get_by_role("link", name=re.compile(f"^{name}")).click()


def fill_visit(page, client, contact, purpose, outcome, *, at):
    page.get_by_label("客户", exact=True).fill(client)
    page.get_by_label("联系人").fill(contact)
    page.get_by_label("开始").fill(at)
    page.get_by_label("目的").fill(purpose)
    page.get_by_label("结果", exact=True).fill(outcome)


def saved(page, ring):
    """Press 保存; the sheet closes and the ring says so."""
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="保存", exact=True).click()
    sheet.wait_for(state="detached")
    page.get_by_role("link", name=ring).wait_for()


def she_records_a_thin_thursday(page):
    """Two calls, a visit that counts and one that does not, a prospect and a study."""
    expect(page).to_have_url(re.compile("/today/$"))
    open_sheet(page, "记一个电话")
    page.get_by_label("客户", exact=True).fill("云帆物流")
    page.get_by_label("联系人").fill("王敏")
    page.get_by_text("接通", exact=True).click()
    page.get_by_text("再联系", exact=True).click()
    page.get_by_label("目的").fill("续保名单核对")
    page.get_by_role("button", name="保存并再记").click()
    page.get_by_text("今日第 2 个，目标 6").wait_for()
    page.get_by_label("客户", exact=True).fill("海晟食品")
    page.get_by_text("未接", exact=True).click()
    page.get_by_label("目的").fill("约拜访时间")
    saved(page, "记一个电话，已完成 2，目标 6")
    open_sheet(page, "记一次拜访")
    fill_visit(page, "宏达机械", "张经理", "送保单", "已签收", at="10:00")
    saved(page, "记一次拜访，已完成 1，目标 3")
    open_sheet(page, "记一次拜访")
    fill_visit(page, "鑫源包装", "李主任", "讲方案", "", at="11:00")
    saved(page, "记一次拜访，已完成 1，目标 3")
    expect(page.get_by_text("不计入：")).to_be_visible()
    open_sheet(page, "登记一个准客户")
    page.get_by_label("单位名称").fill("青岛蓝谷科技有限公司")
    page.get_by_label("经办人").fill("孙会计")
    page.locator(".sheet .chip").first.click()
    saved(page, "登记一个准客户，已完成 1，目标 1")
    open_sheet(page, "记一次学习")
    page.locator(".sheet .seg label").first.click()
    page.get_by_label("题目").fill("雇主责任险免赔")
    page.get_by_label("收获").fill("每次事故免赔三百元")
    saved(page, "记一次学习，已完成 1，目标 1")


def she_hands_it_in(page):
    page.get_by_role("link", name="提交日志").click()
    page.get_by_label("明日计划").fill("拜访三家")
    page.get_by_text("已自动保存 14:").wait_for()
    page.get_by_text("客户改期").click()
    page.get_by_role("button", name="仍要提交").click()
    page.get_by_text("待批").wait_for()


def he_annotates_and_returns(page):
    expect(page).to_have_url(re.compile("/review/"))
    log = page.get_by_role("region", name="批阅 周婷 的日志")
    visit = log.locator(".log").filter(has_text="宏达机械")
    visit.locator("summary", has_text="批注").click()
    visit.get_by_label("批注").fill("签收人是谁")
    visit.get_by_role("button", name="存批注").click()
    expect(log.get_by_text("签收人是谁")).to_be_visible()
    log.get_by_label("总评").fill(COMMENT)
    log.get_by_role("button", name="退回补填").click()
    log.get_by_text("退回补填").wait_for()


def she_reads_adds_and_hands_in_again(page):
    page.goto("/inbox/")
    page.locator(".item", has_text="11-19 日志被退回补填").get_by_role("button", name="去看看").click()
    page.get_by_text(COMMENT).wait_for()
    expect(page.get_by_text("已退回")).to_be_visible()
    expect(page.locator(".item", has_text="宏达机械").get_by_text("1 条批注")).to_be_visible()
    open_sheet(page, "记一次拜访")
    fill_visit(page, "博远科技", "赵总", "见决策人", "同意报价", at="16:00")
    saved(page, "记一次拜访，已完成 2，目标 3")
    page.get_by_role("link", name="重新提交").click()
    page.get_by_role("button", name="仍要提交").or_(page.get_by_role("button", name="重新提交")).click()
    page.get_by_text("待批").wait_for()


def he_passes(page):
    page.goto("/review/")
    log = page.get_by_role("region", name="批阅 周婷 的日志")
    expect(log.get_by_text("赵总")).to_be_visible()
    log.locator(".score").get_by_text("4", exact=True).click()
    log.get_by_label("总评").fill("补得好")
    log.get_by_role("button", name="批阅通过").click()
    page.get_by_text("已批阅 周婷 的日志").wait_for()


def headquarters_reads_down_to_the_person(page, zhou):
    """From the desk to the city, the branch, the department, her week and her log; returns the city's address."""
    page.get_by_text("已汇总").first.click()
    page.get_by_role("heading", name="全市").wait_for()
    report = page.url
    assert "截至 11.21 周六 12:00 · 第 1 版" in page.inner_text("header.page-head")
    row = page.locator("tbody tr", has_text="市南支公司")
    cells = row.locator("td").all_inner_texts()
    assert (cells[2], *cells[4:9]) == ("1", "5", "1", "0", "4", "1")
    assert cells[11:15] == ["6", "13", "20", "20"]
    row.locator("a.name").click()
    page.get_by_role("link", name="团体部").click()
    page.get_by_role("link", name="周婷").click()
    page.get_by_role("heading", name="周婷").wait_for()
    assert page.locator("tfoot td").all_inner_texts()[1:] == ["2/30", "2/15", "1/5", "1/5"]
    page.get_by_role("link", name=re.compile("11月19日|11.19")).click()
    page.get_by_text("见决策人").wait_for()
    return report


def headquarters_checks_the_workbook(page, report, zhou):
    page.goto(report)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载报表").click()
    assert waiting.value.suggested_filename == "青岛市公司周报 2026-W47 第 1 版.xlsx"
    the_figures_are_hers(waiting.value.path().read_bytes(), zhou)


def the_letters_carry_it(files, zhou):
    letters = [email.message_from_bytes(file.read_bytes(), policy=modern) for file in files]
    assert sorted(letter["To"] for letter in letters) == sorted(
        ["hq3702@example.com", make.Person.objects.get(name="王总").email]
    )
    assert len({letter["Message-ID"] for letter in letters}) == 2
    for letter in letters:
        [attachment] = letter.iter_attachments()
        the_figures_are_hers(attachment.get_content(), zhou)


def the_figures_are_hers(content, zhou):
    """Counted by hand: what she recorded above, of five days of 6, 3, 1 and 1."""
    sheet = load_workbook(BytesIO(content), read_only=True)["个人"]
    header, *rows = sheet.values
    [hers] = [dict(zip(header, row, strict=True)) for row in rows]
    assert (hers["工号"], hers["姓名"], hers["应出勤半天"]) == (zhou.employee_no, "周婷", 10)
    items = ("电话", "有效拜访", "准客户积累", "学习")
    assert [hers[f"{item}完成"] for item in items] == [2, 2, 1, 1]
    assert [hers[f"{item}应完成"] for item in items] == [30, 15, 5, 5]
    assert [hers[f"日志{word}"] for word in ("应交", "已交", "迟报", "未交", "已批")] == [5, 1, 0, 4, 1]
