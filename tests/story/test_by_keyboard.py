"""A week's main work without a mouse: only keys from the door to the download (issue 4, acceptance on the keyboard)."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Error, expect

from activity.daily_log.models import DailyLog
from activity.itinerary.models import Itinerary, Target
from clients.chain.models import Accompaniment
from clients.prospects.models import Prospect
from org import clock
from org.week import Week
from tests import factories as make
from tests.story.conftest import LAPTOP, PASSWORD

pytestmark = pytest.mark.long
THURSDAY, FRIDAY = make.THURSDAY, make.THURSDAY + timedelta(days=1)
SATURDAY = make.THURSDAY + timedelta(days=2)
COMING = Week(make.MONDAY).next
FAR = 220  # presses of Tab after which somebody gives up

NAMED = """() => { const one = document.activeElement, label = one.labels && one.labels[0];
  if (!one || one === document.body) return '';
  return [one.getAttribute('aria-label'), label && label.innerText, one.innerText, one.name, one.href && 'a']
    .map(each => (each || '').trim()).filter(Boolean).join(' / '); }"""

GROUP = """() => { const one = document.activeElement;
  const called = each => ((each.labels && each.labels[0] && each.labels[0].innerText) || each.innerText || '').trim();
  const near = one && one.type === 'radio' ? [...document.getElementsByName(one.name)].map(called) : [];
  return [(one && one.type) || '', !one || one === document.body ? '' : called(one), near]; }"""


class Keys:
    """Someone at the keys of a page."""

    def __init__(self, page):
        self.page = page

    def asked(self, script):
        """Of the page that stands there, or of the one that comes in its place meanwhile."""
        try:
            return self.page.evaluate(script)
        except Error:
            self.page.wait_for_load_state()
            return self.page.evaluate(script)

    def to(self, name, *, back=False):
        """Tab until what has the focus is called so."""
        passed = []
        for _press in range(FAR):
            passed.append(here := self.asked(NAMED))
            if re.search(name, here):
                return self
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"Tab does not come to {name}: {passed[:60]}")

    def write(self, name, text):
        self.to(name)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
        return self

    def press(self, name, key="Enter"):
        self.to(name)
        self.page.keyboard.press(key)
        return self

    def choose(self, name):
        """One of several: Tab to the group, arrows within it, or a box or button of its own."""
        for _press in range(FAR):
            kind, here, all_of_it = self.asked(GROUP)
            if re.search(name, here):
                self.page.keyboard.press("Space")
                return self
            is_near = kind == "radio" and any(re.search(name, one) for one in all_of_it)
            self.page.keyboard.press("ArrowRight" if is_near else "Tab")
        raise AssertionError(f"neither Tab nor an arrow comes to {name}")

    def see(self, text):
        expect(self.page.get_by_text(re.compile(text)).locator("visible=true").first).to_be_visible()
        return self


@pytest.fixture
def at_the_door(running, browser, browser_context_args):
    """Somebody comes in by typing."""
    opened = []

    def come(person):
        person.set_password(PASSWORD)
        person.save()
        context = browser.new_context(**{**browser_context_args, **LAPTOP, "base_url": running.url})
        opened.append(context)
        page = context.new_page()
        page.goto("/")
        keys = Keys(page).write("工号", person.employee_no).write("密码", PASSWORD).choose("记住我").press("用工号登录")
        page.get_by_label("工号").wait_for(state="detached")
        return keys

    yield come
    for context in opened:
        context.close()


def test_a_week_by_keys_alone(running, at_the_door, zhou, manager, deputy, hq, department):
    running.start("web", "worker", "beat")
    hers = at_the_door(zhou)
    she_records_and_hands_in(hers)
    she_registers_a_client_and_plans_a_visit(hers)
    his = at_the_door(manager)
    he_answers_the_invitation(his)
    clock.shift_clock(to=make.at(FRIDAY, 8, 12))
    he_reviews(his)
    clock.shift_clock(to=make.at(FRIDAY, 15))
    she_drafts_next_week(hers)
    he_merges_and_hands_in(his)
    the_deputy_approves(at_the_door(deputy))
    clock.shift_clock(to=make.at(SATURDAY, 12, 5))
    headquarters_drills_and_downloads(at_the_door(hq))


def she_records_and_hands_in(keys):
    page = keys.page
    page.goto("/today/")
    keys.press("^记一个电话")
    page.get_by_role("dialog").wait_for()
    keys.write("^客户$|/ client$", "云帆物流").write("联系人", "王敏")
    keys.choose("^接通$").choose("^再联系$").write("目的", "续保名单核对").press("^保存$")
    page.get_by_role("dialog").wait_for(state="detached")
    keys.press("^提交日志").see("明日计划")
    keys.write("明日计划", "拜访三家").press("提交$").see("待批")
    assert DailyLog.objects.get().state == "submitted"


def she_registers_a_client_and_plans_a_visit(keys):
    page = keys.page
    page.goto(f"/today/{THURSDAY}/prospect/new/")
    keys.write("单位名称", "青岛蓝谷科技有限公司").write("经办人", "孙会计").choose("^缘故$").press("^保存$")
    page.wait_for_url(lambda url: not url.endswith("/new/"))
    client = Prospect.objects.get(name="青岛蓝谷科技有限公司")
    page.goto(f"/clients/{client.pk}/")
    keys.press("约一次拜访").to("^日期|day$")
    page.keyboard.type("11202026")  # as the browser's own language orders the parts
    keys.to("开始|starts$")
    page.keyboard.type("1000")
    keys.write("目的", "讲方案").choose("陈立").press("约好并发出邀请")
    page.wait_for_url(lambda url: not url.endswith("/new/"))
    assert Accompaniment.objects.get().companion.name == "陈立"


def he_answers_the_invitation(keys):
    keys.page.goto("/accompany/")
    keys.press("青岛蓝谷").press("^接受$").see("已接受，已告诉周婷")
    assert Accompaniment.objects.get().state == "accepted"


def he_reviews(keys):
    page = keys.page
    page.goto("/review/")
    page.get_by_role("region", name="批阅 周婷 的日志").wait_for()
    page.keyboard.press("c")
    page.keyboard.type("跟进有节奏")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    keys.see("已批阅 周婷")
    assert DailyLog.objects.get().state == "passed"
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox").first).to_be_focused()


def she_drafts_next_week(keys):
    keys.page.goto(f"/plan/{COMING}/")
    keys.write("/ visits$|^visits$", "18").write("premium", "8.5").write("cases", "2").write("重点工作", "瑞丰预算会")
    keys.press("交给陈立").see("已交")
    assert Target.objects.get().visits == 18


def he_merges_and_hands_in(keys):
    keys.page.goto("/itinerary/")
    keys.write("本周总结", "续保九成").write("可行性论证", "七户已确认").press("上报分管总").see("待批")
    assert Itinerary.objects.get().state == "submitted"


def the_deputy_approves(keys):
    page = keys.page
    page.goto("/approvals/")
    keys.press(r"(?s)团体部.*/ a$").see("员工目标")
    keys.write("周婷 拜访", "15").press("完善 1 处并批准").see("已批准")
    assert Itinerary.objects.get().state == "approved"


def headquarters_drills_and_downloads(keys):
    page = keys.page
    page.goto(f"/report/{COMING.previous}/")
    keys.press(r"(?s)市南支公司.*/ a$").press(r"(?s)团体部.*/ a$").press(r"(?s)^周婷.*/ a$").see("周婷")
    assert "/people/" in page.url
    page.goto(f"/report/{COMING.previous}/")
    keys.to("导出")
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    assert taken.value.suggested_filename.endswith(".xlsx")
